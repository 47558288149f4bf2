"""The line chart: series over steps of time, with gaps, breaks, estimates, targets and words at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from portal.kernel.charts import end_labels

from .axes import Label, StepAxis, axis_height, step_axis
from .breaks import ROW, BreakMark, break_marks, breaks_in
from .drawing import Drawing, Table
from .end_labels import LINE, EndLabel, LabelRequest, LabelText
from .numbers import log_tick_texts, round_to, tick_texts
from .palette import SERIES_PRINT
from .paths import Plane, SeriesPaths, place_of_gap, series_paths
from .points import PointShape, point_shape
from .scales import Scale, log_ticks, spans_widely, ticks_for
from .series import Point, Series, Step, Target
from .shapes import polyline
from .summaries import point_words, series_table, series_words
from .text_metrics import width_of, wrap

SIZE = 13
INSET = 18  # from the edges of the plot to the first and last step
TARGET_INK = "#774600"
SHORTEST_RULE = 26.0
DAY_MARK = 9  # px above and below the rule of a target, where its day is


@dataclass(frozen=True)
class TargetShape:
    """The rule of a target, with the mark of its day where that lies inside."""

    rule: str
    day: str


@dataclass(frozen=True)
class Frame:
    """The edges of the plot and of the whole drawing, in px."""

    left: int | float
    right: int | float
    top: int | float
    bottom: int | float
    width: int
    height: int | float


@dataclass(frozen=True)
class LineLayout:
    """All geometry of a line chart, ready for the template."""

    frame: Frame
    ticks: Sequence[Label]
    zero: int | float
    axis: StepAxis
    paths: Sequence[SeriesPaths]
    break_marks: Sequence[BreakMark]
    targets: Sequence[TargetShape]
    points: Sequence[PointShape]
    labels: Sequence[EndLabel]
    empty: bool


@dataclass(frozen=True, kw_only=True)
class LineChart(Drawing):
    """Series of points over steps; `x` of a point is the number of its step, from 0.

    `floor` and `ceiling` widen the axis (0 and 100 for shares); `suffix` (" %") and `decimals` format values. The scale
    is of proportions where the values span more than twenty-fold, unless `in_amounts` asks for the other.
    """

    template: ClassVar[str] = "line.svg"
    scrolls: ClassVar[bool] = True

    steps: Sequence[Step]
    series: Sequence[Series]
    targets: Sequence[Target] = ()
    unit: str = ""
    suffix: str = ""
    decimals: int | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    in_amounts: bool = False
    width: int = 900
    height: int = 340

    def __post_init__(self) -> None:
        super().__post_init__()
        if any(not 0 <= point.x < len(self.steps) for series in self.series for point in series.points):
            raise ValueError("a point lies outside the steps")

    @property
    def own(self) -> list[Series]:
        return [series for series in self.series if not series.peer]

    @cached_property
    def values(self) -> list[Decimal]:
        """All that must lie inside the axis."""
        of_points = [value for series in self.series for point in series.points for value in point.values]
        return [*of_points, *(target.value for target in self.targets)]

    @property
    def spans_widely(self) -> bool:
        """Whether there are two scales to choose from."""
        return spans_widely(self.values)

    @property
    def is_log(self) -> bool:
        """Whether equal lengths are equal proportions."""
        return self.spans_widely and not self.in_amounts

    @property
    def has_points(self) -> bool:
        return any(point.url for series in self.own for point in series.points)

    @property
    def has_targets(self) -> bool:
        return bool(self.targets)

    @property
    def has_estimates(self) -> bool:
        return any(point.estimate for series in self.own for point in series.present)

    @property
    def has_gaps(self) -> bool:
        return any(series.gaps for series in self.own)

    @property
    def has_corrections(self) -> bool:
        return any(series.corrected for series in self.own)

    @property
    def has_breaks(self) -> bool:
        return bool(breaks_in(self.own))

    @property
    def words(self) -> str:
        return self.description or series_words(self)

    @cached_property
    def table(self) -> Table:
        return series_table(self)

    @property
    def size(self) -> tuple[int, int | float]:
        """Width and height of the whole drawing, in px."""
        return self.layout.frame.width, self.layout.frame.height

    @cached_property
    def layout(self) -> LineLayout:
        return _Layout(self).build()


class _Layout:
    """Finds the places in order: words at the end, frame, axes, then everything in the plane."""

    def __init__(self, chart: LineChart) -> None:
        self.chart = chart
        values = chart.values
        self.empty = not any(series.present for series in chart.series)
        whole = all(value == value.to_integral_value() for value in values)
        count = max(3, min(7, chart.height // 45))
        if chart.is_log:
            self.ticks = log_ticks(values)
        else:
            self.ticks = ticks_for(values, count, floor=chart.floor, ceiling=chart.ceiling, whole=whole)
        to_texts = log_tick_texts if chart.is_log else tick_texts
        self.tick_texts = [] if self.empty else to_texts(self.ticks)
        self.endings = self._end_labels()
        self.left = max([width_of(text, SIZE) for text in self.tick_texts], default=0) + 12
        self.column = chart.width - max((label.width for label in self.endings), default=0) - 2
        self.right = self.column - (26 if self.endings else 0)

    def build(self) -> LineLayout:
        chart = self.chart
        unit_end = self.left + width_of(self.chart.unit, SIZE) if self.chart.unit else self.left
        edges = (self.left, float(self.chart.width))
        placed = break_marks(breaks_in(self.chart.own), self._x_of, self._step, edges, unit_end)
        frame = self._make_frame(placed)
        scale = Scale(self.ticks[0], self.ticks[-1], frame.bottom, frame.top, chart.is_log)
        plane = Plane(self._x_of, scale, self._step)
        # peers first, so that the own series lie above them
        own = {id(series): index for index, series in enumerate(chart.own)}
        order = sorted(chart.series, key=lambda series: not series.peer)
        paths = [series_paths(series, plane, own.get(id(series), 0)) for series in order]
        targets = [self._target(target, scale(target.value)) for target in chart.targets]
        labels = self._labels(plane, frame)
        axis = step_axis(chart.steps, self._x_of, self._step, float(frame.bottom))
        zero = round_to(scale(max(self.ticks[0], min(Decimal(0), self.ticks[-1]))))
        places = [round_to(scale(tick)) for tick in self.ticks]
        texts = self.tick_texts or [""] * len(places)
        ticks = [Label(round_to(self.left - 10), y, text) for y, text in zip(places, texts, strict=True)]
        points = self._points(plane)
        return LineLayout(frame, ticks, zero, axis, paths, placed, targets, points, labels, self.empty)

    @property
    def _step(self) -> float:
        return (self.right - self.left - 2 * INSET) / max(1, len(self.chart.steps) - 1)

    def _x_of(self, x: int) -> float:
        if len(self.chart.steps) == 1:
            return (self.left + self.right) / 2
        return self.left + INSET + x * self._step

    def _x_at(self, place: float | None, edge: float) -> float:
        """The place between steps, or an edge of the plot where there is none, or it lies outside."""
        if place is None:
            return edge
        return min(max(self._x_of(0) + place * self._step, self.left), self.right)

    def _target(self, target: Target, y: float) -> TargetShape:
        start, end = self._x_at(target.start, self.left), self._x_at(target.end, self.right)
        # the first and the last step reach half a step further than the plot
        is_inside = target.end is not None and -0.5 <= target.end <= len(self.chart.steps) - 0.5
        day = polyline([(end, y - DAY_MARK), (end, y + DAY_MARK)]) if is_inside else ""
        # signed after the last step, or due before the first: seen all the same, at the edge
        start = max(self.left, min(start, end - SHORTEST_RULE))
        return TargetShape(polyline([(start, y), (max(end, start + SHORTEST_RULE), y)]), day)

    def _points(self, plane: Plane) -> list[PointShape]:
        """The points of the own series that lead somewhere, series by series; those without a value too."""
        chart = self.chart
        shapes = []
        for row, series in enumerate(chart.own):
            for point in series.points:
                if not point.url:
                    continue
                place = plane.place(point) if point.y is not None else place_of_gap(point, plane, row)
                words = point_words(series, point, chart)
                shapes.append(
                    point_shape(
                        place, point.url, words, self._tip(point), width=chart.width, column=point.x, row=row
                    )
                )
        return shapes

    def _tip(self, point: Point) -> str:
        return point.note if point.y is None else point.text(self.chart.suffix, self.chart.decimals)

    def _end_labels(self) -> list[LabelText]:
        chart, width = self.chart, self.chart.width * 0.3
        if self.empty and not chart.targets:
            return []
        labels = [
            end_labels.label_text(series, width, chart.suffix, chart.decimals, chart.steps)
            for series in chart.own
        ]
        labels += [
            LabelText([], notes=wrap(target.label, width, SIZE), kind="target") for target in chart.targets
        ]
        return labels

    def _make_frame(self, labels: Sequence[BreakMark]) -> Frame:
        chart = self.chart
        header = max([mark.drop + (ROW if mark.reason else LINE) for mark in labels], default=0)
        top = 12 + max(header, LINE if chart.unit else 0)
        below = axis_height(chart.steps)
        needed = sum(label.height + end_labels.GAP for label in self.endings)
        bottom = max(chart.height - below, top + needed)
        edges = (round_to(self.left), round_to(self.right), round_to(top), round_to(bottom))
        return Frame(*edges, width=chart.width, height=round_to(bottom + below))

    def _labels(self, plane: Plane, frame: Frame) -> list[EndLabel]:
        if not self.endings:
            return []
        wanting, labels = [], iter(self.endings)
        for index, series in enumerate(self.chart.own):
            tone = series.tone or index % len(SERIES_PRINT) + 1
            anchor = plane.place(series.present[-1]) if series.present else None
            wanting.append(LabelRequest(next(labels), anchor, tone, SERIES_PRINT[tone - 1]))
        for target in self.chart.targets:
            place = (self._x_at(target.end, self.right) - 7, plane.y_of(target.value))
            wanting.append(LabelRequest(next(labels), place, colour=TARGET_INK))
        top, bottom = float(frame.top) - LINE / 2, float(frame.bottom) + LINE / 2
        return end_labels.place_labels(wanting, self.column, self.right, top, bottom)
