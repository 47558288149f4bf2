"""A first and a last value on a scale that all rows share: hollow and filled discs, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .drawing import Drawing, Table
from .numbers import NO_VALUE, format_short, format_value, log_tick_texts, round_to, tick_texts
from .paths import RING
from .scales import Scale, log_ticks, spans_widely, ticks_for
from .shapes import disc, polyline
from .text_metrics import cut, width_of

ROW = 40  # px
_RADIUS = 5.5
_SIZE = 13
_HEAD = 28  # px above the rows, for the words of the ticks
_EDGE = 4  # px to the right of the last values
_LAST_COLUMN = 84  # px at least, with the last values
_GAP = 8  # px between two words of a row
_ATTEMPTS = 4


@dataclass(frozen=True)
class Dumbbell:
    """One row. `worse` is drawn in the warm tone; `is_interrupted` where a period between has no value.

    A value that is `broken` off from the first is not joined to it. `was` is what the last one was before it was
    corrected, in words: it bears a ring. A row `of_many` is a band from its lower to its upper bound, marked at its
    last value, unless that is `unmarked`.
    """

    name: str
    last: Decimal
    first: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    estimate: bool = False
    worse: bool = False
    is_interrupted: bool = False
    broken: bool = False
    was: str = ""
    of_many: bool = False
    unmarked: bool = False

    @property
    def values(self) -> list[Decimal]:
        """All that must lie on the scale."""
        return [value for value in (self.last, self.first, self.lower, self.upper) if value is not None]


@dataclass(frozen=True)
class DumbbellShape:
    """One row, placed around its middle `y`."""

    y: int | float
    joint: str
    dashed: bool
    first: str
    last: str
    hollow_last: bool
    ring: str  # around a corrected last value
    bounds: str
    band: str  # of many values, from the lowest to the highest
    rule: int | float | None  # x of the mark of a break
    word: str  # the first value
    word_x: int | float
    anchor: str
    worse: bool


@dataclass(frozen=True)
class DumbbellScale:
    """The scale of all rows with its ticks, from `start` to `end`."""

    scale: Scale
    ticks: Sequence[Decimal]

    @classmethod
    def of(cls, values: Sequence[Decimal], start: float, end: float, *, is_log: bool) -> "DumbbellScale":
        from_zero = [*values, Decimal(0)] if values else values
        ticks = log_ticks(values) if is_log else ticks_for(from_zero, 5)
        return cls(Scale(ticks[0], ticks[-1], start, end, is_log), ticks)

    def __call__(self, value: Decimal) -> float:
        return self.scale(value)

    @property
    def spans_zero(self) -> bool:
        """Whether values lie on both sides of zero, or below it."""
        return self.scale.low < 0 <= self.scale.high and not self.scale.is_log

    def labels(self, suffix: str) -> list[tuple[int | float, str]]:
        """The words of the ticks, with their places."""
        to_texts = log_tick_texts if self.scale.is_log else tick_texts
        texts = to_texts(self.ticks, suffix)
        return [(round_to(self(tick)), text) for tick, text in zip(self.ticks, texts, strict=True)]


@dataclass(frozen=True, kw_only=True)
class DumbbellChart(Drawing):
    """Rows from best to worst, or by name. Each can be drawn by itself, for a row of a table, on the same scale.

    The scale is of proportions where the values span more than twenty-fold, unless `in_amounts` asks for the other.
    """

    template: ClassVar[str] = "dumbbells.svg"

    rows: Sequence[Dumbbell]
    others: Sequence[Decimal] = ()  # values of rows that are not drawn here and share the scale
    first_name: str = ""  # of the periods, for words and table
    last_name: str = ""
    suffix: str = ""
    in_amounts: bool = False
    width: int = 720
    row_width: int = 300

    @property
    def words(self) -> str:
        return self.description or " ".join(
            f"{name}: {first} → {last}." for name, first, last in self.table.rows
        )

    @cached_property
    def table(self) -> Table:
        rows = [
            [
                row.name,
                NO_VALUE if row.first is None else format_value(row.first, self.suffix),
                self._last_text(row),
            ]
            for row in self.rows
        ]
        return Table(["", self.first_name or _("Before"), self.last_name or _("After")], rows)

    def _last_text(self, row: Dumbbell) -> str:
        text = ("≈ " if row.estimate else "") + format_value(row.last, self.suffix)
        return f"{text}, {_('corrected, was %(value)s') % {'value': row.was}}" if row.was else text

    @property
    def size(self) -> tuple[int, int | float]:
        """Width and height of the whole drawing, in px."""
        return self.width, self.height

    @property
    def height(self) -> int:
        return _HEAD + ROW * len(self.rows) + 8

    @cached_property
    def layout(self) -> list[tuple[str, str, int | float, DumbbellShape]]:
        """By row its name, the text of its last value with the place of that text, and its shape."""
        scale = self._whole_scale
        return [
            (
                self._name(row),
                self._short_last(row),
                round_to(self.width - _EDGE),
                _shape(row, scale, _HEAD + ROW * (number + 0.5), self.suffix),
            )
            for number, row in enumerate(self.rows)
        ]

    @cached_property
    def ticks(self) -> list[tuple[int | float, str]]:
        return self._whole_scale.labels(self.suffix)

    @property
    def is_log(self) -> bool:
        """Whether equal lengths are equal proportions."""
        return self.spans_widely and not self.in_amounts

    @property
    def spans_widely(self) -> bool:
        """Whether there are two scales to choose from."""
        return spans_widely(self._values)

    @cached_property
    def _values(self) -> list[Decimal]:
        return [*(value for row in self.rows for value in row.values), *self.others]

    @cached_property
    def _label_column(self) -> float:
        widest = max((width_of(row.name, _SIZE) for row in self.rows), default=0)
        return min(widest, self.width * 0.34) + 18

    @cached_property
    def _whole_scale(self) -> DumbbellScale:
        """The scale of the whole drawing: drawn in until no first value touches a name or a last value."""
        start, end = self._label_column, float(self.width - _LAST_COLUMN)
        scale = self._scale(start, end)
        for _attempt in range(_ATTEMPTS):
            left, right = self._overhang(scale)
            if not (left or right):
                break
            start, end = start + left, end - right
            scale = self._scale(start, end)
        return scale

    def _overhang(self, scale: DumbbellScale) -> tuple[float, float]:
        """By how many px the words of first values come too near to the names, and to the last values."""
        left = right = 0.0
        for row in self.rows:
            shape = _shape(row, scale, 0, self.suffix)
            if not shape.word:
                continue
            width = width_of(shape.word, _SIZE) + _GAP
            if shape.anchor == "end":
                left = max(left, width_of(self._name(row), _SIZE) - (shape.word_x - width))
            else:
                last = self.width - _EDGE - width_of(self._short_last(row), _SIZE, bold=True)
                right = max(right, shape.word_x + width - last)
        return left, right

    def _name(self, row: Dumbbell) -> str:
        return cut(row.name, self._label_column - 12, _SIZE)

    def _short_last(self, row: Dumbbell) -> str:
        return ("≈ " if row.estimate else "") + format_short(row.last, self.suffix)

    def _scale(self, start: float, end: float) -> DumbbellScale:
        return DumbbellScale.of(self._values, start, end, is_log=self.is_log)

    # --- Row by row ------------------------------------------------------------------------------

    @cached_property
    def _row_scale(self) -> DumbbellScale:
        return self._scale(44, self.row_width - 44)

    @cached_property
    def row_ticks(self) -> list[tuple[int | float, str]]:
        """The words of the ticks of a row, without those that would touch their neighbours."""
        labels: list[tuple[int | float, str]] = []
        edge = float("-inf")
        for x, text in self._row_scale.labels(self.suffix):
            half = width_of(text, 12) / 2
            if x - half > edge + 4 and half <= x <= self.row_width - half:
                labels.append((x, text))
                edge = x + half
        return labels

    def row_drawings(self) -> list[SafeString]:
        """Each row as a drawing of its own without words for screen readers: the table around it has them."""
        ticks = [x for x, _text in self.row_ticks]
        zero = round_to(self._row_scale(Decimal(0))) if self._row_scale.spans_zero else None
        context = {"width": self.row_width, "ticks": ticks, "height": ROW, "zero": zero}
        return [
            _drawn("dumbbell.svg", {**context, "row": _shape(row, self._row_scale, ROW / 2, self.suffix)})
            for row in self.rows
        ]

    @cached_property
    def head_drawing(self) -> SafeString:
        """The words of the ticks above the rows."""
        return _drawn("dumbbell_head.svg", {"width": self.row_width, "ticks": self.row_ticks})


def _drawn(template: str, context: dict[str, object]) -> SafeString:
    # the template has escaped every value
    return mark_safe(render_to_string(f"components/charts/{template}", context).strip())


def _shape(row: Dumbbell, scale: DumbbellScale, y: float, suffix: str) -> DumbbellShape:
    last = scale(row.last)
    first = None if row.first is None else scale(row.first)
    joint = ""
    if first is not None and not row.broken and abs(last - first) > 2 * _RADIUS:
        toward = _RADIUS if last > first else -_RADIUS
        joint = polyline([(first + toward, y), (last - toward, y)])
    text = "" if row.first is None or row.first == row.last else format_short(row.first, suffix)
    right = first is not None and first >= last
    word_x = 0.0 if first is None else first + (_RADIUS + 5 if right else -_RADIUS - 5)
    return DumbbellShape(
        y=round_to(y),
        joint=joint,
        dashed=row.is_interrupted,
        first="" if first is None else disc(first, y, _RADIUS - 1),
        last="" if row.unmarked else _middle(last, y) if row.of_many else disc(last, y, _RADIUS),
        hollow_last=row.estimate,
        ring=disc(last, y, RING) if row.was else "",
        bounds="" if row.of_many else _bounds(row, scale, y),
        band=_band(row, scale, y) if row.of_many else "",
        rule=round_to((first + last) / 2) if row.broken and first is not None else None,
        word=text,
        word_x=round_to(word_x),
        anchor="start" if right else "end",
        worse=row.worse,
    )


def _bounds(row: Dumbbell, scale: DumbbellScale, y: float) -> str:
    if row.lower is None or row.upper is None:
        return ""
    low, high = scale(row.lower), scale(row.upper)
    ends = [polyline([(x, y - 6), (x, y + 6)]) for x in (low, high)]
    return "".join([polyline([(low, y), (high, y)]), *ends])


def _middle(x: float, y: float) -> str:
    """The mark of the middle of many."""
    corners = [(x - 1.5, y - 9), (x + 1.5, y - 9), (x + 1.5, y + 9), (x - 1.5, y + 9)]
    return polyline(corners, closed=True)


def _band(row: Dumbbell, scale: DumbbellScale, y: float) -> str:
    if row.lower is None or row.upper is None:
        return ""
    low, high = scale(row.lower), scale(row.upper)
    return polyline([(low, y - 6), (high, y - 6), (high, y + 6), (low, y + 6)], closed=True)
