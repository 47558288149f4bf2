"""A word as the letters of the other alphabet write its sounds: “bikon” is «бикон», «авроре» is “avrore”."""

from collections.abc import Iterator, Sequence
from itertools import combinations

_LONGEST = 40  # letters of a word
_MOST_SPELLINGS = 40
_MOST_GUESSES = 2  # of a spelling: sounds that are not written as they are most often

# The usual letters first. Of several Latin letters that are one sound the most are read together.
_TO_RUSSIAN: dict[str, tuple[str, ...]] = {
    "shch": ("щ",), "sch": ("щ", "ш"), "iya": ("ия",), "sh": ("ш",), "ch": ("ч",), "zh": ("ж",), "kh": ("х",),
    "ts": ("ц", "тс"), "tz": ("ц",), "ya": ("я", "ья"), "ia": ("ия", "я"), "ja": ("я",), "yu": ("ю",), "iu": ("ю",),
    "ju": ("ю",), "yo": ("е", "ьо", "йо"), "jo": ("е",), "ye": ("е", "ье"), "je": ("е", "дже"), "iy": ("ий",),
    "ij": ("ий",), "yy": ("ый",), "ph": ("ф",), "ck": ("к",), "ea": ("и", "еа"), "ee": ("и",), "oo": ("у",),
    "th": ("т",), "x": ("кс", "х"), "a": ("а", "э"), "b": ("б",), "c": ("к", "ц", "с"), "d": ("д",), "e": ("е", "э"),
    "f": ("ф",), "g": ("г", "дж"), "h": ("х", "г"), "i": ("и", "й", "ы"), "j": ("й", "дж", "ж"), "k": ("к",),
    "l": ("л", "ль"), "m": ("м",), "n": ("н", "нь"), "o": ("о",), "p": ("п",), "q": ("к",), "r": ("р",),
    "s": ("с", "ш"), "t": ("т", "ть"), "u": ("у", "ю"), "v": ("в",), "w": ("в", "у"), "y": ("ы", "й", "и"),
    "z": ("з", "ц"), "'": ("ь", ""), "’": ("ь", ""),
}  # fmt: skip
_TO_LATIN: dict[str, tuple[str, ...]] = {
    "дж": ("j", "g"), "ьо": ("yo", "jo", "io"), "кс": ("x", "ks"), "а": ("a",), "б": ("b",), "в": ("v", "w"),
    "г": ("g", "h"), "д": ("d",), "е": ("e",), "ж": ("zh", "j", "g"), "з": ("z", "s"), "и": ("i", "e", "ee", "y"),
    "й": ("y", "i", "j"), "к": ("k", "c", "ck"), "л": ("l", "ll"), "м": ("m",), "н": ("n",), "о": ("o",), "п": ("p",),
    "р": ("r",), "с": ("s", "c"), "т": ("t", "th"), "у": ("u", "oo", "w"), "ф": ("f", "ph"), "х": ("h", "kh"),
    "ц": ("ts", "c"), "ч": ("ch",), "ш": ("sh",), "щ": ("shch",), "ъ": ("",), "ы": ("y",), "ь": ("",), "э": ("e", "a"),
    "ю": ("yu", "u"), "я": ("ya", "ia"),
}  # fmt: skip


def in_other_alphabet(word: str) -> list[str]:
    """The ways to write the word in the other alphabet, the likeliest first; none of a word that has letters of both.

    None of a word that is longer than any. In small letters, with е for ё.
    """
    plain = word.lower().replace("ё", "е") if len(word) <= _LONGEST else ""
    for table in (_TO_RUSSIAN, _TO_LATIN):
        if sounds := _sounds(plain, table):
            return list(dict.fromkeys(spelling for spelling in _spellings(sounds) if spelling))[
                :_MOST_SPELLINGS
            ]
    return []


def _sounds(word: str, table: dict[str, tuple[str, ...]]) -> list[Sequence[str]]:
    """Of each sound of the word the ways to write it; nothing where a letter is not of this alphabet."""
    sounds: list[Sequence[str]] = []
    start = 0
    while start < len(word):
        length = next(
            (n for n in (4, 3, 2, 1) if len(word) >= start + n and word[start : start + n] in table), 0
        )
        if not length:
            return []
        sounds.append(table[word[start : start + length]])
        start += length
    return sounds


def _spellings(sounds: Sequence[Sequence[str]]) -> Iterator[str]:
    """With every sound as it is most often written, then with one written otherwise, then with two."""
    usual = [ways[0] for ways in sounds]
    open_sounds = [place for place, ways in enumerate(sounds) if len(ways) > 1]
    for number in range(_MOST_GUESSES + 1):
        for places in combinations(open_sounds, number):
            yield from _varied(usual, sounds, places)


def _varied(usual: Sequence[str], sounds: Sequence[Sequence[str]], places: Sequence[int]) -> Iterator[str]:
    if not places:
        yield "".join(usual)
        return
    first, *rest = places
    for way in sounds[first][1:]:
        yield from _varied([*usual[:first], way, *usual[first + 1 :]], sounds, rest)
