"""An indicator's lines in order: ranked by the last figure in the indicator's direction, each beside an earlier one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from alliance.enums import Direction, ValueType
from alliance.models import Cycle, Indicator
from alliance.queries.public.changes import ReadingChange, change_of
from alliance.queries.public.readings import Reading, ReadingSeries
from alliance.queries.public.wording import rounded_value


class Course(StrEnum):
    """How a line went from one cycle to another. Without a good side it only rose or fell."""

    BETTER = "better"
    WORSE = "worse"
    ROSE = "rose"
    FELL = "fell"
    SAME = "same"
    UNCLEAR = "unclear"  # the bounds of one figure hold the other
    BROKEN = "broken"  # what is counted was defined anew in between
    NEW = "new"  # no earlier figure


# of these, something can be said of the course
COMPARED = (Course.BETTER, Course.WORSE, Course.ROSE, Course.FELL, Course.SAME, Course.UNCLEAR)


@dataclass(frozen=True, slots=True)
class RankedSeries:
    """A line with its place, its figure in the last cycle and that in the first."""

    series: ReadingSeries
    last: Reading
    first: Reading | None  # None where it has no number
    course: Course
    broken_in: Cycle | None = None
    missed: Sequence[Cycle] = ()  # between both, without a number
    place: int | None = None  # None without a good side
    is_tied: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """The lines in their order, and those that have no place in it, by name."""

    ranked: Sequence[RankedSeries]
    unranked: Sequence[tuple[ReadingSeries, Reading]]

    def count(self, *courses: Course) -> int:
        """How many lines went so."""
        return sum(each.course in courses for each in self.ranked)

    def only(self, course: Course) -> RankedSeries | None:
        """The line that went so, where there is no more than one."""
        matching = [each for each in self.ranked if each.course == course]
        return matching[0] if len(matching) == 1 else None


def ranking(indicator: Indicator, all_series: Sequence[ReadingSeries], cycles: Sequence[Cycle]) -> Ranking:
    """The order of lines that have a reading at least for the first and the last of the cycles (the earliest first).

    Best first; ties share a place. Without a good side the order is that of the names. A line without its cycles in
    between is `completed` before it is shown: what it missed there is not known.
    """
    last_id, by_id = cycles[-1].pk, {cycle.pk: cycle for cycle in cycles}
    lines = [(series, series.readings[last_id]) for series in all_series]
    ranked = [_line(indicator, series, by_id) for series, last in lines if last.has_value]
    if indicator.direction != Direction.NEUTRAL:
        ranked = _placed(indicator, ranked)
    return Ranking(ranked, [(series, last) for series, last in lines if not last.has_value])


def completed(
    indicator: Indicator, line: RankedSeries, series: ReadingSeries, cycles: Sequence[Cycle]
) -> RankedSeries:
    """The line in its place, from a series that has a reading for each of the cycles."""
    by_id = {cycle.pk: cycle for cycle in cycles}
    return replace(_line(indicator, series, by_id), place=line.place, is_tied=line.is_tied)


def change_over(indicator: Indicator, line: RankedSeries) -> ReadingChange | None:
    """How far a line went from its first figure to its last; None where nothing can be said of its course.

    In points or per cent, durations too: both figures stand beside it. Definitions are the same here.
    """
    if line.first is None or line.course not in COMPARED:
        return None
    kind = ValueType.COUNT if indicator.value == ValueType.DURATION else indicator.value
    return change_of(kind, line.last, line.first, least_percent=Decimal(0))


def _line(indicator: Indicator, series: ReadingSeries, cycles: Mapping[int, Cycle]) -> RankedSeries:
    readings = [(cycle, series.readings[pk]) for pk, cycle in cycles.items() if pk in series.readings]
    first, last = readings[0][1], readings[-1][1]
    broken = [cycle for cycle, reading in readings[1:] if reading.broken]
    course = Course.BROKEN if broken else _course(indicator, first, last)
    if len(cycles) < 2 or not first.has_value:
        course, first_number = Course.NEW, None
    else:
        first_number = first
    missed = [cycle for cycle, reading in readings[1:-1] if not reading.has_value]
    return RankedSeries(
        series,
        last,
        first_number,
        course,
        broken[-1] if broken else None,
        missed if first_number else (),
    )


def _course(indicator: Indicator, first: Reading, last: Reading) -> Course:
    if first.value is None or last.value is None:
        return Course.NEW
    if _holds(last, first) or _holds(first, last):
        return Course.UNCLEAR
    if first.value == last.value:
        return Course.SAME
    rose = last.value > first.value
    if indicator.direction == Direction.NEUTRAL:
        return Course.ROSE if rose else Course.FELL
    return Course.BETTER if rose == (indicator.direction == Direction.HIGHER) else Course.WORSE


def _holds(bounded: Reading, other: Reading) -> bool:
    """Whether the bounds of one figure hold the other: then it may have gone either way."""
    if bounded.lower is None or bounded.upper is None or other.value is None:
        return False
    return bounded.lower <= other.value <= bounded.upper and bounded.value != other.value


def _placed(indicator: Indicator, lines: Sequence[RankedSeries]) -> list[RankedSeries]:
    """Best first, as the figures are shown: what reads alike shares a place."""
    sign = -1 if indicator.direction == Direction.HIGHER else 1
    shown = {id(line): rounded_value(indicator, line.last.value) or 0 for line in lines}
    counts = Counter(shown.values())
    ordered = sorted(lines, key=lambda line: sign * shown[id(line)])
    placed: list[RankedSeries] = []
    for number, line in enumerate(ordered, 1):
        value = shown[id(line)]
        same_as_before = bool(placed) and shown[id(ordered[number - 2])] == value
        place = placed[-1].place if same_as_before else number
        placed.append(replace(line, place=place, is_tied=counts[value] > 1))
    return placed
