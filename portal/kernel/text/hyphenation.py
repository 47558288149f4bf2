"""Where a long Russian word may break: soft hyphens between syllables, for browsers without a dictionary."""

import re
from functools import lru_cache, partial

SOFT_HYPHEN = "\u00ad"
_LONG = 13  # letters; a shorter word has its place in the narrowest page
_LONG_IN_COLUMN = 10  # the same in the head of a column
# An opening element, the text in it, the closing one. No attribute has a bare `>`: Django escapes it.
_HEADING = re.compile(r"(<h[1-4](?: [^>]*)?>)(.*?)(</h[1-4]>)", re.DOTALL)
_COLUMN_HEAD = re.compile(r'(<th scope="col"[^>]*>)(.*?)(</th>)', re.DOTALL)
_SHORT_LABEL = re.compile(r'(<span class="word">)(.*?)(</span>)', re.DOTALL)
_TEXT = re.compile(r"(?<![^>])[^<]+")  # between elements, or at the beginning
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
    """A page whose headings, heads of columns and short labels may break long Russian words at their syllables.

    Its other text is as it was.
    """
    for place, least in ((_HEADING, _LONG), (_COLUMN_HEAD, _LONG_IN_COLUMN), (_SHORT_LABEL, _LONG)):
        html = place.sub(partial(_hyphenate_match, re.compile(rf"[а-яё]{{{least},}}", re.IGNORECASE)), html)
    return html


def _hyphenate_match(words: re.Pattern[str], match: re.Match[str]) -> str:
    text = _TEXT.sub(lambda piece: words.sub(lambda word: with_soft_hyphens(word[0]), piece[0]), match[2])
    return match[1] + text + match[3]
