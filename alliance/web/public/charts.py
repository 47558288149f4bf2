"""The charts of the public area, made from what was read: suns, lines over the cycles, pairs of bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from alliance.enums import Direction, ValueType, VerdictValue
from alliance.figure_fields import QUANTITIES
from alliance.models import Commitment, Cycle, Indicator
from alliance.queries.public.readings import Reading, ReadingSeries
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS, VerdictMatrix
from alliance.queries.public.wording import (
    chart_step,
    month_range,
    period_labels,
    rounded_value,
    status_text,
    text_before_correction,
)
from portal.kernel.charts import (
    Bar,
    BarChart,
    BeadRay,
    BeadSun,
    LineChart,
    Point,
    Ray,
    Series,
    SunMark,
    Target,
)
from portal.kernel.text import NO_BREAK, plain_decimal

MAX_NAMED_SERIES = 6  # lines with a name of their own; more stay grey behind them


def level_names() -> dict[int, str]:
    """The words of the levels in a drawing."""
    return {VERDICT_LEVELS[str(value)]: str(value.label).lower() for value in VerdictValue}


def member_sun(
    name: str,
    title: str,
    verdicts: Mapping[str, str],
    commitments: Sequence[Commitment],
    *,
    has_text_alternative: bool = False,
) -> SunMark:
    """A member's sun; `has_text_alternative` where no text beside it has the verdicts."""
    rays = [
        Ray(
            VERDICT_LEVELS[verdicts.get(commitment.key, VerdictValue.NOT_DUE)],
            f"{commitment.code} {commitment.short}"
            if has_text_alternative and commitment.key in verdicts
            else "",
        )
        for commitment in commitments
    ]
    return SunMark(name=name, title=title, rays=rays, size=48, level_names=level_names())


def cycle_sun(matrix: VerdictMatrix) -> BeadSun:
    """The large sun: a ray for each commitment, a bead for each member's verdict."""
    rays = [
        BeadRay(
            commitment.code,
            commitment.short,
            [VERDICT_LEVELS[value] for value in matrix.values_of(commitment.key)],
        )
        for commitment in matrix.commitments
    ]
    cycle = matrix.cycle
    part, year = period_labels(cycle.starts_on, cycle.ends_on)
    return BeadSun(
        name="sun",
        title=f"{_('Verdicts by commitment')}, {cycle.title}",
        rays=rays,
        level_names=level_names(),
        centre=(year, month_range(cycle.starts_on, cycle.ends_on)) if part else (year,),
    )


def has_chart(indicator: Indicator) -> bool:
    """Whether the indicator has numbers that a line can join."""
    return indicator.value in QUANTITIES


@dataclass(frozen=True, slots=True)
class PledgedValue:
    """A pledged value, drawn as a dashed rule."""

    value: Decimal
    label: str


def best_series(
    indicator: Indicator, all_series: Sequence[ReadingSeries], cycles: Sequence[Cycle]
) -> Sequence[ReadingSeries]:
    """The lines that a chart names: all of a few, the best of many, else the highest."""
    if len(all_series) <= MAX_NAMED_SERIES:
        return all_series
    lower_is_better = indicator.direction == Direction.LOWER
    ranked = sorted(all_series, key=lambda series: _latest(series, cycles, lower_is_better), reverse=True)
    return ranked[:MAX_NAMED_SERIES]


def indicator_chart(
    name: str,
    indicator: Indicator,
    all_series: Sequence[ReadingSeries],
    cycles: Sequence[Cycle],
    pledged_values: Sequence[PledgedValue] = (),
) -> LineChart:
    """The lines of an indicator over the cycles (earliest first); of many, the best are named, else the highest."""
    named = best_series(indicator, all_series, cycles)
    named_ids = {id(series) for series in named}
    chart_series = [
        _chart_series(indicator, series, cycles, peer=id(series) not in named_ids) for series in all_series
    ]
    return LineChart(
        name=name,
        title=indicator.title,
        steps=[chart_step(cycle) for cycle in cycles],
        series=chart_series,
        targets=[Target(goal.value, goal.label) for goal in pledged_values],
        unit=indicator.get_unit_display(),
        suffix=f"{NO_BREAK}%" if indicator.value == ValueType.SHARE else "",
    )


def _latest(
    series: ReadingSeries, cycles: Sequence[Cycle], lower_is_better: bool
) -> tuple[bool, bool, Decimal]:
    """For ranking, best first: whether there is a number in the last cycle, whether in any, then the last one."""
    known = [series.readings[cycle.pk] for cycle in cycles if cycle.pk in series.readings]
    values = [reading.value for reading in known if reading.has_value and reading.value is not None]
    in_last = bool(cycles) and cycles[-1].pk in series.readings and series.readings[cycles[-1].pk].has_value
    last = values[-1] if values else Decimal(0)
    return in_last, bool(values), -last if lower_is_better else last


def _chart_series(
    indicator: Indicator, series: ReadingSeries, cycles: Sequence[Cycle], *, peer: bool
) -> Series:
    points = [
        _point(indicator, place, series.readings[cycle.pk])
        for place, cycle in enumerate(cycles)
        if cycle.pk in series.readings
    ]
    return Series(series.name, points, peer=peer)


def _point(indicator: Indicator, position: int, reading: Reading) -> Point:
    if not reading.has_value:
        note = status_text(reading.status, withheld=reading.withheld)
        return Point(position, None, breaks_before=reading.broken, reason=reading.reason, note=note)
    note = (
        _("%(parts)s of %(of)s services") % {"parts": reading.parts, "of": reading.of}
        if reading.is_partial
        else ""
    )
    return Point(
        position,
        _without_idle_zeros(rounded_value(indicator, reading.value)),
        lower=_without_idle_zeros(reading.lower),
        upper=_without_idle_zeros(reading.upper),
        estimate=reading.estimate,
        breaks_before=reading.broken,
        reason=reading.reason,
        note=note,
        was=text_before_correction(indicator, reading, reading.before_correction),
    )


def count_chart(
    name: str,
    title: str,
    own: tuple[str, Decimal | None, str],
    reference_counts: Sequence[tuple[str, Decimal]],
) -> BarChart:
    """A member's own count, filled (or why it is not there), above what others counted, outlined."""
    label, value, silence = own
    bars = [Bar(label, _without_idle_zeros(value), note=silence)]
    bars += [Bar(other, _without_idle_zeros(count), outlined=True) for other, count in reference_counts]
    return BarChart(name=name, title=title, bars=bars)


def _without_idle_zeros(value: Decimal | None) -> Decimal | None:
    """Without the zeros that the database adds: a chart shows the value as it was entered."""
    return None if value is None else Decimal(plain_decimal(value))
