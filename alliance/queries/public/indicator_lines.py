"""An indicator over the cycles as lines: the same points, targets and scale on a page, in a file and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import TargetState, ValueType
from alliance.figure_fields import QUANTITIES
from alliance.models import Cycle, Indicator
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import (
    chart_step,
    rounded_value,
    short_cycle,
    status_text,
    text_before_correction,
    unit_of,
)
from portal.kernel.charts import LineChart, Point, Series, Target
from portal.kernel.text import NO_BREAK, format_date, format_figure


@dataclass(frozen=True, slots=True)
class PledgedValue:
    """A pledged value of an indicator: whose, from its signature until its day, and what became of it."""

    value: Decimal
    name: str
    signed_on: date | None = None
    due_on: date | None = None
    state: TargetState | None = None  # None without a day, and on paper, which is of one day
    url: str = ""  # of the pledge

    def text(self, indicator: Indicator) -> str:
        """Whose it is, what and by when."""
        facts = {"name": self.name, "value": format_figure(self.value, unit_of(indicator))}
        if self.due_on is None:
            return _("%(name)s: %(value)s") % facts
        return _("%(name)s: %(value)s by %(day)s") % {**facts, "day": format_date(self.due_on)}

    def label(self, indicator: Indicator) -> str:
        """The same, with what became of it."""
        text = self.text(indicator)
        return f"{text}, {str(self.state.label).lower()}" if self.state else text


def has_line(indicator: Indicator) -> bool:
    """Whether the indicator has numbers that a line can join."""
    return indicator.value in QUANTITIES


def line_title(indicator: Indicator, name: str, cycles: Sequence[Cycle]) -> str:
    """What is drawn, whose it is, and over which cycles."""
    title = f"{indicator.title}: {name}" if name else indicator.title
    if not cycles:
        return title
    first, last = short_cycle(cycles[0]), short_cycle(cycles[-1])
    return f"{title}, {last}" if first == last else f"{title}, {first} → {last}"


def line_chart(
    name: str,
    title: str,
    indicator: Indicator,
    cycles: Sequence[Cycle],
    series: Sequence[Series],
    pledged_values: Sequence[PledgedValue] = (),
    **options: Any,
) -> LineChart:
    """Lines over the cycles (the earliest first), with what was pledged; `options` are those of the drawing."""
    return LineChart(
        name=name,
        title=title,
        steps=[chart_step(cycle) for cycle in cycles],
        series=series,
        targets=[_target(indicator, each, cycles) for each in pledged_values],
        suffix=f"{NO_BREAK}%" if indicator.value == ValueType.SHARE else "",
        **options,
    )


def reading_point(
    indicator: Indicator, position: int, reading: Reading, before: Reading | None = None, url: str = ""
) -> Point:
    """A reading as a point: its value as it is shown, with what a correction replaced, or why there is none."""
    if not reading.has_value:
        note = status_text(reading.status, withheld=reading.withheld)
        return Point(position, None, breaks_before=reading.broken, reason=reading.reason, note=note, url=url)
    counted = {"parts": reading.parts, "of": reading.of}
    return Point(
        position,
        rounded_value(indicator, reading.value),
        lower=reading.lower,
        upper=reading.upper,
        estimate=reading.estimate,
        breaks_before=reading.broken,
        reason=reading.reason,
        note=_("%(parts)s of %(of)s services") % counted if reading.is_partial else "",
        was=text_before_correction(indicator, reading, before),
        url=url,
    )


def _target(indicator: Indicator, pledged: PledgedValue, cycles: Sequence[Cycle]) -> Target:
    return Target(
        pledged.value,
        pledged.label(indicator),
        start=place_of(pledged.signed_on, cycles),
        end=place_of(pledged.due_on, cycles),
    )


def place_of(day: date | None, cycles: Sequence[Cycle]) -> float | None:
    """Where a day lies among the cycles: each reaches half a step to both sides of its number.

    None without a day or a cycle; the number after the last one for what comes later.
    """
    if day is None or not cycles:
        return None
    for number, cycle in enumerate(cycles):
        if day < cycle.starts_on:
            return number - 0.5
        if day <= cycle.ends_on:
            length = (cycle.ends_on - cycle.starts_on).days or 1
            return number - 0.5 + (day - cycle.starts_on).days / length
    return float(len(cycles))
