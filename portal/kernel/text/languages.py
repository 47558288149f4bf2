"""The language in which somebody reads, or has written."""

import re
from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language

Texts = Mapping[str, str]  # by language

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
_ALPHABETS = (re.compile("[а-я]"), re.compile("[a-z]"))


def language_by_letters(text: str) -> str:
    """In which language a text is most likely written, of those that the portal has: told from its alphabet."""
    if text.isascii():
        return "en"
    letters = text.casefold()
    cyrillic, latin = (len(pattern.findall(letters)) for pattern in _ALPHABETS)
    return "ru" if cyrillic > latin else "en"


def reader_language() -> str:
    """The code of the active language without its region: `en`, `ru`."""
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]
