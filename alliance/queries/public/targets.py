"""What became of the targets of published pledges: derived from published figures, or decided by the secretariat.

A target is decided by the figure that it names, in the report whose period covers its day. Of several services the
worst counts: one that did not reach it makes it missed, one without a figure leaves it open. What was reached later
never makes it kept. One that no figure can decide, because it names none or one of which no side is the better, is
decided by the secretariat once its day is over, with a public reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from alliance.enums import (
    CharterState,
    Direction,
    FigureStatus,
    Gap,
    IndicatorScope,
    PledgeState,
    TargetState,
)
from alliance.figure_fields import FigureValues
from alliance.models import Charter, Cycle, Indicator, PublishedFigure, PublishedPledge, Service
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.lineage import Lineage, lineage_of
from alliance.queries.local_dates import today
from alliance.queries.public.member_keys import under_own_keys
from alliance.queries.public.readings import READING_COLUMNS, Reading
from portal.kernel.access import ANYONE

TargetKey = tuple[UUID, int]  # the record of the pledge, and the number of the target in it, from 1
_ServiceReading = tuple[Service | None, Reading]  # None: of the whole organisation
_Place = tuple[int, int, str]  # organisation, cycle, key of the indicator in the version of that cycle


@dataclass(frozen=True, slots=True)
class TargetReading:
    """The figure of a cycle that counts for a target: of several services the worst."""

    cycle: Cycle
    reading: Reading
    reached: bool | None  # None: it decides nothing
    service: Service | None = None  # None: the figure of the whole organisation
    services: int = 1  # among how many it is the worst


@dataclass(frozen=True, slots=True)
class CorrectedFigures:
    """Figures of one member in one cycle with other values, by indicator and service; "": of the organisation."""

    organisation_id: int
    cycle_id: int
    values: Mapping[tuple[str, str], FigureValues]


@dataclass(frozen=True, slots=True)
class TargetDecision:
    """What the secretariat has decided of a target that no figure can decide, when and why."""

    state: TargetState
    reason: Mapping[str, str]  # by language
    decided_on: date


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """A target and what became of it. Without a day it has no state: it is listed and not counted."""

    number: int
    text: str
    due_on: date | None
    state: TargetState | None
    indicator: Indicator | None = None
    value: Decimal | None = None
    on_the_day: TargetReading | None = None  # of the report that covers the day
    readings: Sequence[TargetReading] = ()  # of each report with the figure, the earliest first
    reached_later: Cycle | None = None  # of a missed one: the first period in which it was reached
    decision: TargetDecision | None = None  # of one that no figure can decide

    @property
    def latest(self) -> TargetReading | None:
        """That of the last report with the figure."""
        return self.readings[-1] if self.readings else None

    @property
    def has_deciding_figure(self) -> bool:
        """Whether it names a figure that can decide it."""
        return self.value is not None and self.indicator is not None and self.indicator.decides_targets

    @property
    def awaits_decision(self) -> bool:
        """Whether its day is over, no figure can decide it, and the secretariat has not."""
        return self.state == TargetState.LATE and not self.has_deciding_figure and self.decision is None


def decision_of(target: Mapping[str, Any]) -> TargetDecision | None:
    """The decision in a published target."""
    decision = target.get("decision")
    if decision is None:
        return None
    day = date.fromisoformat(decision["decided_on"])
    return TargetDecision(TargetState(decision["state"]), decision["reason"], day)


def published_targets(record: UUID) -> list[TargetStanding]:
    """The targets of a pledge as it is public now, in its order; none where it is not."""
    pledges = PublishedPledge.objects.current().filter(record=record)
    return list(target_standings(pledges, today()).values())


def target_standings(pledges: Iterable[PublishedPledge], day: date) -> Mapping[TargetKey, TargetStanding]:
    """What became of each target of these pledges. Five queries, and one to five for each charter that they are to.

    However many pledges, members and cycles there are.
    """
    rows = list(pledges)
    figures = _Figures.of(rows)
    return {
        (pledge.record, number): _standing(pledge, number, target, figures, day)
        for pledge in rows
        for number, target in enumerate(pledge.targets, 1)
    }


def standings_before_and_after(
    pledges: Iterable[PublishedPledge], day: date, corrected: CorrectedFigures
) -> list[tuple[TargetStanding, TargetStanding]]:
    """Each target as it is, and as it would be with other values of public figures. As many queries as above."""
    rows = list(pledges)
    figures = _Figures.of(rows)
    return _pairs(rows, day, figures, figures.with_values(corrected))


def standings_without_report(
    pledges: Iterable[PublishedPledge], day: date, organisation_id: int, cycle_id: int
) -> list[tuple[TargetStanding, TargetStanding]]:
    """Each target as it is, and as it would be once this report is withdrawn. As many queries as above."""
    rows = list(pledges)
    figures = _Figures.of(rows)
    return _pairs(rows, day, figures, figures.without(organisation_id, cycle_id))


def _pairs(
    pledges: Sequence[PublishedPledge], day: date, before: "_Figures", after: "_Figures"
) -> list[tuple[TargetStanding, TargetStanding]]:
    return [
        (_standing(pledge, number, target, before, day), _standing(pledge, number, target, after, day))
        for pledge in pledges
        for number, target in enumerate(pledge.targets, 1)
    ]


def _standing(
    pledge: PublishedPledge, number: int, target: Mapping[str, Any], figures: "_Figures", day: date
) -> TargetStanding:
    due_on = date.fromisoformat(target["due_on"]) if target["due_on"] else None
    value = Decimal(target["value"]) if target["value"] is not None else None
    indicator = figures.indicators.get((pledge.charter_id or 0, target["indicator"]))
    readings: Sequence[TargetReading] = ()
    if indicator is not None and value is not None:
        readings = [
            _worst(cycle, rows, indicator, value) for cycle, rows in figures.readings_of(pledge, indicator)
        ]
    on_the_day = _covering(readings, due_on) if due_on else None
    decision = decision_of(target)
    state = _state(pledge, due_on, on_the_day, decision, day)
    later = [each.cycle for each in readings if due_on and each.reached and each.cycle.starts_on > due_on]
    return TargetStanding(
        number,
        target["text"],
        due_on,
        state,
        indicator,
        value,
        on_the_day,
        readings=readings,
        reached_later=later[0] if later and state == TargetState.MISSED else None,
        decision=decision,
    )


def _state(
    pledge: PublishedPledge,
    due_on: date | None,
    on_the_day: TargetReading | None,
    decision: TargetDecision | None,
    day: date,
) -> TargetState | None:
    if pledge.state == PledgeState.WITHDRAWN:
        return TargetState.WITHDRAWN
    if due_on is None:
        return None
    if day <= due_on:
        return TargetState.DUE
    if decision is not None:
        return decision.state
    if on_the_day is None or on_the_day.reached is None:
        return TargetState.LATE
    return TargetState.KEPT if on_the_day.reached else TargetState.MISSED


def _covering(readings: Sequence[TargetReading], day: date) -> TargetReading | None:
    """The figure of the period that covers the day; of two periods, the one that ends later."""
    return next(
        (each for each in reversed(readings) if each.cycle.starts_on <= day <= each.cycle.ends_on), None
    )


# --- Of several services the worst ------------------------------------------------------------------


def _worst(
    cycle: Cycle, rows: Sequence[_ServiceReading], indicator: Indicator, value: Decimal
) -> TargetReading:
    """The reading that counts: what missed the value before what decides nothing, and that before what reached it."""
    judged = [
        TargetReading(cycle, reading, _is_reached(reading, indicator, value), service)
        for service, reading in rows
        if reading.status != FigureStatus.NOT_APPLICABLE
    ]
    if not judged:  # it applies to none of them
        service, reading = rows[0]
        return TargetReading(cycle, reading, None, service)

    def rank(each: TargetReading) -> tuple[int, Decimal]:
        number = (
            each.reading.value if each.reading.has_value and each.reading.value is not None else Decimal()
        )
        place = {False: 0, None: 1, True: 2}[each.reached]
        return place, -number if indicator.direction == Direction.LOWER else number

    return replace(min(judged, key=rank), services=len(judged))


def _is_reached(reading: Reading, indicator: Indicator, value: Decimal) -> bool | None:
    """Whether the figure is as good as the target; None where it has no number, or no side of it is the good one."""
    if not reading.has_value or reading.value is None:
        return None
    if indicator.direction == Direction.HIGHER:
        return reading.value >= value
    return reading.value <= value if indicator.direction == Direction.LOWER else None


# --- What is published ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Figures:
    """The published figures that the targets name, read at once."""

    indicators: Mapping[tuple[int, str], Indicator] = field(default_factory=dict)  # by version and key
    lineages: Mapping[str, Lineage] = field(default_factory=dict)  # by the charter's key
    cycles: Sequence[Cycle] = ()  # the earliest first
    services: Mapping[int, Service] = field(default_factory=dict)
    rows: Mapping[_Place, Sequence[tuple[int | None, Reading]]] = field(default_factory=dict)

    @classmethod
    def of(cls, pledges: Sequence[PublishedPledge]) -> "_Figures":
        """Those of these pledges. Five queries, and those of the lineages; none where no target names a figure."""
        if not any(target["indicator"] for pledge in pledges for target in pledge.targets):
            return cls()
        indicators = _indicators(pledges)
        lineages = _lineages(indicator.charter.key for indicator in indicators.values())
        keys = {
            place: {
                _key_in(version, indicator, lineages[indicator.charter.key])
                for version in lineages[indicator.charter.key].versions
            }
            for place, indicator in indicators.items()
        }
        places = {
            (pledge.organisation_id, key)
            for pledge in pledges
            for target in pledge.targets
            for key in keys.get((pledge.charter_id or 0, target["indicator"]), ())
            if key
        }
        figures = PublishedFigure.objects.current().filter(under_own_keys("indicator_key", places), cell="")
        rows: dict[_Place, list[tuple[int | None, Reading]]] = defaultdict(list)
        columns = figures.order_by("service_id").values_list(
            "organisation_id", "cycle_id", "indicator_key", "service_id", *READING_COLUMNS
        )
        for organisation_id, cycle_id, key, service_id, *values in columns:
            rows[organisation_id, cycle_id, key].append((service_id, Reading(*values)))
        cycles = Cycle.objects.visible_to(ANYONE).filter(pk__in={place[1] for place in rows})
        services = {pk for each in rows.values() for pk, _reading in each if pk}
        return cls(
            indicators,
            lineages,
            list(
                without_charter_texts(cycles.select_related("charter").order_by("ends_on", "pk"), "charter")
            ),
            Service.objects.visible_to(ANYONE).in_bulk(services),
            rows,
        )

    def with_values(self, corrected: CorrectedFigures) -> "_Figures":
        """The same figures with these values in the place of theirs; what is withheld stays so."""
        rows = dict(self.rows)
        for (indicator, slug), values in corrected.values.items():
            place = (corrected.organisation_id, corrected.cycle_id, indicator)
            if place in rows:
                rows[place] = [
                    (pk, _with_values(reading, values) if self._slug_of(pk) == slug else reading)
                    for pk, reading in rows[place]
                ]
        return replace(self, rows=rows)

    def without(self, organisation_id: int, cycle_id: int) -> "_Figures":
        """The same figures without those of one report."""
        rows = {place: row for place, row in self.rows.items() if place[:2] != (organisation_id, cycle_id)}
        return replace(self, rows=rows)

    def _slug_of(self, pk: int | None) -> str | None:
        """Of a service; empty for the organisation itself, None for a service that is not public."""
        if pk is None:
            return ""
        return self.services[pk].slug if pk in self.services else None

    def readings_of(
        self, pledge: PublishedPledge, indicator: Indicator
    ) -> Iterable[tuple[Cycle, Sequence[_ServiceReading]]]:
        """By cycle what the pledge’s services, or the organisation, have published; a service without a figure too."""
        lineage = self.lineages[indicator.charter.key]
        for cycle in self.cycles:
            if cycle.charter.key != indicator.charter.key:
                continue
            key = _key_in(cycle.charter.version, indicator, lineage)
            own = self.rows.get((pledge.organisation_id, cycle.pk, key), ())
            if indicator.scope == IndicatorScope.ORGANISATION:
                chosen: list[_ServiceReading] = [(None, reading) for pk, reading in own if pk is None]
            else:
                rows = [(self.services[pk], reading) for pk, reading in own if pk and pk in self.services]
                chosen = _of_services(pledge, rows)
            if own and chosen:
                yield cycle, chosen


def _with_values(reading: Reading, values: FigureValues) -> Reading:
    if reading.withheld:
        return reading
    return replace(
        reading,
        status=values.status,
        value=values.value,
        choice=values.choice,
        lower=values.lower,
        upper=values.upper,
        estimate=values.estimate,
    )


def _key_in(version: int, indicator: Indicator, lineage: Lineage) -> str:
    """What a version calls the indicator; empty where it has none one to one and without a break of the series."""
    own = indicator.charter.version
    if version == own:
        return indicator.key
    latest = lineage.current_key(indicator.key, own)
    if latest is None or lineage.history_of(latest).breaks_at(max(version, own), min(version, own)):
        return ""
    return lineage.earlier_key(latest, version) or ""


def _of_services(pledge: PublishedPledge, rows: Sequence[tuple[Service, Reading]]) -> list[_ServiceReading]:
    """Those of the services that the pledge names, or of all; one that has published nothing has no figure."""
    slugs = {service["slug"] for service in pledge.services}
    chosen: list[_ServiceReading] = [
        (service, reading) for service, reading in rows if not slugs or service.slug in slugs
    ]
    missing = slugs - {service.slug for service, _reading in rows}
    return [*chosen, *((None, Reading(status=Gap.NOT_ASKED)) for _slug in missing)]


def _indicators(pledges: Iterable[PublishedPledge]) -> dict[tuple[int, str], Indicator]:
    """The indicators that the targets name, by the version under whose keys the pledge was published and key."""
    rows = Indicator.objects.visible_to(ANYONE).filter(
        charter__in={pledge.charter_id for pledge in pledges},
        key__in={target["indicator"] for pledge in pledges for target in pledge.targets},
    )
    rows = without_charter_texts(rows.select_related("charter"), "charter")
    return {(row.charter_id, row.key): row for row in rows}


def _lineages(charter_keys: Iterable[str]) -> dict[str, Lineage]:
    """The versions of each charter, back from the last one that is or was in force."""
    rows = Charter.objects.visible_to(ANYONE).exclude(state=CharterState.DRAFT)
    latest = {row.key: row for row in rows.filter(key__in=set(charter_keys)).order_by("version")}
    return {key: lineage_of(charter) for key, charter in latest.items()}
