"""The language in which somebody reads, or has written."""

import re
from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language

Texts = Mapping[str, str]  # by language

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
_ALPHABETS = (re.compile("[а-я]"), re.compile("[a-z]"))
_LETTER = re.compile("[A-Za-z\u0400-\u04ff]")


def language_by_letters(text: str) -> str:
    """In which language a text is most likely written, of those that the portal has: told from its alphabet."""
    if text.isascii():
        return "en"
    letters = text.casefold()
    cyrillic, latin = (len(pattern.findall(letters)) for pattern in _ALPHABETS)
    return "ru" if cyrillic > latin else "en"


def probable_language(text: str) -> str:
    """The language of what somebody wrote, by its letters; of what has none that of its reader."""
    return language_by_letters(text) if _LETTER.search(text) else reader_language()


def reader_language() -> str:
    """The code of the active language without its region: `en`, `ru`."""
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]
