"""Checks that every text of the portal has its Russian: extracts them anew and looks each up in locale."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("ru",)
SOURCES = ("portal", "alliance", "practices", "templates")
EXTENSIONS = "--extension=py,html,txt,svg"  # of code and templates; charts are SVG
# Said on the command line before Django is there, or by Django's own commands: English only.
IGNORED = ("portal/local/*", "*/migrations/*")
_VALUE = re.compile(r"%\((\w+)\)([a-z])")


def main() -> int:
    """Print every text without a translation, and each whose values are others; give back the exit code."""
    if not _have_gettext():
        print("xgettext is missing. On Debian: apt-get install gettext.")
        return 1
    missing = [line for language in LANGUAGES for line in (*_missing(language), *_misfitting(language))]
    print(*missing, sep="\n") if missing else print("Every text is translated.")
    return 1 if missing else 0


def _have_gettext() -> bool:
    if shutil.which("xgettext") is None and os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", "gettext"]):
            subprocess.run([apt, *arguments], check=False, stdout=subprocess.DEVNULL)
    return shutil.which("xgettext") is not None


def _missing(language: str) -> list[str]:
    file = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    known = polib.pofile(str(file)) if file.exists() else polib.POFile()
    translated = {_key(entry) for entry in known.translated_entries()}
    return [
        f"{language}: {', '.join(f'{path}:{line}' for path, line in entry.occurrences)}: {entry.msgid!r}"
        for entry in _extract(language)
        if _key(entry) not in translated
    ]


def _misfitting(language: str) -> list[str]:
    """Translations with a value that their text does not have, or in another form: they fail when they are read."""
    file = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
    return [
        f"{language}: the values of {text!r} are not those of {entry.msgid!r}"
        for entry in file.translated_entries()
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if not _values(text) <= _values(entry.msgid) | _values(entry.msgid_plural or "")
    ]


def _values(text: str) -> set[tuple[str, str]]:
    return set(_VALUE.findall(text))


def _key(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def _extract(language: str) -> polib.POFile:
    """The texts as `makemessages` finds them, in a copy, so that nothing in the project changes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for source in SOURCES:
            if (ROOT / source).is_dir():
                shutil.copytree(
                    ROOT / source, copy / source, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
                )
        (copy / "locale").mkdir()
        ignored = [f"--ignore={pattern}" for pattern in IGNORED]
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            f"--locale={language}",
            EXTENSIONS,
            *ignored,
        ]
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        subprocess.run(command, cwd=copy, env=environment, check=True, stdout=subprocess.DEVNULL)
        return polib.pofile(str(copy / "locale" / language / "LC_MESSAGES" / "django.po"))


if __name__ == "__main__":
    sys.exit(main())
