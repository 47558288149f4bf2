"""The search behind the sign-in: what the actor may read of reports in the making, pledges, people, members and cycles.

Nothing of it is in an index: these rows are few for each organisation, and are searched as they are. Of pledges, which
the secretariat reads of all members, their words are at hand. A text is read as in the search of the public record: all
words, then as they may have been meant, then most of them.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import chain
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Lower, RowNumber

from alliance.enums import ReportState
from alliance.models import Answer, Cycle, Membership, Organisation, Pledge
from portal.kernel.access import Actor
from portal.kernel.search import (
    Query,
    Term,
    longest_first,
    parse,
    readings,
    transpositions,
    with_word,
    words_in,
)
from portal.kernel.text import in_other_alphabet, on_other_keyboard

_CONFIG = "portal_words"
MOST_ROWS = 8  # of each kind, where several are shown
_LEAST_SIMILAR = 0.4  # part of a text, to be looked through for a word that may have been meant
_LEAST_ALIKE = 0.75  # two words of which one may have been meant by the other
_NEAR_TEXTS = 5  # of each column for each word
_MOST_RESPELT = 4  # words that are compared with all texts


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is searched of a kind of rows: columns that name it, which weigh most, and those of its texts.

    `words` is the column that has both as a vector, where there is one.
    """

    rows: Callable[[Actor], QuerySet[Any]]
    names: Sequence[str] = ()
    texts: Sequence[str] = ()
    words: str = ""

    @property
    def vector(self) -> Any:
        """Names and texts as words, to be compared with those asked for."""
        if self.words:
            return F(self.words)
        names, texts = (
            SearchVector(*columns, weight=weight, config=_CONFIG) if columns else None
            for columns, weight in ((self.names, "A"), (self.texts, "B"))
        )
        return names + texts if names and texts else names or texts


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """The matches of one kind, the best first: the first few, how many there are, and all for pages of a list."""

    first: Sequence[Any]
    count: int
    matches: QuerySet[Any]


@dataclass(frozen=True, slots=True)
class AreaFindings:
    """What was found beside the public record and the library by kind, and how the text was understood."""

    query: Query
    groups: Mapping[str, AreaGroup]
    respelt: str = ""  # the text that was looked for, where that typed is nowhere
    least: int = 0  # how many of the words do, where all together are nowhere
    absent: Sequence[str] = ()  # those that are nowhere here then


def _answers(actor: Actor) -> QuerySet[Any]:
    # to the secretariat those of all members are too many to be read one by one, and are public in the end
    if actor.is_host:
        return Answer.objects.none()
    rows: QuerySet[Any] = Answer.objects.visible_to(actor).exclude(report__state=ReportState.PUBLISHED)
    return rows.select_related("report__cycle", "indicator__measure")


