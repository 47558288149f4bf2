"""Finding practices: words and facets against the index, ranked and counted as far as whoever asks may see."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Count, F, Func, Value
from django.db.models.expressions import RawSQL

from alliance.queries.clock import today
from portal.kernel.access import Actor
from practices.enums import AdoptionState, Sort
from practices.facets import FACET, FACETS, Facet
from practices.models import Adoption, Entry, Practice

CAP = 500  # as many are ranked and counted; beyond it, the reader narrows down
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
    """From an address, or from what was saved; values that there are not are passed over.

    Several values of one facet come one by one from boxes, and joined by commas from a select.
    """
    text = "".join(letter for letter in _first(lists, "text") if letter.isprintable())
    chosen = {facet.key: _known(facet, ",".join(lists.get(facet.key, ())).split(",")) for facet in FACETS}
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
        return tuple(value for value in given if value in facet.values)
    return tuple(value for value in given if value and value.isprintable() and len(value) <= 80)


@dataclass(frozen=True, slots=True)
class Found:
    """The practices in their order, by id; how many each value of each facet would leave."""

    ids: Sequence[int]
    capped: bool  # there are more
    counts: Mapping[str, Mapping[str, int]]
    sampled: Collection[str]  # facets whose counts are of a part: there are at least so many
    instead: str = ""  # the words that were looked for, where those given are nowhere

    @property
    def cap(self) -> int:
        """As many are ranked and counted."""
        return CAP


def find(actor: Actor, search: Search, on: date | None = None) -> Found:
    """As many queries however much there is: one more for each facet in which something is chosen.

    `on` is the day on which alerts must not have run out: today.
    """
    day = None if search.expired else on or today()
    found, words = candidates(search, search.text, day), search.text
    if search.text and not found:
        words = _respelt(search.text) or search.text
        found = candidates(search, words, day) if words != search.text else found
    capped = len(found) > CAP
    found = dict(list(found.items())[:CAP])
    samples = _samples(search, words, day)
    sampled = {key for key, sample in samples.items() if len(sample) == _sample_size(search)}
    seen = _seen(actor, {*found, *chain.from_iterable(samples.values())})
    found = {pk: candidate for pk, candidate in found.items() if pk in seen}
    tokens = _tally(found)
    for sample in samples.values():
        # what is found counts in any case, be the sample without this choice ever so large
        tokens |= Counter(chain.from_iterable(one for pk, one in sample.items() if pk in seen))
    counts = {facet.key: facet.counts(tokens) for facet in FACETS}
    ordered = _in_order(actor, found, search.order)
    others = {facet.key for facet in FACETS} - set(search.chosen) if capped else set()
    return Found(ordered, capped, counts, sampled | others, words if words != search.text else "")


def _sample_size(search: Search) -> int:
    """All samples together are not half as large as what is ranked."""
    return CAP // (2 * (1 + len(search.chosen)))


def serving_any(measures: Sequence[str], day: date) -> RawSQL:
    """The ids of practices that serve one of these measures, for `pk__in`: to be seen through somebody's sight."""
    wanted = json.dumps(list(_wanted(Search(chosen={"measures": tuple(measures)})).values()))
    return RawSQL("SELECT practice FROM practices_find('', %s, %s, %s)", [wanted, day, CAP + 1])


class Candidate(NamedTuple):
    """What a practice is ranked by: how well the words fit, its grade, how new it is."""

    rank: float
    grade: int
    shared_at: datetime


def candidates(search: Search, words: str, day: date | None) -> dict[int, Candidate]:
    """At most one more than are ranked, by practice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT practice, rank, grade, shared_at FROM practices_find(%s, %s, %s, %s)",
            [words, json.dumps(list(_wanted(search).values())), day, CAP + 1],
        )
        return {pk: Candidate(*rest) for pk, *rest in cursor.fetchall()}


def _samples(search: Search, words: str, day: date | None) -> dict[str, dict[int, list[str]]]:
    """By facet, some of those that there would be without its choice: its tokens, by practice."""
    samples: dict[str, dict[int, list[str]]] = {key: {} for key in search.chosen}
    if not samples:
        return samples
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT field, practice, tokens FROM practices_samples(%s, %s, %s, %s)",
            [words, json.dumps(_wanted(search)), day, _sample_size(search)],
        )
        for key, pk, tokens in cursor.fetchall():
            samples[key][pk] = tokens
    return samples


def _wanted(search: Search) -> dict[str, list[str]]:
    """By facet, the tokens of which a practice must have one."""
    return {key: FACET[key].tokens(values) for key, values in search.chosen.items()}


def _respelt(words: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT practices_respelt(%s)", [words])
        found: str | None = cursor.fetchone()[0]
    return found


def _seen(actor: Actor, ids: Collection[int]) -> set[int]:
    """The first wall: those of the candidates that the actor may see."""
    return set(
        Practice.objects.visible_to(actor).filter(_one_of("pk", ids)).order_by().values_list("pk", flat=True)
    )


def _tally(ids: Collection[int]) -> Counter[str]:
    """How many of these practices, which the actor sees, have each token."""
    rows: Any = Entry.objects.filter(_one_of("pk", ids)).order_by()
    counted = rows.annotate(token=Func(F("facets"), function="unnest")).values_list("token")
    return Counter(dict(counted.annotate(Count("pk"))))


def _one_of(column: str, ids: Collection[int]) -> Func:
    """Hundreds of ids as one array: planned like one, and looked up in one go."""
    return Func(
        F(column),
        Value(list(ids), ArrayField(BigIntegerField())),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _in_order(actor: Actor, found: Mapping[int, Candidate], order: str) -> list[int]:
    used = in_use(actor, list(found)) if order == Sort.ADOPTIONS else {}
    keys: Mapping[str, Callable[[int], tuple[Any, ...]]] = {
        Sort.RELEVANCE: lambda pk: (found[pk].rank, found[pk].shared_at, pk),
        Sort.EVIDENCE: lambda pk: (found[pk].grade, found[pk].rank, found[pk].shared_at, pk),
        Sort.ADOPTIONS: lambda pk: (used.get(pk, 0), found[pk].grade, found[pk].shared_at, pk),
        Sort.NEWEST: lambda pk: (found[pk].shared_at, pk),
    }
    return sorted(found, key=keys[order], reverse=True)


def in_use(actor: Actor, ids: Sequence[int]) -> dict[int, int]:
    """How many use each of these practices or try it, as far as the actor may see."""
    rows: Any = Adoption.objects.visible_to(actor).filter(_one_of("practice", ids), state__in=USED).order_by()
    return dict(rows.values_list("practice_id").annotate(Count("pk")))
