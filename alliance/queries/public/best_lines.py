"""The lines of an indicator that a chart has room for: all of a few, the best of many, without reading the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from alliance.enums import Direction
from alliance.models import Cycle, Indicator
from alliance.queries.public.gaps import with_gaps
from alliance.queries.public.readings import (
    ReadingSeries,
    comparable_organisations,
    line_count,
    named_series,
    reading_series,
    readings_by_owner,
    reported_cycle_ids,
)


@dataclass(frozen=True, slots=True)
class SomeLines:
    """Lines with a reading for each cycle, and of how many they are."""

    series: Sequence[ReadingSeries]
    count: int


def best_lines(indicator: Indicator, cycles: Sequence[Cycle], *, few: int, most: int) -> SomeLines:
    """All lines where they are but a `few`, by name; else the `most` that are best, the best first.

    None before the first figure. Cycles: the earliest first. The last cycle is read of all lines, the others of those
    that are drawn. Ten queries, however many lines there are.
    """
    count = line_count(indicator)
    leaders = _leaders(indicator, cycles, most)
    members = comparable_organisations()
    if count > few and leaders is not None:
        members = members.filter(pk__in=leaders)
    else:
        leaders = None
    organisations = list(members)
    known = named_series(readings_by_owner(indicator, leaders), organisations)
    if not known:
        return SomeLines([], 0)
    lines = with_gaps(known, cycles, organisations)
    return SomeLines(lines if count <= few else best_series(indicator, lines, cycles, most), count)


def first_lines(indicator: Indicator, cycles: Sequence[Cycle], most: int) -> SomeLines:
    """The first lines by name, for a table; none before the first figure. Eight queries."""
    if not reported_cycle_ids(indicator, cycles):
        return SomeLines([], 0)
    members = list(comparable_organisations()[:most])
    known = reading_series(indicator, [member.pk for member in members], [cycle.pk for cycle in cycles])
    return SomeLines(with_gaps(known, cycles, members)[:most], line_count(indicator))


def _leaders(indicator: Indicator, cycles: Sequence[Cycle], most: int) -> set[int] | None:
    """The organisations of the best lines in the last cycle, with all that are as good as the last of them.

    None where fewer have a number there: then an earlier one counts.
    """
    if not cycles:
        return None
    last = cycles[-1].pk
    values = [
        (readings[last].value or Decimal(0), place[0])
        for place, readings in readings_by_owner(indicator, cycle_ids=[last]).items()
        if readings[last].has_value
    ]
    if len(values) < most:
        return None
    lower_is_better = indicator.direction == Direction.LOWER
    worst = sorted((value for value, _pk in values), reverse=not lower_is_better)[most - 1]
    return {pk for value, pk in values if (value <= worst if lower_is_better else value >= worst)}


def best_series(
    indicator: Indicator, series: Sequence[ReadingSeries], cycles: Sequence[Cycle], most: int
) -> Sequence[ReadingSeries]:
    """All of a few lines, the best of many, else the highest."""
    if len(series) <= most:
        return series
    lower_is_better = indicator.direction == Direction.LOWER
    ranked = sorted(series, key=lambda each: _latest(each, cycles, lower_is_better), reverse=True)
    return ranked[:most]


def _latest(
    series: ReadingSeries, cycles: Sequence[Cycle], lower_is_better: bool
) -> tuple[bool, bool, Decimal]:
    """For ranking, best first: whether there is a number in the last cycle, whether in any, then the last one."""
    known = [series.readings[cycle.pk] for cycle in cycles if cycle.pk in series.readings]
    values = [reading.value for reading in known if reading.has_value and reading.value is not None]
    in_last = bool(cycles) and cycles[-1].pk in series.readings and series.readings[cycles[-1].pk].has_value
    last = values[-1] if values else Decimal(0)
    return in_last, bool(values), -last if lower_is_better else last
