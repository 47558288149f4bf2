"""Where a long Russian word may break: soft hyphens between syllables, for browsers without a dictionary."""

import re
from functools import lru_cache

SOFT_HYPHEN = "\u00ad"
_LONG = 13  # letters; a shorter word has its place in the narrowest page
_WORD = re.compile(rf"[а-яё]{{{_LONG},}}", re.IGNORECASE)
_HEADING = re.compile(r"(<h[1-4][ >])(.*?)(</h[1-4]>)", re.DOTALL)
_TEXT = re.compile(r">[^<]+|^[^<]+")
_VOWEL, _CONSONANT, _SIGN = "[аеёиоуыэюя]", "[бвгджзклмнпрстфхцчшщ]", "[йьъ]"
_LETTER = "[а-яё]"
# Between which letters a syllable ends (the rules of P. Khristov, as typesetters use them), tried one after another.
_BREAKS = [
    re.compile(f"({before})(?=({after}))", re.IGNORECASE)
    for before, after in (
        (_SIGN, _LETTER + _LETTER),
        (_VOWEL, _VOWEL + _LETTER),
        (_VOWEL + _CONSONANT, _CONSONANT + _VOWEL),
        (_CONSONANT + _VOWEL, _CONSONANT + _VOWEL),
        (_VOWEL + _CONSONANT, _CONSONANT + _CONSONANT + _VOWEL),
        (_VOWEL + _CONSONANT + _CONSONANT, _CONSONANT + _CONSONANT + _VOWEL),
    )
]
_LEAST = 3  # letters before a break and after it


@lru_cache(maxsize=4096)
def with_soft_hyphens(word: str) -> str:
    """The word with soft hyphens where it may break."""
    places = {match.end() for rule in _BREAKS for match in rule.finditer(word)}
    # the suffix stays whole: ответ-ственный
    places = {place - 1 if word[place - 1 : place + 2].lower() == "ств" else place for place in places}
    places = {place for place in places if _LEAST <= place <= len(word) - _LEAST}
    return "".join(SOFT_HYPHEN + sign if place in places else sign for place, sign in enumerate(word))


def hyphenate_headings(html: str) -> str:
    """A page whose headings may break long Russian words at their syllables; its other text is as it was."""
    return _HEADING.sub(lambda match: match[1] + _hyphenate_text(match[2]) + match[3], html)


def _hyphenate_text(html: str) -> str:
    # the first piece is the rest of the opening element where that has attributes
    return _TEXT.sub(lambda text: _WORD.sub(lambda word: with_soft_hyphens(word[0]), text[0]), f"<{html}")[1:]
