"""Finding practices: words and facets against the index, ranked and counted as far as whoever asks may see."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count

from alliance.queries.clock import today
from portal.kernel.access import Actor
from practices.enums import AdoptionState, Sort
from practices.facets import FACET, FACETS, Facet
from practices.models import Adoption, Practice

CAP = 1000  # as many are ranked and counted; beyond it, the reader narrows down
USED = (AdoptionState.IN_USE, AdoptionState.TRIAL)
_LONGEST = 200
_MOST = 40  # values of one facet


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; a saved search keeps the same."""

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    expired: bool = False  # alerts that have run out too

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.chosen

    @property
    def order(self) -> str:
        """What was chosen, else what fits best, else the newest."""
        return self.sort or (Sort.RELEVANCE if self.text else Sort.NEWEST)

    def lists(self) -> dict[str, list[str]]:
        """As an address has it; what is not said is left out."""
        said = {"text": [self.text] if self.text else []}
        said |= {key: list(values) for key, values in self.chosen.items()}
        said |= {"sort": [self.sort] if self.sort else [], "expired": ["1"] if self.expired else []}
        return {key: values for key, values in said.items() if values}

    def address(self) -> str:
        """The query part of its address."""
        return urlencode(self.lists(), doseq=True)


def read(lists: Mapping[str, Sequence[str]]) -> Search:
    """From an address, or from what was saved; values that there are not are passed over."""
    text = "".join(letter for letter in _first(lists, "text") if letter.isprintable())
    chosen = {facet.key: _known(facet, lists.get(facet.key, ())) for facet in FACETS}
    sort = _first(lists, "sort")
    return Search(
        text=" ".join(text.split())[:_LONGEST],
        chosen={key: values for key, values in chosen.items() if values},
        sort=sort if sort in Sort.values else "",
        expired=_first(lists, "expired") == "1",
    )


def _first(lists: Mapping[str, Sequence[str]], key: str) -> str:
    return next(iter(lists.get(key, ())), "")


def _known(facet: Facet, values: Sequence[str]) -> tuple[str, ...]:
    given = dict.fromkeys(values[:_MOST])
    if facet.choices is not None:
        return tuple(value for value in given if value in facet.choices.values)
    return tuple(value for value in given if value and value.isprintable() and len(value) <= 80)


@dataclass(frozen=True, slots=True)
class Found:
    """The practices in their order, by id; how many each value of each facet would leave."""

    ids: Sequence[int]
    capped: bool  # there are more
    counts: Mapping[str, Mapping[str, int]]
    instead: str = ""  # the words that were looked for, where those given are nowhere


def find(actor: Actor, search: Search) -> Found:
    """As many queries however much there is: one more for each facet in which something is chosen."""
    day = None if search.expired else today()
    candidates, words = _candidates(search, search.text, day), search.text
    if search.text and not candidates:
        words = _respelt(search.text) or search.text
        candidates = _candidates(search, words, day) if words != search.text else candidates
    without = {key: _candidates(search, words, day, without=key)[:CAP] for key in search.chosen}
    capped, candidates = len(candidates) > CAP, candidates[:CAP]
    seen = _seen(actor, {row.practice for rows in (candidates, *without.values()) for row in rows})
    counts = {facet.key: facet.counts(_tally(without.get(facet.key, candidates), seen)) for facet in FACETS}
    ranks = {row.practice: row.rank for row in candidates if row.practice in seen}
    ordered = _in_order(actor, ranks, seen, search.order)
    return Found(ordered, capped, counts, words if words != search.text else "")


class _Candidate(NamedTuple):
    """What the index gives: a practice, how well the words fit it, its tokens."""

    practice: int
    rank: float
    tokens: list[str]


def _candidates(search: Search, words: str, day: date | None, without: str = "") -> list[_Candidate]:
    """At most one more than are ranked; without one facet's choice, with the tokens of that facet alone."""
    wanted = [FACET[key].tokens(values) for key, values in search.chosen.items() if key != without]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT practice, rank, tokens FROM practices_find(%s, %s, %s, %s, %s)",
            [words, json.dumps(wanted), day, CAP + 1, without],
        )
        return [_Candidate(*row) for row in cursor.fetchall()]


def _respelt(words: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT practices_respelt(%s)", [words])
        found: str | None = cursor.fetchone()[0]
    return found


class _Seen(NamedTuple):
    grade: int
    shared_at: datetime


def _seen(actor: Actor, ids: Collection[int]) -> dict[int, _Seen]:
    """The first wall: those of the candidates that the actor may see."""
    rows = Practice.objects.visible_to(actor).filter(pk__in=ids).order_by()
    return {pk: _Seen(*rest) for pk, *rest in rows.values_list("pk", "entry__grade", "entry__shared_at")}


def _tally(candidates: Sequence[_Candidate], seen: Collection[int]) -> Counter[str]:
    """How many of those that the actor sees have each token."""
    return Counter(chain.from_iterable(row.tokens for row in candidates if row.practice in seen))


def _in_order(
    actor: Actor, ranks: Mapping[int, float], seen: Mapping[int, _Seen], order: str
) -> list[int]:
    used = in_use(actor, list(ranks)) if order == Sort.ADOPTIONS else {}
    keys: Mapping[str, Callable[[int], tuple[Any, ...]]] = {
        Sort.RELEVANCE: lambda pk: (ranks[pk], seen[pk].shared_at, pk),
        Sort.EVIDENCE: lambda pk: (seen[pk].grade, ranks[pk], seen[pk].shared_at, pk),
        Sort.ADOPTIONS: lambda pk: (used.get(pk, 0), seen[pk].grade, seen[pk].shared_at, pk),
        Sort.NEWEST: lambda pk: (seen[pk].shared_at, pk),
    }
    return sorted(ranks, key=keys[order], reverse=True)


def in_use(actor: Actor, ids: Sequence[int]) -> dict[int, int]:
    """How many use each of these practices or try it, as far as the actor may see."""
    rows: Any = Adoption.objects.visible_to(actor).filter(practice__in=ids, state__in=USED).order_by()
    return dict(rows.values_list("practice_id").annotate(Count("pk")))
