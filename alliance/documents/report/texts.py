"""What people typed, made fit for paper: visible characters alone, and the language that it is in."""

import re
import unicodedata
from datetime import date

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from alliance.documents.report.pdf_model import PdfText
from portal.kernel.text import format_date, reader_language

# Controls and formats (zero-width and bidirectional ones), unassigned, private characters and surrogates, the
# separators of lines that no keyboard has; and the selectors that choose a coloured picture for a sign.
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ALLOWED_CONTROLS = "\n\t"
# More letters than this without a space would run out of the column.
_LONG_WORD = re.compile(r"\S{32}(?=\S)")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z]")


def printable(text: str) -> str:
    """The text in Unicode's composed form, without what nobody sees; very long words may break."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    visible = "".join(
        sign
        for sign in composed
        if sign in _ALLOWED_CONTROLS or unicodedata.category(sign) not in _INVISIBLE_CATEGORIES
    )
    return _LONG_WORD.sub(lambda match: match[0] + "\u200b", _SELECTORS.sub("", visible)).strip()


def original_text(text: str, language: str = "") -> PdfText:
    """A text in its language: the one it was filed in, else the one that its letters suggest."""
    shown_text = printable(text)
    language = language or detect_language(shown_text)
    if language == reader_language():
        return PdfText(shown_text, language, "")
    note = f"{_('Language')}: {get_language_info(language)['name_translated']}"
    return PdfText(shown_text, language, note)


def original_text_or_none(text: str, language: str = "") -> PdfText | None:
    """The text, or nothing where there is none."""
    return original_text(text, language) if text.strip() else None


def detect_language(text: str) -> str:
    """Russian where most letters are Cyrillic; else the document's, or English when that is Russian."""
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if cyrillic > latin:
        return "ru"
    return "en" if latin and reader_language() == "ru" else reader_language()


def period_text(starts_on: date, ends_on: date) -> str:
    """From the first day to the last."""
    return f"{format_date(starts_on)} – {format_date(ends_on)}"
