"""Finding practices: words and facets against the index, ranked and counted as far as whoever asks may see."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, F, Func

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
    candidates, words = _candidates(search, search.text), search.text
    if search.text and not candidates:
        words = _respelt(search.text) or search.text
        candidates = _candidates(search, words) if words != search.text else candidates
    ranks = dict(candidates[:CAP])
    tokens = _tokens(actor, list(ranks))
    counts = {
        facet.key: facet.counts(
            _tokens(actor, [pk for pk, _rank in _candidates(search, words, without=facet.key)[:CAP]])
            if facet.key in search.chosen
            else tokens
        )
        for facet in FACETS
    }
    ordered = _in_order(actor, ranks, search.order)
    return Found(ordered, len(candidates) > CAP, counts, words if words != search.text else "")


def _candidates(search: Search, words: str, without: str = "") -> list[tuple[int, float]]:
    """At most one more than are ranked, with their rank."""
    wanted = [FACET[key].tokens(values) for key, values in search.chosen.items() if key != without]
    day = None if search.expired else today()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT practice, rank FROM practices_find(%s, %s, %s, %s)", [words, json.dumps(wanted), day, CAP + 1]
        )
        found: list[tuple[int, float]] = cursor.fetchall()
    return found


def _respelt(words: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT practices_respelt(%s)", [words])
        found: str | None = cursor.fetchone()[0]
    return found


def _tokens(actor: Actor, ids: Sequence[int]) -> dict[str, int]:
    """How many of these practices have each token."""
    rows: Any = Practice.objects.visible_to(actor).filter(pk__in=ids).order_by()
    rows = rows.annotate(token=Func(F("entry__facets"), function="unnest"))
    return dict(rows.values_list("token").annotate(Count("pk")))


def _in_order(actor: Actor, ranks: Mapping[int, float], order: str) -> list[int]:
    seen = Practice.objects.visible_to(actor).filter(pk__in=list(ranks)).order_by()
    rows = list(seen.values_list("pk", "entry__grade", "entry__shared_at"))
    used = in_use(actor, list(ranks)) if order == Sort.ADOPTIONS else {}
    keys: Mapping[str, Any] = {
        Sort.RELEVANCE: lambda row: (ranks[row[0]], row[2], row[0]),
        Sort.EVIDENCE: lambda row: (row[1], ranks[row[0]], row[2], row[0]),
        Sort.ADOPTIONS: lambda row: (used.get(row[0], 0), row[1], row[2], row[0]),
        Sort.NEWEST: lambda row: (row[2], row[0]),
    }
    return [row[0] for row in sorted(rows, key=keys[order], reverse=True)]


def in_use(actor: Actor, ids: Sequence[int]) -> dict[int, int]:
    """How many use each of these practices or try it, as far as the actor may see."""
    rows: Any = Adoption.objects.visible_to(actor).filter(practice__in=ids, state__in=USED).order_by()
    return dict(rows.values_list("practice_id").annotate(Count("pk")))
