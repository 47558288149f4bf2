"""A target over time, small enough for a row of a table: what was reached, by when, and on which side it is good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from itertools import pairwise, zip_longest
from typing import ClassVar

from django.utils.translation import gettext as _

from portal.kernel.text import format_date

from .drawing import Drawing, Table
from .numbers import NO_VALUE, format_short, format_value, round_to
from .palette import ON_TILE_PRINT, TILE_PRINT
from .paths import RING
from .points import PointShape, point_shape
from .scales import Scale, ticks_for
from .shapes import disc, polyline
from .text_metrics import width_of

SIZE = 12
_TOP, _FOOT, _AXIS = 14, 10, 18  # px above the highest value, below the lowest, and for the years
_TILE = 20


class TrackKind(Enum):
    """What a period shows."""

    VALUE = "value"
    LEVEL = "level"
    NOT_MEASURED = "not measured"
    NOT_FILED = "not filed"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class TrackPoint:
    """One period, at its last day: a value, a level (1 to 5), or why there is neither. `name` is for the table.

    `starts` is the period's first day; a value that `breaks_before` is not joined to those before.
    """

    name: str
    starts: date
    day: date
    kind: TrackKind
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    estimate: bool = False
    breaks_before: bool = False
    level: int = 0
    text: str = ""  # the value, the level or the reason in words
    url: str = ""  # where it leads: then it can be reached by keyboard
    was: str = ""  # the same before it was corrected: it bears a ring


@dataclass(frozen=True)
class TrackWord:
    """A word in the drawing; `kind` is value, first or target."""

    x: int | float
    y: int | float
    text: str
    kind: str
    anchor: str


@dataclass(frozen=True)
class TrackTile:
    """The level of a period."""

    x: int | float
    y: int | float
    glyph_x: int | float
    glyph_y: int | float
    level: int
    fill: str
    ink: str


@dataclass(frozen=True)
class TrackLayout:
    """All geometry of a track, ready for the template; empty strings where there is nothing of the kind."""

    bottom: int
    years: Sequence[tuple[int | float, str]]
    year_rules: Sequence[int | float]
    today: int | float | None
    future: tuple[int | float, int | float] | None  # left, width
    good: tuple[int | float, int | float, int | float, int | float] | None  # left, top, width, height
    goal: str  # the dashed line of the value
    due: int | float | None
    line: str
    full: str
    hollow: str
    whiskers: str
    rings: str
    corrected: str  # rings around corrected values and levels
    crosses: str
    hatched: Sequence[tuple[int | float, int | float]]  # left, width
    joined: str  # between tiles
    tiles: Sequence[TrackTile]
    points: Sequence[PointShape]
    words: Sequence[TrackWord]


@dataclass(frozen=True, kw_only=True)
class TargetTrack(Drawing):
    """A target's value from the day of signature to its own, over the periods; without a value, levels alone.

    `higher_is_better` is None where no side is the good one. The days from `first` to `last` are those of all tracks
    of a page, so that they can be read below one another.
    """

    template: ClassVar[str] = "target_track.svg"

    first: date
    last: date
    today: date
    signed_on: date
    due_on: date | None
    points: Sequence[TrackPoint]
    goal: Decimal | None = None
    goal_text: str = ""
    state: str = ""  # what became of it, in a word
    higher_is_better: bool | None = None
    suffix: str = ""
    width: int = 240
    height: int = 84

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.first >= self.last:
            raise ValueError("the first day must be before the last")

    @property
    def has_points(self) -> bool:
        return any(point.url for point in self.points)

    @property
    def words(self) -> str:
        return self.description or ". ".join(f"{name}: {text}" for name, text in self.table.rows) + "."

    @cached_property
    def table(self) -> Table:
        """Each period with its value, level or reason; then the target."""
        rows = [[point.name, self._text(point)] for point in self.points]
        if self.goal is not None:
            rows.append([_("Target"), self.goal_text or format_value(self.goal, self.suffix)])
        if self.due_on:
            rows.append([_("Due"), format_date(self.due_on)])
        if self.state:
            rows.append([_("State"), self.state])
        return Table([_("Period"), _("Value")], rows)

    def _text(self, point: TrackPoint) -> str:
        text = self._present_text(point)
        return f"{text}, {_('corrected, was %(value)s') % {'value': point.was}}" if point.was else text

    def _present_text(self, point: TrackPoint) -> str:
        if point.text or point.value is None:
            return point.text or NO_VALUE
        return ("≈ " if point.estimate else "") + format_value(point.value, self.suffix)

    @cached_property
    def layout(self) -> TrackLayout:
        bottom = self.height - _AXIS
        values = [point for point in self.points if point.kind is TrackKind.VALUE and point.value is not None]
        places = {id(point): (self._x(point.day), self._y(point.value or Decimal(0))) for point in values}
        levels = self._drawn_levels
        middle = (bottom - _TILE) / 2
        foot = bottom - 6
        return TrackLayout(
            bottom=bottom,
            years=self._years(),
            year_rules=[
                round_to(self._x(date(year, 1, 1))) for year in range(self.first.year + 1, self.last.year + 1)
            ],
            today=round_to(self._x(self.today)) if self.first <= self.today <= self.last else None,
            future=self._span(max(self.today, self.first), self.last) if self.today < self.last else None,
            good=self._good(bottom),
            goal=self._goal(),
            due=round_to(self._x(self.due_on)) if self.due_on else None,
            line="".join(
                polyline([places[id(before)], places[id(after)]])
                for before, after in pairwise(values)
                if not after.breaks_before and self._are_neighbours(before, after)
            ),
            full="".join(disc(*places[id(point)], 3.4) for point in values if not point.estimate),
            hollow="".join(disc(*places[id(point)], 3.6) for point in values if point.estimate),
            whiskers="".join(self._whisker(point) for point in values),
            rings="".join(
                disc(self._x(point.day), foot, 4)
                for point in self.points
                if point.kind is TrackKind.NOT_MEASURED
            ),
            corrected="".join(
                disc(*places[id(point)], RING)
                if id(point) in places
                else disc(self._x(point.day), middle + _TILE / 2, _TILE / 2 + 3)
                for point in (*values, *levels)
                if point.was
            ),
            crosses="".join(
                _cross(self._x(point.day), foot) for point in self.points if point.kind is TrackKind.NOT_FILED
            ),
            hatched=[
                self._span(max(point.starts, self.first), point.day)
                for point in self.points
                if point.kind is TrackKind.WITHHELD
            ],
            joined="".join(
                f"M{round_to(self._x(before.day) + _TILE / 2)} {round_to(middle + _TILE / 2)}"
                f"H{round_to(self._x(after.day) - _TILE / 2)}"
                for before, after in pairwise(levels)
                if self._x(after.day) - self._x(before.day) > _TILE
            )
            + self._first_run(middle),
            tiles=[self._tile(point, middle) for point in levels],
            points=self._links(middle, foot),
            words=self._words(values),
        )

    @cached_property
    def _levels(self) -> list[TrackPoint]:
        return [point for point in self.points if point.kind is TrackKind.LEVEL]

    @cached_property
    def _drawn_levels(self) -> list[TrackPoint]:
        """The levels that have a tile: all where there is room, else the last of each run, and corrected ones."""
        places = [self._x(point.day) for point in self._levels]
        if all(after - before >= _TILE for before, after in pairwise(places)):
            return self._levels
        return [
            point
            for point, following in zip_longest(self._levels, self._levels[1:])
            if following is None or following.level != point.level or point.was
        ]

    def _first_run(self, middle: float) -> str:
        """The line to the first tile, from where its run begins."""
        if not self._levels or self._levels[0] is self._drawn_levels[0]:
            return ""
        begin, end = self._x(self._levels[0].day), self._x(self._drawn_levels[0].day) - _TILE / 2
        return f"M{round_to(begin)} {round_to(middle + _TILE / 2)}H{round_to(end)}" if begin < end else ""

    def _links(self, middle: float, foot: float) -> list[PointShape]:
        """The periods that lead somewhere: at their value, their tile, or the mark of why there is neither."""
        shapes = []
        for column, point in enumerate(self.points):
            if not point.url or (point.kind is TrackKind.LEVEL and point not in self._drawn_levels):
                continue
            y = foot
            if point.kind is TrackKind.VALUE and point.value is not None:
                y = self._y(point.value)
            elif point.kind is TrackKind.LEVEL:
                y = middle + _TILE / 2
            text = self._text(point)
            place, words = (self._x(point.day), y), f"{point.name}: {text}"
            shapes.append(point_shape(place, point.url, words, text, width=self.width, column=column))
        return shapes

    def _x(self, day: date) -> float:
        share = min(1.0, max(0.0, (day - self.first).days / (self.last - self.first).days))
        return 4 + share * (self.width - 8)

    @cached_property
    def _y(self) -> Scale:
        values = [
            value
            for point in self.points
            if point.kind is TrackKind.VALUE
            for value in (point.value, point.lower, point.upper)
            if value is not None
        ]
        ticks = ticks_for([*values, *([] if self.goal is None else [self.goal])], 2)
        return Scale(ticks[0], ticks[-1], self.height - _AXIS - _FOOT, _TOP)

    def _span(self, first: date, last: date) -> tuple[int | float, int | float]:
        left = self._x(first)
        return round_to(left), round_to(self._x(last) - left)

    def _years(self) -> list[tuple[int | float, str]]:
        """Each year in the middle of its part of the axis, unless that is too narrow for its number."""
        years = []
        for year in range(self.first.year, self.last.year + 1):
            left = self._x(max(self.first, date(year, 1, 1)))
            right = self._x(min(self.last, date(year, 12, 31)))
            if right - left > width_of(str(year), SIZE) + 4:
                years.append((round_to((left + right) / 2), str(year)))
        return years

    def _good(self, bottom: int) -> tuple[int | float, int | float, int | float, int | float] | None:
        if self.goal is None or self.higher_is_better is None:
            return None
        left, width = self._span(max(self.signed_on, self.first), self.due_on or self.last)
        y = round_to(self._y(self.goal))
        return (
            (left, 2, width, round_to(y - 2))
            if self.higher_is_better
            else (left, y, width, round_to(bottom - y))
        )

    def _goal(self) -> str:
        if self.goal is None:
            return ""
        y = self._y(self.goal)
        return polyline([(self._x(self.signed_on), y), (self._x(self.due_on or self.last), y)])

    def _are_neighbours(self, before: TrackPoint, after: TrackPoint) -> bool:
        """No period lies between them that has no value: a line is never drawn across a gap."""
        return not any(before.day < point.day < after.day for point in self.points)

    def _whisker(self, point: TrackPoint) -> str:
        if point.lower is None and point.upper is None:
            return ""
        x, value = self._x(point.day), point.value or Decimal(0)
        low = self._y(value if point.lower is None else point.lower)
        high = self._y(value if point.upper is None else point.upper)
        ends = [polyline([(x - 3, y), (x + 3, y)]) for y in (low, high)]
        return "".join([polyline([(x, low), (x, high)]), *ends])

    def _tile(self, point: TrackPoint, y: float) -> TrackTile:
        x = self._x(point.day) - _TILE / 2
        glyph = round_to(x + 2), round_to(y + 2)
        fill, ink = TILE_PRINT[point.level], ON_TILE_PRINT[point.level]
        return TrackTile(round_to(x), round_to(y), *glyph, point.level, fill, ink)

    def _words(self, values: Sequence[TrackPoint]) -> list[TrackWord]:
        words = []
        if self.goal is not None and self.goal_text:
            x, y = self._x(self.due_on or self.last), self._y(self.goal)
            words.append(self._beside(x, y, self.goal_text, "target"))
        if values:
            last = values[-1]
            text = ("≈ " if last.estimate else "") + format_short(last.value or Decimal(0), self.suffix)
            words.append(self._beside(self._x(last.day), self._y(last.value or Decimal(0)), text, "value"))
        if len(values) > 1:
            first = values[0]
            text = format_short(first.value or Decimal(0), self.suffix)
            x, y = self._x(first.day), self._y(first.value or Decimal(0))
            rises = (values[1].value or Decimal(0)) > (first.value or Decimal(0))
            at = round_to(max(x, 2 + width_of(text, SIZE) / 2))
            words.append(TrackWord(at, round_to(y + 15 if rises else y - 7), text, "first", "middle"))
        return words

    def _beside(self, x: float, y: float, text: str, kind: str) -> TrackWord:
        """To the right of a place, or to its left where there is no room."""
        fits = width_of(text, SIZE, bold=True) < self.width - x - 8
        at, anchor = (x + 8, "start") if fits else (x - 8, "end")
        return TrackWord(round_to(at), round_to(y + 4), text, kind, anchor)


def _cross(x: float, y: float) -> str:
    return polyline([(x - 4, y - 4), (x + 4, y + 4)]) + polyline([(x - 4, y + 4), (x + 4, y - 4)])