def _pledges(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = Pledge.objects.visible_to(actor)
    return rows.select_related("organisation")


def _people(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = Membership.objects.visible_to(actor).filter(ended_at__isnull=True)
    return rows.select_related("person", "organisation")


_KINDS: Mapping[str, _Kind] = {
    "answers": _Kind(_answers, texts=("text",)),
    "pledges": _Kind(_pledges, ("title",), ("text",), words="search_vector"),
    "people": _Kind(_people, ("person__name",), ("office",)),
    "members": _Kind(lambda actor: Organisation.objects.visible_to(actor), ("name_en", "name_ru")),
    "cycles": _Kind(lambda actor: Cycle.objects.visible_to(actor), ("title_en", "title_ru")),
}
KINDS = tuple(_KINDS)


def area_findings(actor: Actor, text: str, *, kind: str = "", as_typed: bool = False) -> AreaFindings:
    """What the actor sees of it; `as_typed`: nothing is respelt; `kind`: of this kind alone.

    A query for each kind, none for no words. Where all words are nowhere, one for each column to respell them, and one
    for each kind again with each further attempt.
    """
    kinds = (kind,) if kind else KINDS
    query = parse(text)
    if not query.wanted:
        return AreaFindings(query, {})
    spells = () if as_typed else (_on_other_keyboard, partial(_respell, actor))
    for reading in readings(query, spells, rarest=partial(_known, actor, kinds)):
        if groups := _groups(actor, reading.as_tsquery(), kinds):
            facts = (reading.respelt, reading.least, reading.absent)
            return AreaFindings(reading.query, groups, *facts)
    return AreaFindings(query, {})


def _groups(actor: Actor, tsquery: str, kinds: Sequence[str]) -> dict[str, AreaGroup]:
    """Those of these kinds of which anything matches, in their order."""
    groups = {}
    for key in kinds:
        matches = _matches(_KINDS[key], actor, tsquery)
        # counted in the same query, which compares every row anyway
        if first := list(matches.annotate(match_count=Window(Count("*")))[:MOST_ROWS]):
            groups[key] = AreaGroup(first, first[0].match_count, matches)
    return groups


def _known(actor: Actor, kinds: Sequence[str], terms: Sequence[Term]) -> Sequence[Term]:
    """Of two words those that are anywhere, a query for each kind and word; else all, the longest first."""
    if len(terms) != 2:
        return longest_first(terms)
    return [
        term
        for term in terms
        if any(_matches(_KINDS[kind], actor, term.as_tsquery()).exists() for kind in kinds)
    ]


def _matches(kind: _Kind, actor: Actor, tsquery: str) -> QuerySet[Any]:
    asked = SearchQuery(tsquery, config=_CONFIG, search_type="raw")
    rows = kind.rows(actor).alias(vector=kind.vector, rank=SearchRank(kind.vector, asked))
    return rows.filter(vector=asked).order_by("-rank", "-pk")


def _on_other_keyboard(query: Query) -> str:
    return on_other_keyboard(query.text)


def _respell(actor: Actor, query: Query) -> str:
    """The text with its first words replaced by those of the actor's own texts and names that are spelt most like them.

    A query for each column, none for short words alone.
    """
    typed = {
        term.text: term.text.lower().replace("ё", "е")
        for term in query.wanted
        if not (term.group or term.is_phrase or len(term.text) < 4)
    }
    words = list(typed.values())[:_MOST_RESPELT]
    written_otherwise = {word: in_other_alphabet(word)[:1] for word in words}
    own_words = _near_words(actor, [*words, *chain(*written_otherwise.values())]) if words else []
    text = query.text
    for as_typed, word in typed.items():
        ways = [word, *written_otherwise[word]] if word in words else []
        near = [each for way in ways for each in difflib.get_close_matches(way, own_words, 1, _LEAST_ALIKE)]
        if near and near[0] != word:
            text = with_word(text, as_typed, near[0])
    return text


def _near_words(actor: Actor, words: Sequence[str]) -> list[str]:
    """The words of those texts that have one most like any of these. A query for each column, however many words."""
    near_words: set[str] = set()
    for kind in _KINDS.values():
        for column in (*kind.names, *kind.texts):
            for text in _near_texts(kind.rows(actor), column, words):
                near_words.update(words_in(str(text).lower().replace("ё", "е")))
    return sorted(near_words)


def _near_texts(rows: QuerySet[Any], column: str, words: Sequence[str]) -> QuerySet[Any]:
    """The texts of one column that have a word like any of these: for each word the few that are most like it."""
    numbers = range(len(words))
    likeness = {f"likeness{n}": _likeness(words[n], column) for n in numbers}
    places = {f"place{n}": Window(RowNumber(), order_by=(F(f"likeness{n}").desc(), F("pk"))) for n in numbers}
    alike = [Q(**{f"likeness{n}__gte": _LEAST_SIMILAR}) for n in numbers]
    nearest = [alike[n] & Q(**{f"place{n}__lte": _NEAR_TEXTS}) for n in numbers]
    near = rows.order_by().annotate(**likeness).filter(reduce(or_, alike)).annotate(**places)
    return near.filter(reduce(or_, nearest)).values_list(column, flat=True)


def _likeness(word: str, column: str) -> Case:
    """Of the word in the text that is most like this one: all of it where two letters stand in each other's place."""
    either = "|".join(map(re.escape, transpositions(word)))
    transposed = When(**{f"{column}__iregex": rf"\m({either})\M"}, then=Value(1.0))
    return Case(transposed, default=TrigramWordSimilarity(word, Lower(column)))
