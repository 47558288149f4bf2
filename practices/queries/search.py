"""Finding practices: words and facets against the index, ranked and counted as far as the actor may see."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count
from django.db.models.expressions import RawSQL

from alliance.queries.local_dates import today
from portal.kernel.access import Actor
from portal.kernel.search import (
    Query,
    Term,
    is_almost,
    longest_first,
    parse,
    readings,
    similar_synonyms,
    transpositions,
    with_word,
)
from portal.kernel.text import in_other_alphabet, on_other_keyboard
from practices.enums import SearchOrder
from practices.facets import ALL_FACETS_BY_KEY, FACETS, FACETS_BY_KEY, READER_FACETS_BY_KEY
from practices.models import Adoption, Practice
from practices.queries.in_array import in_array
from practices.queries.reader_facets import USED_STATES, entries_of_reader, reader_marks
from practices.queries.search_words import is_filed_under, tsqueries, tsquery

MAX_RANKED = 500  # as many are ranked and counted; beyond it, the reader narrows down
_MAX_TEXT_LENGTH = 200
_MAX_VALUES = 40  # values of one facet


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; a saved search keeps the same."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    expired: bool = False  # alerts that have run out too
    only: bool = False  # the words themselves, without their synonyms

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.filters

    @property
    def order(self) -> str:
        """What was chosen, else what fits best, else the newest."""
        return self.sort or (SearchOrder.RELEVANCE if self.text else SearchOrder.NEWEST)

    def to_parameters(self) -> dict[str, list[str]]:
        """As a query string; empty values are left out."""
        parameters = {"text": [self.text] if self.text else []}
        parameters |= {key: list(values) for key, values in self.filters.items()}
        parameters |= {"sort": [self.sort] if self.sort else [], "expired": ["1"] if self.expired else []}
        parameters |= {"only": ["1"] if self.only else []}
        return {key: values for key, values in parameters.items() if values}

    def to_query_string(self) -> str:
        """The query part of its address."""
        return urlencode(self.to_parameters(), doseq=True)


def parse_search(parameters: Mapping[str, Sequence[str]]) -> Search:
    """From an address, or from what was saved; values that there are not are passed over.

    Several values of one facet come one by one from boxes, and joined by commas from a select.
    """
    text = "".join(letter for letter in _first(parameters, "text") if letter.isprintable())
    chosen = {}
    for facet in ALL_FACETS_BY_KEY.values():
        values = dict.fromkeys(",".join(parameters.get(facet.key, ())).split(",")[:_MAX_VALUES])
        if facet.values:
            known = tuple(value for value in values if value in facet.values)
        else:
            known = tuple(value for value in values if value and value.isprintable() and len(value) <= 80)
        if known:
            chosen[facet.key] = known
    sort = _first(parameters, "sort")
    return Search(
        text=" ".join(text.split())[:_MAX_TEXT_LENGTH],
        filters=chosen,
        sort=sort if sort in SearchOrder.values else "",
        expired=_first(parameters, "expired") == "1",
        only=_first(parameters, "only") == "1",
    )


def _first(lists: Mapping[str, Sequence[str]], key: str) -> str:
    return next(iter(lists.get(key, ())), "")


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The practices in their order, by id; how many each value of each facet would leave."""

    ids: Sequence[int]
    capped: bool  # there are more
    counts: Mapping[str, Mapping[str, int]]
    sampled: Collection[str]  # facets whose counts are of a part: there are at least so many
    query: Query  # the words that were looked for
    respelt: str = ""  # their text, where those given are nowhere
    least: int = 0  # how many of them do, where all together are nowhere
    absent: Sequence[str] = ()  # those that the actor finds nowhere then

    @property
    def cap(self) -> int:
        """As many are ranked and counted."""
        return MAX_RANKED


