"""The drawings of the public face, made from what was read: suns, lines over the cycles, pairs of bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from alliance.enums import ValueType, VerdictValue
from alliance.models import Commitment, Cycle, Indicator
from alliance.queries.public.readings import Line, Reading
from alliance.queries.public.standing import LEVELS, Matrix
from alliance.queries.public.wording import months, period_words, shown_value, status_text
from alliance.web.public.answers import plain
from portal.kernel.charts import (
    Bar,
    BarChart,
    BeadRay,
    BeadSun,
    LineChart,
    Point,
    Ray,
    Series,
    Step,
    SunMark,
    Target,
)
from portal.kernel.numerals import NO_BREAK

MOST_NAMED = 6  # lines with a name of their own; more stay grey behind them
_OF_NUMBERS = (ValueType.COUNT, ValueType.AMOUNT, ValueType.SHARE, ValueType.DURATION)


def level_names() -> dict[int, str]:
    """The words of the levels in a drawing."""
    return {LEVELS[str(value)]: str(value.label).lower() for value in VerdictValue}


def member_sun(
    name: str,
    title: str,
    verdicts: Mapping[str, str],
    commitments: Sequence[Commitment],
    *,
    spoken: bool = False,
) -> SunMark:
    """A member's sun; `spoken` where nothing beside it says the verdicts in words."""
    rays = [
        Ray(
            LEVELS[verdicts.get(commitment.key, VerdictValue.NOT_DUE)],
            f"{commitment.code} {commitment.short}" if spoken else "",
        )
        for commitment in commitments
    ]
    return SunMark(name=name, title=title, rays=rays, size=48, level_names=level_names())


def cycle_sun(matrix: Matrix) -> BeadSun:
    """The large sun: a ray for each commitment, a bead for each member's verdict."""
    rays = [
        BeadRay(one.code, one.short, [LEVELS[value] for value in matrix.values_of(one.key)])
        for one in matrix.commitments
    ]
    cycle = matrix.cycle
    part, year = period_words(cycle.starts_on, cycle.ends_on)
    return BeadSun(
        name="sun",
        title=f"{_('Verdicts by commitment')}, {cycle.title}",
        rays=rays,
        level_names=level_names(),
        centre=(year, months(cycle.starts_on, cycle.ends_on)) if part else (year,),
    )


def draws(indicator: Indicator) -> bool:
    """Whether the indicator has numbers that a line can join."""
    return indicator.value in _OF_NUMBERS


@dataclass(frozen=True, slots=True)
class Goal:
    """A pledged value, drawn as a dashed rule."""

    value: Decimal
    label: str


def indicator_lines(
    name: str,
    indicator: Indicator,
    lines: Sequence[Line],
    cycles: Sequence[Cycle],
    goals: Sequence[Goal] = (),
) -> LineChart:
    """The lines of an indicator over the cycles (earliest first); of many, the highest are named."""
    named = _named_lines(lines, cycles)
    series = [_series(indicator, line, cycles, peer=id(line) not in named) for line in lines]
    return LineChart(
        name=name,
        title=indicator.title,
        steps=[_step(cycle) for cycle in cycles],
        series=series,
        targets=[Target(goal.value, goal.label) for goal in goals],
        unit=indicator.get_unit_display(),
        suffix=f"{NO_BREAK}%" if indicator.value == ValueType.SHARE else "",
    )


def _named_lines(lines: Sequence[Line], cycles: Sequence[Cycle]) -> set[int]:
    if len(lines) <= MOST_NAMED:
        return {id(line) for line in lines}
    ranked = sorted(lines, key=lambda line: _latest(line, cycles), reverse=True)
    return {id(line) for line in ranked[:MOST_NAMED]}


def _latest(line: Line, cycles: Sequence[Cycle]) -> tuple[bool, Decimal]:
    """For ranking: whether there is a number in the last cycle, then the last number there is."""
    known = [line.readings[cycle.pk] for cycle in cycles if cycle.pk in line.readings]
    values = [reading.value for reading in known if reading.known and reading.value is not None]
    in_last = bool(cycles) and cycles[-1].pk in line.readings and line.readings[cycles[-1].pk].known
    return in_last, values[-1] if values else Decimal(-1)


def _step(cycle: Cycle) -> Step:
    part, year = period_words(cycle.starts_on, cycle.ends_on)
    return Step(part, year, cycle.title) if part else Step(year, full=cycle.title)


def _series(indicator: Indicator, line: Line, cycles: Sequence[Cycle], *, peer: bool) -> Series:
    points = [
        _point(indicator, place, line.readings[cycle.pk])
        for place, cycle in enumerate(cycles)
        if cycle.pk in line.readings
    ]
    return Series(line.name, points, peer=peer)


def _point(indicator: Indicator, place: int, reading: Reading) -> Point:
    if not reading.known:
        note = status_text(reading.status, withheld=reading.withheld)
        return Point(place, None, breaks_before=reading.broken, reason=reading.reason, note=note)
    note = (
        _("%(parts)s of %(of)s services") % {"parts": reading.parts, "of": reading.of}
        if reading.partial
        else ""
    )
    return Point(
        place,
        _short(shown_value(indicator, reading.value)),
        lower=_short(reading.lower),
        upper=_short(reading.upper),
        estimate=reading.estimate,
        breaks_before=reading.broken,
        reason=reading.reason,
        note=note,
    )


def count_pair(
    name: str, title: str, own: tuple[str, Decimal | None, str], others: Sequence[tuple[str, Decimal]]
) -> BarChart:
    """A member's own count, filled (or why it is not there), above what others counted, outlined."""
    label, value, silence = own
    bars = [Bar(label, _short(value), note=silence)]
    bars += [Bar(other, _short(counted), outlined=True) for other, counted in others]
    return BarChart(name=name, title=title, bars=bars)


def _short(value: Decimal | None) -> Decimal | None:
    """Without the zeros that the database adds: a chart shows a value as it stands."""
    return None if value is None else Decimal(plain(value))
