"""Checks that every text of the portal has its Russian, and that no Russian is left of a text that is gone.

The texts are extracted anew. With `--tidy` what is left over is removed from the catalogue.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("ru",)
SOURCES = ("portal", "alliance", "practices", "templates")
EXTENSIONS = "--extension=py,html,txt,svg"  # of code and templates; charts are SVG
# Said on the command line before Django is there, or by Django's own commands: English only.
IGNORED = ("portal/local/*", "*/migrations/*")
_ONE_LINE = 100_000  # texts are not wrapped: a change of one is a change of one line
_VALUE = re.compile(r"%\((\w+)\)([a-z])")


def main() -> int:
    """Print every text without a translation, and each whose values are others; give back the exit code."""
    if not _have_gettext():
        print("xgettext is missing. On Debian: apt-get install gettext.")
        return 1
    faults = [line for language in LANGUAGES for line in _faults(language, tidy="--tidy" in sys.argv[1:])]
    print(*faults, sep="\n") if faults else print("Every text is translated, and no other.")
    return 1 if faults else 0


def _have_gettext() -> bool:
    if shutil.which("xgettext") is None and os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", "gettext"]):
            subprocess.run([apt, *arguments], check=False, stdout=subprocess.DEVNULL)
    return shutil.which("xgettext") is not None


def _faults(language: str, *, tidy: bool) -> list[str]:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(path), wrapwidth=_ONE_LINE) if path.exists() else polib.POFile()
    texts = _extract(language)
    left_over = _left_over(catalogue, texts)
    if tidy and left_over:
        for entry in left_over:
            catalogue.remove(entry)
        catalogue.save(str(path))
        left_over = []
    return [
        *(
            f"{language}: {fault}"
            for fault in (*_missing(catalogue, texts), *_misfitting(catalogue), *_twice(catalogue))
        ),
        *(f"{language}: no text is {entry.msgid!r} any more (--tidy removes it)" for entry in left_over),
    ]


def _missing(catalogue: polib.POFile, texts: polib.POFile) -> list[str]:
    translated = {_key(entry) for entry in catalogue.translated_entries()}
    return [
        f"{', '.join(f'{path}:{line}' for path, line in entry.occurrences)}: {entry.msgid!r}"
        for entry in texts
        if _key(entry) not in translated
    ]


def _left_over(catalogue: polib.POFile, texts: polib.POFile) -> list[polib.POEntry]:
    """Entries of which no text is there; one that is called by another name than `_` or `gettext` counts as gone."""
    wanted = {_key(entry) for entry in texts}
    return [entry for entry in catalogue if _key(entry) not in wanted]


def _twice(catalogue: polib.POFile) -> list[str]:
    """Texts with several entries, which gettext's own tools refuse: only one of the translations would be read."""
    counts = Counter(_key(entry) for entry in catalogue)
    return [f"{key!r} stands {count} times" for key, count in counts.items() if count > 1]


def _misfitting(catalogue: polib.POFile) -> list[str]:
    """Translations with a value that their text does not have, or in another form: they fail when they are read."""
    return [
        f"the values of {text!r} are not those of {entry.msgid!r}"
        for entry in catalogue.translated_entries()
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
