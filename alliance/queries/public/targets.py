"""What became of the targets of published pledges: derived from published figures, or decided by the secretariat.

A target is decided by the figure that it names, in the report whose period covers its day. Of several services the
worst counts: one that did not reach it makes it missed, one without a figure leaves it open. What was reached later
never makes it kept. One that no figure can decide, because it names none or one of which no side is the better, is
decided by the secretariat once its day is over, with a public reason.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from alliance.enums import (
    Direction,
    FigureStatus,
    PledgeState,
    TargetState,
)
from alliance.figure_fields import FiledFigure
from alliance.models import Cycle, Indicator, PublishedPledge, Service
from alliance.queries.local_dates import today
from alliance.queries.public.readings import Reading
from alliance.queries.public.target_figures import CorrectedFigures, DecidingFigures, ServiceReading

TargetKey = tuple[UUID, int]  # the record of the pledge, and the number of the target in it, from 1


@dataclass(frozen=True, slots=True)
class TargetReading:
    """The figure of a cycle that counts for a target: of several services the worst."""

    cycle: Cycle
    reading: Reading
    reached: bool | None  # None: it decides nothing
    service: Service | None = None  # None: the figure of the whole organisation
    services: int = 1  # among how many it is the worst


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
    return _standings(rows, DecidingFigures.of(rows), day)


def standings_on_their_days(
    pledges: Iterable[PublishedPledge], day: date
) -> Mapping[TargetKey, TargetStanding]:
    """The same with the figures of the days of the targets alone: what became of them, not on which course.

    As many queries; of other cycles there may be no readings.
    """
    rows = list(pledges)
    days = [
        date.fromisoformat(each["due_on"]) for pledge in rows for each in pledge.targets if each["due_on"]
    ]
    return _standings(rows, DecidingFigures.of(rows, days), day)


def _standings(
    pledges: Sequence[PublishedPledge], figures: DecidingFigures, day: date
) -> Mapping[TargetKey, TargetStanding]:
    return {
        (pledge.record, number): _standing(pledge, number, target, figures, day)
        for pledge in pledges
        for number, target in enumerate(pledge.targets, 1)
    }


def standings_before_and_after(
    pledges: Iterable[PublishedPledge], day: date, corrected: CorrectedFigures
) -> list[tuple[TargetStanding, TargetStanding]]:
    """Each target as it is, and as it would be with other values of public figures. As many queries as above."""
    rows = list(pledges)
    figures = DecidingFigures.of(rows)
    return _pairs(rows, day, figures, figures.with_values(corrected))


def standings_without_report(
    pledges: Iterable[PublishedPledge], day: date, organisation_id: int, cycle_id: int
) -> list[tuple[TargetStanding, TargetStanding]]:
    """Each target as it is, and as it would be once this report is withdrawn. As many queries as above."""
    rows = list(pledges)
    figures = DecidingFigures.of(rows)
    return _pairs(rows, day, figures, figures.without(organisation_id, cycle_id))


def standings_with_cycle(
    pledges: Iterable[PublishedPledge],
    day: date,
    cycle: Cycle,
    figures_of: Callable[[Collection[str]], Iterable[tuple[int, FiledFigure]]],
) -> list[tuple[PublishedPledge, TargetStanding, TargetStanding]]:
    """Each target as it is, and as it would be with figures of a cycle that are not public yet; with its pledge.

    `figures_of` reads those of the indicators with these keys of the cycle's charter, each with its organisation. As
    many queries as above, one more, and those of the reading.
    """
    rows = list(pledges)
    figures = DecidingFigures.of(rows)
    coming = figures.with_cycle(cycle, figures_of(figures.keys_in(cycle)))
    owners = [pledge for pledge in rows for _target in pledge.targets]
    pairs = _pairs(rows, day, figures, coming)
    return [(pledge, *pair) for pledge, pair in zip(owners, pairs, strict=True)]


def _pairs(
    pledges: Sequence[PublishedPledge], day: date, before: DecidingFigures, after: DecidingFigures
) -> list[tuple[TargetStanding, TargetStanding]]:
    return [
        (_standing(pledge, number, target, before, day), _standing(pledge, number, target, after, day))
        for pledge in pledges
        for number, target in enumerate(pledge.targets, 1)
    ]


def _standing(
    pledge: PublishedPledge, number: int, target: Mapping[str, Any], figures: DecidingFigures, day: date
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
    cycle: Cycle, rows: Sequence[ServiceReading], indicator: Indicator, value: Decimal
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
