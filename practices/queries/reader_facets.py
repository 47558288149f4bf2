"""By what practices are narrowed down that differs by reader: uses that they may see, languages that they can read.

No index holds these: they are looked up for what the words and the other facets have found.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BooleanField, FloatField, Q, Value
from django.db.models.expressions import RawSQL

from portal.kernel.access import Actor
from portal.kernel.text import LANGUAGES
from practices.enums import AdoptionState, TranslationState, UseFilter
from practices.facets import READER_FACETS, READER_FACETS_BY_KEY, Facet
from practices.models import Adoption, AdoptionResult, Practice, SearchEntry, Translation
from practices.queries.in_array import in_array
from practices.queries.service_kinds import kinds_in, measured_kinds, registered_services

_VALUES_OF_STATE = {
    AdoptionState.IN_USE: frozenset({str(UseFilter.IN_USE), str(UseFilter.LIKE_OURS)}),
    AdoptionState.TRIAL: frozenset({str(UseFilter.LIKE_OURS)}),
}
USED_STATES = tuple(_VALUES_OF_STATE)

Chosen = Mapping[str, Sequence[str]]  # by facet, the values


def values_of_state(state: str) -> frozenset[str]:
    """What a practice may be found by where a use of it is in this state."""
    return _VALUES_OF_STATE.get(AdoptionState(state), frozenset())


def values_of_result(result: AdoptionResult, earlier: Collection[AdoptionResult]) -> set[str]:
    """What a practice may be found by with this result of a use, and not with its earlier measured ones alone."""
    if result.before is None:
        return set()
    values = set() if earlier else {str(UseFilter.MEASURED)}
    if result.service_kind not in {each.service_kind for each in earlier}:
        values.add(str(UseFilter.LIKE_OURS))
    return values


@dataclass(frozen=True)
class ReaderMarks:
    """By practice, its tokens of these facets, as `use:measured`. `knows_kinds`: of the reader's own services."""

    knows_kinds: bool = False
    tokens: Mapping[int, set[str]] = field(default_factory=dict)

    def meets(self, practice_id: int, chosen: Chosen) -> bool:
        """Whether the practice has what was chosen."""
        own = self.tokens.get(practice_id, set())
        return all(_meets(own, READER_FACETS_BY_KEY[key], values) for key, values in chosen.items())

    def counts(self, practice_ids: Collection[int], chosen: Chosen) -> dict[str, dict[str, int]]:
        """By facet, how many of these practices each value would leave beside what is chosen."""
        return {facet.key: self._counts_of(facet, practice_ids, chosen) for facet in READER_FACETS}

    def _counts_of(self, facet: Facet, practice_ids: Collection[int], chosen: Chosen) -> dict[str, int]:
        others = {key: values for key, values in chosen.items() if key != facet.key}
        beside = chosen.get(facet.key, ()) if facet.all_of else ()
        values = [value for value in facet.values if self.knows_kinds or value != UseFilter.LIKE_OURS]
        return {
            value: sum(self.meets(pk, {**others, facet.key: [*beside, value]}) for pk in practice_ids)
            for value in values
        }


def _meets(own: Collection[str], facet: Facet, values: Iterable[str]) -> bool:
    have = (f"{facet.key}:{value}" in own for value in values)
    return all(have) if facet.all_of else any(have)


def reader_marks(
    actor: Actor,
    practice_ids: Collection[int],
    *,
    without_uses: Collection[int] = (),
    without_results: Collection[int] = (),
) -> ReaderMarks:
    """Of practices that the actor sees, as if without these uses and results.

    As many queries for hundreds as for one.
    """
    tokens: dict[int, set[str]] = defaultdict(set)
    practices: Any = Practice.objects.visible_to(actor).filter(in_array("pk", practice_ids)).order_by()
    translations: Any = Translation.objects.visible_to(actor).filter(
        in_array("practice", practice_ids), state=TranslationState.SHARED, earlier_readers__isnull=True
    )
    for pk, language in [
        *practices.values_list("pk", "language"),
        *translations.order_by().values_list("practice_id", "language"),
    ]:
        tokens[pk].add(f"read_in:{language}")
    results: Any = (
        AdoptionResult.objects.visible_to(actor)
        .filter(
            in_array("adoption__practice", practice_ids),
            withdrawn_at=None,
            before__isnull=False,
            after__isnull=False,
        )
        .exclude(adoption__in=without_uses)
        .exclude(pk__in=without_results)
    )
    kinds: dict[int, set[str]] = defaultdict(set)
    for pk, use, kind in results.order_by().values_list(
        "adoption__practice_id", "adoption_id", "service_kind"
    ):
        tokens[pk].add(f"use:{UseFilter.MEASURED}")
        kinds[use].add(kind)
    uses: Any = Adoption.objects.visible_to(actor).filter(
        in_array("practice", practice_ids), state__in=USED_STATES
    )
    return ReaderMarks(_mark_uses(actor, uses.exclude(pk__in=without_uses), kinds, tokens), tokens)


