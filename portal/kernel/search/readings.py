"""The ways to read what was typed, in turn: all its words, as they may have been meant, then most of them."""

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from portal.kernel.search.parsing import MAX_CHOSEN, Query, Term, parse, with_word, words_in
from portal.kernel.text import in_other_alphabet

LEAST_MISSPELT = 4  # letters: of shorter words any other is near
LEAST_ALIKE = 0.8  # share of letters that both words have in the same order


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text: `query` is the text, `asked` what is looked for of it."""

    query: Query
    asked: Query
    respelt: str = ""  # the text, where it is not the one typed
    least: int = 0  # how many of the terms asked for do; 0: all of them
    absent: Sequence[str] = ()  # terms of the query that are nowhere, where most of them do

    def as_tsquery(self) -> str:
        return self.asked.any_of(self.least) if self.least else self.asked.as_tsquery()


def longest_first(terms: Sequence[Term]) -> list[Term]:
    """Long words are rarer than short ones: where nobody has counted how many texts have each."""
    return sorted(terms, key=lambda term: -len(term.text))


def readings(
    query: Query,
    spells: Sequence[Callable[[Query], str]],
    *,
    rarest: Callable[[Sequence[Term]], Sequence[Term]] = longest_first,
    with_synonyms: bool = True,
) -> Iterator[Reading]:
    """Each way once those before it have found nothing. `spells`: how else the text may have been meant.

    Most of the words are looked for with those put right that are surely misspelt, then as typed; of very many words
    some: `rarest` puts those first that say most, and leaves out what is nowhere. Of two words one does only where the
    other is nowhere.
    """
    yield (typed := Reading(query, query))
    closely: dict[str, None] = {}
    for spell in spells:
        if (spelling := spell(query)) in ("", query.text):
            continue
        yield _respelt(spelling, with_synonyms=with_synonyms)
        closely[_put_right(query.text, spelling)] = None
    closely.pop(query.text, None)
    for reading in (*(_respelt(each, with_synonyms=with_synonyms) for each in closely), typed):
        numbers = reading.query.fewer_terms()
        known = rarest(reading.query.wanted) if numbers else ()
        if reading.query.is_short and len(known) == len(reading.query.wanted):
            continue
        absent = [term.text for term in reading.query.wanted if term not in known]
        chosen = known[:MAX_CHOSEN]
        asked = reading.query.of_terms(chosen)
        yield from (
            replace(reading, asked=asked, least=least, absent=absent)
            for least in numbers
            if least <= len(chosen)
        )


def _respelt(spelling: str, *, with_synonyms: bool) -> Reading:
    query = parse(spelling, with_synonyms=with_synonyms)
    return Reading(query, query, spelling)


def _put_right(text: str, spelling: str) -> str:
    """The text with those words of the spelling that are almost what was typed.

    Where all words are found together any word that is near may have been meant; where most do, a word that no text has
    is more likely one that none has than another one.
    """
    typed, meant = words_in(text), words_in(spelling)
    if len(typed) == len(meant):
        for word, instead in zip(typed, meant, strict=True):
            if word != instead and is_almost(word, instead):
                text = with_word(text, word, instead)
    return text


def is_almost(word: str, other: str) -> bool:
    """Whether both are written almost alike, in one alphabet or each in its own."""
    ways = [_plain(word), *in_other_alphabet(word)]
    return _plain(other) in ways or any(likeness(way, _plain(other)) >= LEAST_ALIKE for way in ways[:2])


def likeness(word: str, other: str) -> float:
    """The share of letters that both have in the same order."""
    return difflib.SequenceMatcher(None, word, other).ratio()


def transpositions(word: str) -> list[str]:
    """What the word is with two neighbouring letters in each other's place: the error that is made most in typing.

    None of a word that is too short to be misspelt.
    """
    if len(word) < LEAST_MISSPELT:
        return []
    return [f"{word[:n]}{word[n + 1]}{word[n]}{word[n + 2 :]}" for n in range(len(word) - 1)]


def _plain(word: str) -> str:
    return word.lower().replace("ё", "е")
