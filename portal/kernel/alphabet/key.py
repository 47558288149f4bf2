"""The key by which a name is sorted for a reader, and the letters that it is made with."""

import unicodedata
from functools import lru_cache

from django.utils.translation import get_language

MARKS = " «»„“”\"'‘’("
YO = ("ё", "е\u04ff")  # after Е with whichever Russian letter
CYRILLIC = "\u0400"  # where the letters begin, after all Latin ones
AFTER_CYRILLIC = "\u0530"
_REMEMBERED = 4096  # names: the same ones are sorted on page after page
# Of no decomposition.
_OTHERS = {
    "æ": "a",
    "ø": "o",
    "œ": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "t",
    "ß": "s",
    "ħ": "h",
    "ı": "i",
    "ŋ": "n",
}


def _plain_letter(letter: str) -> str:
    first = unicodedata.normalize("NFKD", letter)[0]
    return _OTHERS.get(letter) or (first if first.isascii() and first.isalpha() else "")


_ACCENTED = {chr(code): _plain_letter(chr(code)) for code in range(0xE0, 0x180) if chr(code).islower()}
PLAIN = {letter: plain for letter, plain in _ACCENTED.items() if plain}
_PLAIN_BY_CODE = str.maketrans(PLAIN)


def alphabet_key(name: str, language: str = "") -> str:
    """By which a name is sorted for a reader of the language, by default the active one."""
    return _key(name, after_cyrillic=has_cyrillic_first(language))


@lru_cache(_REMEMBERED)
def _key(name: str, *, after_cyrillic: bool) -> str:
    key = name.lower().lstrip(MARKS).replace(*YO)
    if not key.isascii():
        key = key.translate(_PLAIN_BY_CODE)
    is_foreign = after_cyrillic and "a" <= key[:1] < CYRILLIC
    return AFTER_CYRILLIC + key if is_foreign else key


def has_cyrillic_first(language: str) -> bool:
    return (language or get_language() or "").startswith("ru")