def _mark_uses(
    actor: Actor, uses: Any, measured: Mapping[int, set[str]], tokens: dict[int, set[str]]
) -> bool:
    """What is in use, and what others try or use on a service like one of the reader's own."""
    sorts = [f"service__sort_{code}" for code in LANGUAGES]
    rows = list(uses.order_by().values_list("pk", "practice_id", "organisation_id", "state", *sorts))
    own_kinds: set[str] = set()
    if actor.tenant_id is not None:
        own_kinds = measured_kinds(actor) | {kind for row in registered_services(actor) for kind in row.kinds}
    texts = {row[0]: " / ".join(text or "" for text in row[4:]) for row in rows}
    registered = kinds_in(set(texts.values())) if own_kinds else {}
    for use, practice_id, organisation, state, *_texts in rows:
        if state == AdoptionState.IN_USE:
            tokens[practice_id].add(f"use:{UseFilter.IN_USE}")
        use_kinds = measured.get(use, set()) | registered.get(texts[use], frozenset())
        if organisation != actor.tenant_id and own_kinds & use_kinds:
            tokens[practice_id].add(f"use:{UseFilter.LIKE_OURS}")
    return bool(own_kinds)


def narrow_by_reader(actor: Actor, rows: Any, chosen: Chosen, *, language: str = "language") -> Any:
    """Of practices, or what has their ids, those with these choices; `language` leads to that of their original."""
    if values := chosen.get("use"):
        used = Adoption.objects.visible_to(actor).order_by().values_list("practice_id", flat=True).distinct()
        marks = reader_marks(actor, list(used))
        rows = rows.filter(in_array("pk", [pk for pk in marks.tokens if marks.meets(pk, {"use": values})]))
    if languages := chosen.get("read_in"):
        translated = Translation.objects.visible_to(actor).filter(
            state=TranslationState.SHARED, earlier_readers__isnull=True, language__in=languages
        )
        rows = rows.filter(Q(**{f"{language}__in": languages}) | Q(pk__in=translated.values("practice_id")))
    return rows


def entries_of_reader(
    actor: Actor,
    chosen: Chosen,
    facet_tokens: Iterable[Sequence[str]],
    words: str,
    day: date | None,
    most: int,
) -> list[tuple[Any, ...]]:
    """Of all practices with these choices, however many there are with the words and other facets alone: the best.

    Each as `practices_find` gives it: practice, rank, grade, day, tokens.
    """
    visible: Any = SearchEntry.objects.visible_to(actor)
    rows = narrow_by_reader(actor, visible, chosen, language="practice__language")
    for tokens in facet_tokens:
        rows = rows.filter(facets__overlap=list(tokens))
    if day:
        rows = rows.filter(Q(expires_on=None) | Q(expires_on__gte=day))
    rank: Any = Value(0.0, FloatField())
    if words:
        column, asked = "practices_searchentry.search_vector", "%s::tsquery"
        rows = rows.filter(RawSQL(f"{column} @@ {asked}", [words], BooleanField()))
        fits = "ts_rank" if "|" in words else "ts_rank_cd"
        rank = RawSQL(f"{fits}({column}, {asked})", [words], FloatField())
    best = rows.annotate(rank=rank).order_by("-rank", "-shared_at", "practice")
    return list(best.values_list("practice_id", "rank", "grade", "shared_at", "facets")[:most])
