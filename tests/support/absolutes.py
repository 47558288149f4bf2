"""Every sentence of the public record and of letters with "all", "every", "no", as templates and code have them."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings

ROOT: Path = settings.BASE_DIR
ENGLISH = re.compile(
    r"\b(all|always|anybody|anyone|complete|completely|each|every|everybody|everyone|everything|never|no(?!\.)|nobody"
    r"|none|nothing|only)\b",  # "No. 5" is a number
    re.IGNORECASE,
)
RUSSIAN = re.compile(
    r"\b(все|всё|всех|всем|всеми|всегда|кажд\w+|любой|любая|любые|никогда|никого|никто|ничего|ничто|ни|нет"
    r"|(?:пока|ещё) не|полностью|только)\b",
    re.IGNORECASE,
)
# Letters, public pages and what they are made of, public documents, titles of publications, the portal's own texts.
PUBLIC = (
    "templates/*/email/*.html",
    "templates/*/public/*.html",
    "templates/components/**/*.*",
    "templates/base/public.html",
    "alliance/web/public/*.py",
    "practices/web/public/*.py",
    "alliance/queries/public/*.py",
    "alliance/documents/cycle/*.py",
    "alliance/documents/report/*.py",
    "alliance/documents/data_dictionary.py",
    "practices/documents/brief.py",
    "*/services/publications.py",
)
TEXTS = "alliance/data/texts/*.md"
_TAG = re.compile(
    r"""{% translate (["'])(.*?)\1|{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}""", re.DOTALL
)
_CALL = re.compile(
    r'(?<![\w.])(?:_|gettext|gettext_lazy|ngettext|pgettext|pgettext_lazy)\(\s*((?:"(?:[^"\\]|\\.)*"\s*,?\s*)+)'
)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(,?)')


def absolute_sentences() -> dict[str, str]:
    """Each such sentence of the public record, in English, with the file that has it."""
    return {text: path for path, text in _public_texts() if ENGLISH.search(text)}


def russian_absolutes() -> dict[str, str]:
    """The Russian sentences with such a word whose English has none, by that English."""
    public = {_plain(text) for _path, text in _public_texts()}
    catalogue = polib.pofile(str(ROOT / "locale/ru/LC_MESSAGES/django.po"))
    return {
        entry.msgid: translation
        for entry in catalogue
        if _plain(entry.msgid) in public and not ENGLISH.search(entry.msgid)
        for translation in [" ".join([entry.msgstr, *entry.msgstr_plural.values()])]
        if RUSSIAN.search(translation)
    }


def _plain(text: str) -> str:
    """A text without the difference between `{{ name }}` and `%(name)s`."""
    return re.sub(r"{{ *(\w+) *}}|%\((\w+)\)[sd]", lambda match: f"<{match[1] or match[2]}>", text)


def _public_texts() -> Iterator[tuple[str, str]]:
    for pattern in PUBLIC:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                source = path.read_text()
                texts = _of_code(source) if path.suffix == ".py" else _of_template(source)
                name = path.relative_to(ROOT).as_posix()
                yield from ((name, " ".join(text.split())) for text in texts)
    for path in sorted(ROOT.glob(TEXTS)):
        if path.suffixes[0] == ".en":
            sentences = re.split(r"(?<=[.:])\s+|\n+", path.read_text())
            yield from ((path.relative_to(ROOT).as_posix(), sentence.strip("-# ")) for sentence in sentences)


def _of_template(source: str) -> Iterator[str]:
    for match in _TAG.finditer(source):
        yield from (match[2] or match[3] or "").split("{% plural %}")


def _of_code(source: str) -> Iterator[str]:
    """The strings of each call, those that stand side by side joined."""
    for call in _CALL.finditer(source):
        text = ""
        for string, comma in _STRING.findall(call[1]):
            text += string
            if comma:
                yield text
                text = ""
        if text:
            yield text