def find_practices(
    actor: Actor, search: Search, on: date | None = None, *, for_reader: bool = False
) -> SearchResult:
    """As many queries however much there is: one more for each facet in which something is chosen.

    `on` is the day on which alerts must not have run out: today. `for_reader`: counted by what differs by reader, too.
    """
    day = None if search.expired else on or today()
    chosen = {key: values for key, values in search.filters.items() if key in READER_FACETS_BY_KEY}
    indexed = replace(
        search, filters={key: values for key, values in search.filters.items() if key not in chosen}
    )
    looked = _look(indexed, day)
    matches, text = looked.matches, looked.tsquery
    capped = len(matches) > MAX_RANKED
    matches = dict(list(matches.items())[:MAX_RANKED])
    samples = _facet_samples(indexed, text, day)
    sampled = {key for key, sample in samples.items() if len(sample) == _sample_size(indexed)}
    if capped:
        sampled |= {*ALL_FACETS_BY_KEY} - {*indexed.filters}
    if chosen and capped:
        rows = entries_of_reader(actor, chosen, _facet_tokens(indexed).values(), text, day, MAX_RANKED + 1)
        capped = len(rows) > MAX_RANKED
        matches = {pk: Candidate(*rest) for pk, *rest in rows[:MAX_RANKED]} | matches
    visible_ids = _visible(actor, {*matches, *chain.from_iterable(samples.values())})
    matches = {pk: candidate for pk, candidate in matches.items() if pk in visible_ids}
    reader_counts: dict[str, dict[str, int]] = {}
    if chosen or for_reader:
        marks = reader_marks(actor, visible_ids)
        reader_counts = marks.counts(matches, chosen)
        visible_ids = {pk for pk in visible_ids if marks.meets(pk, chosen)}
        matches = {pk: candidate for pk, candidate in matches.items() if pk in visible_ids}
    # how many of these practices, which the actor sees, have each token
    tokens = Counter(chain.from_iterable(candidate.facets for candidate in matches.values()))
    for sample in samples.values():
        # what is found counts in any case, be the sample without this choice ever so large
        tokens |= Counter(
            chain.from_iterable(sample_tokens for pk, sample_tokens in sample.items() if pk in visible_ids)
        )
    counts = {facet.key: facet.counts(tokens) for facet in FACETS} | reader_counts
    ordered = _ranked(actor, matches, search.order)[:MAX_RANKED]
    facts = (looked.respelt, looked.least, looked.absent)
    return SearchResult(ordered, capped, counts, sampled, looked.query, *facts)


class _Look(NamedTuple):
    """What was looked for in the end, and what there is."""

    matches: dict[int, "Candidate"]
    tsquery: str
    query: Query
    respelt: str = ""
    least: int = 0
    absent: Sequence[str] = ()


def _look(search: Search, day: date | None) -> _Look:
    """All words; else as they may have been meant; else most of them."""
    query = parse(search.text, with_synonyms=not search.only)
    first: _Look | None = None
    spells = (_on_other_keyboard, _respell)
    for reading in readings(query, spells, rarest=partial(_known, day), with_synonyms=not search.only):
        matches = _candidates(search, words := tsquery(reading.asked, reading.least), day)
        look = _Look(matches, words, reading.query, reading.respelt, reading.least, reading.absent)
        if matches or not query.wanted:
            return look
        first = first or look
    return first or _Look({}, "", query)


def _known(day: date | None, terms: Sequence[Term]) -> list[Term]:
    """Those that the actor finds anywhere, the longest first. Three queries."""
    ordered = longest_first(terms)
    words = tsqueries([Query(term.text, (term,)) for term in ordered])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM practices_find(words, '[]', %s, 1))"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS terms (words, place) WHERE words <> '' ORDER BY place",
            [day, words],
        )
        are_known = iter([is_known for (is_known,) in cursor.fetchall()])
    return [term for term, text in zip(ordered, words, strict=True) if text and next(are_known)]


def _sample_size(search: Search) -> int:
    """All samples together are not half as large as what is ranked."""
    return MAX_RANKED // (2 * (1 + len(search.filters)))


def ids_for_measures(measures: Sequence[str], day: date) -> RawSQL:
    """The ids of practices that serve one of these measures, for `pk__in`: to be narrowed by `visible_to`."""
    tokens = json.dumps(list(_facet_tokens(Search(filters={"measures": tuple(measures)})).values()))
    return RawSQL("SELECT practice FROM practices_find('', %s, %s, %s)", [tokens, day, MAX_RANKED + 1])


class Candidate(NamedTuple):
    """What a practice is ranked by: how well the words fit, its grade, how new it is; and its tokens."""

    rank: float
    grade: int
    shared_at: datetime
    facets: Sequence[str]


def candidates(search: Search, text: str, day: date | None) -> dict[int, Candidate]:
    """At most one more than are ranked, by practice; the words are those of the text."""
    return _candidates(
        search, tsquery(parse(text, with_synonyms=not search.only)) if text else "", day, text=text
    )


