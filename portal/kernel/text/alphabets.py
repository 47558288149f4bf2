"""Words that mix letters of different alphabets, so that one looks like another: “Pаypal” with a Cyrillic “а”."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Letters, digits, accents set over them; everything else, a hyphen too, ends a word: “iPhone-версия” are two.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
# Written together in one word, and not alike: Chinese, Japanese and Korean writing, with Latin letters or without.
_EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
_NAMES: dict[str, str | Promise] = {
    "LATIN": gettext_lazy("Latin"),
    "CYRILLIC": gettext_lazy("Cyrillic"),
    "GREEK": gettext_lazy("Greek"),
    "ARMENIAN": gettext_lazy("Armenian"),
    "GEORGIAN": gettext_lazy("Georgian"),
    "HEBREW": gettext_lazy("Hebrew"),
    "ARABIC": gettext_lazy("Arabic"),
    "CHEROKEE": gettext_lazy("Cherokee"),
    "COPTIC": gettext_lazy("Coptic"),
    "MATHEMATICAL": gettext_lazy("mathematical"),
    "FULLWIDTH": gettext_lazy("of full width"),
}


@dataclass(frozen=True, slots=True)
class ForeignLetter:
    """A letter of another alphabet than most of its word; `place` counts the word's characters from one."""

    word: str
    place: int
    letter: str
    alphabet: str
    alphabet_of_word: str

    def __str__(self) -> str:
        facts = {"word": self.word, "place": self.place, "letter": self.letter,
                 "alphabet": _name(self.alphabet), "expected": _name(self.alphabet_of_word)}  # fmt: skip
        return (
            _(
                "“%(word)s” mixes two alphabets: character %(place)d, “%(letter)s”, is %(alphabet)s, the word is "
                "%(expected)s. Type the word again on one keyboard, or separate the alphabets with a hyphen or a space."
            )
            % facts
        )


def foreign_letter(text: str) -> ForeignLetter | None:
    """The first letter that is not of its word's alphabet; None where no word mixes alphabets."""
    if text.isascii():
        return None
    for match in _WORD.finditer(text):
        letters = [(place, sign, _alphabet(sign)) for place, sign in enumerate(match[0], start=1)]
        alphabets = Counter(alphabet for _place, _sign, alphabet in letters if alphabet)
        if len(alphabets) > 1:
            # where there are as many of each, the one that the word begins with
            expected = alphabets.most_common(1)[0][0]
            place, sign, alphabet = next(each for each in letters if each[2] not in ("", expected))
            return ForeignLetter(match[0], place, sign, alphabet, expected)
    return None


def _name(alphabet: str) -> str:
    return str(_NAMES.get(alphabet, alphabet.capitalize()))


@lru_cache(maxsize=4096)
def _alphabet(sign: str) -> str:
    """The alphabet of a letter, which begins its name in Unicode; empty for digits, signs and East Asian writing."""
    if unicodedata.category(sign) not in ("Lu", "Ll", "Lt", "Lo"):
        return ""
    name = unicodedata.name(sign, "")
    alphabet = name.split(" ")[0].split("-")[0]
    if alphabet in _EAST_ASIAN or not (
        " LETTER " in name or " LIGATURE " in name or alphabet == "MATHEMATICAL"
    ):
        return ""  # µ and ª are signs
    return alphabet
