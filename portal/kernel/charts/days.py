"""The chart of days: counts that only rise, over a calendar, with bands, named days and the day of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext as _

from portal.kernel.text import format_date, format_short_date

from .axes import Label
from .drawing import Drawing, Table
from .numbers import round_to, tick_texts
from .scales import Scale, ticks_for
from .text_metrics import width_of

SIZE = 13
_TOP, _AXIS, _ROW = 30, 26, 36  # px above the plot, from it to the first words, and between rows of words
_GAP = 12


@dataclass(frozen=True)
class DayCurve:
    """How many there were by each day, in order; a `peer` is thin and grey. `end` is written at its last point."""

    name: str
    points: Sequence[tuple[date, int]]
    end: str
    peer: bool = False


@dataclass(frozen=True)
class DayBand:
    """A tinted stretch of days."""

    first: date
    last: date
    label: str


@dataclass(frozen=True)
class NamedDay:
    """A day under the axis, with what happens on it; those that come first are never dropped for later ones."""

    day: date
    words: str


@dataclass(frozen=True)
class NamedDayLabel:
    """A named day with its place: the tick, the words under it, and on which side of the tick they stand."""

    x: int | float
    y: int | float
    day: str
    words: str
    anchor: str


@dataclass(frozen=True)
class CurveLayout:
    """A curve as a path, its last point, and the words there."""

    path: str
    peer: bool
    x: int | float
    y: int | float
    text: str
    text_x: int | float
    anchor: str


@dataclass(frozen=True)
class DayLayout:
    """All geometry of a chart of days, ready for the template."""

    left: int | float
    right: int | float
    top: int
    bottom: int
    height: int
    ticks: Sequence[Label]
    bands: Sequence[tuple[int | float, int | float, str, int | float]]  # left, width, label, middle
    curves: Sequence[CurveLayout]
    labels: Sequence[NamedDayLabel]
    today: int | float | None


@dataclass(frozen=True, kw_only=True)
class DayChart(Drawing):
    """Curves over the days from `first` to `last`; `ceiling` is the most that there can be."""

    template: ClassVar[str] = "days.svg"
    scrolls: ClassVar[bool] = True

    first: date
    last: date
    curves: Sequence[DayCurve]
    ceiling: int
    bands: Sequence[DayBand] = ()
    days: Sequence[NamedDay] = ()
    today: date | None = None
    width: int = 1080
    plot_height: int = 130

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.first >= self.last:
            raise ValueError("the first day must be before the last")

    @property
    def words(self) -> str:
        return self.description or "; ".join(f"{curve.name}: {curve.end}" for curve in self.curves)

    @cached_property
    def table(self) -> Table:
        """Each day on which a curve rises, and each named day."""
        days = {day for curve in self.curves for day, _count in curve.points} | {
            each.day for each in self.days
        }
        names = {each.day: each.words for each in self.days}
        rows = [
            [
                format_date(day) + (f", {names[day]}" if day in names else ""),
                *(_count_on(curve, day) for curve in self.curves),
            ]
            for day in sorted(days)
        ]
        return Table([_("Day"), *(curve.name for curve in self.curves)], rows)

    @cached_property
    def layout(self) -> DayLayout:
        ticks = ticks_for([], 3, floor=Decimal(0), ceiling=Decimal(max(self.ceiling, 1)), whole=True)
        texts = tick_texts(ticks)
        left = round_to(max(width_of(text, SIZE) for text in texts) + _GAP)
        edge, bottom = self.width - _GAP, _TOP + self.plot_height
        right = round_to(edge - self._room_for_ends(left, edge))
        scale = Scale(ticks[0], ticks[-1], bottom, _TOP)
        span = (self.last - self.first).days

        def x_of(day: date) -> float:
            share = min(1.0, max(0.0, (day - self.first).days / span))
            return left + share * (right - left)

        labels = self._labels([(each, x_of(each.day)) for each in self.days], left, edge, bottom)
        rows = len({label.y for label in labels})
        bands = []
        for band in self.bands:
            start, end = x_of(band.first), x_of(band.last)
            if end > start:
                label = band.label if width_of(band.label, SIZE) <= end - start else ""
                bands.append((round_to(start), round_to(end - start), label, round_to((start + end) / 2)))
        return DayLayout(
            left, right, _TOP, bottom, bottom + _AXIS + _ROW * max(rows, 1),
            [Label(round_to(left - 8), round_to(scale(tick)), text) for tick, text in zip(ticks, texts, strict=True)],
            bands,
            [
                _curve(curve, [(x_of(day), scale(Decimal(count))) for day, count in curve.points], edge + 1)
                for curve in sorted(self.curves, key=lambda curve: not curve.peer)
                if curve.points
            ],
            labels,
            round_to(x_of(self.today)) if self.today and self.first <= self.today <= self.last else None,
        )  # fmt: skip

    def _room_for_ends(self, left: float, edge: float) -> float:
        """The width beside the plot for the words at the curves' ends; none where all of them fit into the plot."""
        span = (self.last - self.first).days
        ends = [
            (
                min(1.0, (curve.points[-1][0] - self.first).days / span),
                width_of(curve.end, SIZE, bold=True) + _GAP,
            )
            for curve in self.curves
            if curve.points
        ]
        if all(left + share * (edge - left) + width <= edge for share, width in ends):
            return 0
        return max(width for _share, width in ends)

    def _labels(
        self, days: Sequence[tuple[NamedDay, float]], left: float, right: float, bottom: float
    ) -> list[NamedDayLabel]:
        """In the first row where there is room, else in the second; a day for which there is none has only its tick."""
        taken: list[list[tuple[float, float]]] = [[], []]
        labels = []
        for named, x in days:
            day = format_short_date(named.day)
            width = max(width_of(day, SIZE, bold=True), width_of(named.words, SIZE))
            start, anchor = _place(x, width, left, right)
            row = next((n for n, spans in enumerate(taken) if _is_free(spans, start, start + width)), None)
            if row is None:
                labels.append(NamedDayLabel(round_to(x), round_to(bottom + _AXIS), "", "", anchor))
                continue
            taken[row].append((start, start + width))
            labels.append(
                NamedDayLabel(round_to(x), round_to(bottom + _AXIS + row * _ROW), day, named.words, anchor)
            )
        return labels


def _place(x: float, width: float, left: float, right: float) -> tuple[float, str]:
    """Where words of this width begin around a tick, and their anchor: inside the plot."""
    if x - width / 2 < left:
        return x, "start"
    if x + width / 2 > right:
        return x - width, "end"
    return x - width / 2, "middle"


def _is_free(spans: Sequence[tuple[float, float]], start: float, end: float) -> bool:
    return all(end + _GAP <= begin or start >= stop + _GAP for begin, stop in spans)


def _curve(curve: DayCurve, places: Sequence[tuple[float, float]], right: float) -> CurveLayout:
    path = "M" + "L".join(f"{round_to(x)} {round_to(y)}" for x, y in places)
    x, y = places[-1]
    anchor = "end" if x + _GAP + width_of(curve.end, SIZE, bold=True) > right else "start"
    text_x = x - 8 if anchor == "end" else x + 8
    return CurveLayout(path, curve.peer, round_to(x), round_to(y), curve.end, round_to(text_x), anchor)


def _count_on(curve: DayCurve, day: date) -> str:
    """The count by that day; nothing after the curve's last day."""
    if not curve.points or day > curve.points[-1][0]:
        return "–"
    return str(max((count for each, count in curve.points if each <= day), default=0))