def _candidates(
    search: Search, words: str, day: date | None, text: str | None = None
) -> dict[int, Candidate]:
    """The same for a query of the index."""
    if not words and (search.text if text is None else text):
        return {}  # stop words alone are in everything, and say nothing
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT practice, rank, grade, shared_at, facets FROM practices_find(%s, %s, %s, %s)",
            [words, json.dumps(list(_facet_tokens(search).values())), day, MAX_RANKED + 1],
        )
        return {pk: Candidate(*rest) for pk, *rest in cursor.fetchall()}


def _facet_samples(search: Search, text: str, day: date | None) -> dict[str, dict[int, list[str]]]:
    """By facet, some of those that there would be without its choice: its tokens, by practice."""
    samples: dict[str, dict[int, list[str]]] = {key: {} for key in search.filters}
    if not samples or (search.text and not text):
        return samples
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT field, practice, tokens FROM practices_samples(%s, %s, %s, %s)",
            [text, json.dumps(_facet_tokens(search)), day, _sample_size(search)],
        )
        for key, pk, tokens in cursor.fetchall():
            samples[key][pk] = tokens
    return samples


def _facet_tokens(search: Search) -> dict[str, list[str]]:
    """By facet, the tokens of which a practice must have one."""
    return {key: FACETS_BY_KEY[key].tokens(values) for key, values in search.filters.items()}


def _on_other_keyboard(query: Query) -> str:
    return on_other_keyboard(query.text)


# Two letters in each other's place leave a short word too little in common with the one that was meant: what it is with
# them put back comes first where the actor can find it.
_RESPELT = """
SELECT coalesce((SELECT word FROM unnest(%s::text[]) WITH ORDINALITY AS transposed (word, place)
    WHERE numnode(plainto_tsquery('portal_words', word)) > 0
      AND EXISTS (SELECT FROM practices_find(plainto_tsquery('portal_words', word)::text, '[]', NULL, 1))
    ORDER BY place LIMIT 1), practices_respelt(%s))
"""


def _respell(query: Query) -> str:
    """The text with each word that the actor finds nowhere replaced by the most similar one that they can find."""
    text = query.text
    known = _known(None, query.wanted)
    for term, is_named in zip(query.wanted, is_filed_under(query), strict=True):
        if is_named or term.group or term.is_phrase or term in known:
            continue
        spelling = _similar(term.text)
        if spelling.lower() != term.text.lower().replace("ё", "е"):
            text = with_word(text, term.text, spelling)
    return text


def _similar(word: str) -> str:
    """The most similar word that the actor finds; what is almost the same in the other alphabet comes first."""
    near = _spelt_like(transpositions(word.lower()), word) or next(iter(similar_synonyms(word)), word)
    if (near != word and is_almost(word, near)) or not (ways := in_other_alphabet(word)):
        return near
    other = _spelt_like(ways, ways[0]) or next(iter(similar_synonyms(ways[0])), "")
    return other if other and is_almost(word, other) else near


def _spelt_like(ways: Sequence[str], word: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_RESPELT, [list(ways), word])
        return cursor.fetchone()[0] or ""


def _visible(actor: Actor, ids: Collection[int]) -> set[int]:
    """The visibility filter: those of the candidates that the actor may see."""
    return set(
        Practice.objects.visible_to(actor).filter(in_array("pk", ids)).order_by().values_list("pk", flat=True)
    )


def _ranked(actor: Actor, by_id: Mapping[int, Candidate], order: str) -> list[int]:
    used = use_counts(actor, list(by_id)) if order == SearchOrder.ADOPTIONS else {}
    keys: Mapping[str, Callable[[int], tuple[Any, ...]]] = {
        SearchOrder.RELEVANCE: lambda pk: (by_id[pk].rank, by_id[pk].shared_at, pk),
        SearchOrder.EVIDENCE: lambda pk: (by_id[pk].grade, by_id[pk].rank, by_id[pk].shared_at, pk),
        SearchOrder.ADOPTIONS: lambda pk: (used.get(pk, 0), by_id[pk].grade, by_id[pk].shared_at, pk),
        SearchOrder.NEWEST: lambda pk: (by_id[pk].shared_at, pk),
    }
    return sorted(by_id, key=keys[order], reverse=True)


def use_counts(actor: Actor, ids: Sequence[int]) -> dict[int, int]:
    """How many use each of these practices or try it, as far as the actor may see."""
    rows: Any = (
        Adoption.objects.visible_to(actor).filter(in_array("practice", ids), state__in=USED_STATES).order_by()
    )
    return dict(rows.values_list("practice_id").annotate(Count("pk")))
