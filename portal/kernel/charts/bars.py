"""Bars: filled for one's own value, outlined for the count of somebody else beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext as _

from .drawing import Drawing, Table
from .numbers import NO_VALUE, format_value, round_to
from .paths import RING
from .shapes import disc
from .text_metrics import width_of, wrap

SIZE = 14
LINE = 18
THICK = 22
GAP = 10


@dataclass(frozen=True)
class Bar:
    """One value with its label; None is a missing value, `note` says why.

    `was` is the value that stood there before it was corrected, in words: the end of the bar bears a ring.
    """

    label: str
    value: Decimal | None
    outlined: bool = False
    note: str = ""
    value_text: str = ""
    group: str = ""
    was: str = ""


@dataclass(frozen=True)
class BarShape:
    """One bar, placed; `lines` are its wrapped label."""

    x: int | float
    y: int | float
    width: int | float
    height: int
    outlined: bool
    lines: Sequence[tuple[int | float, str]]
    value: str
    value_x: int | float
    value_y: int | float
    absent: bool
    ring: str = ""


@dataclass(frozen=True)
class BarLayout:
    """All geometry of a bar chart, ready for the template."""

    height: int | float
    axis: str
    bars: Sequence[BarShape]
    groups: Sequence[tuple[int | float, str]]


@dataclass(frozen=True, kw_only=True)
class BarChart(Drawing):
    """Bars from one baseline at zero; a new `group` name opens a group under its own heading."""

    template: ClassVar[str] = "bars.svg"

    bars: Sequence[Bar]
    suffix: str = ""
    decimals: int | None = None
    width: int = 720
    stacked: bool = False

    @property
    def narrow(self) -> "BarChart":
        """Labels above the bars, for a column of a telephone."""
        return replace(self, name=f"{self.name}-narrow", width=340, stacked=True)

    @property
    def words(self) -> str:
        return self.description or " ".join(f"{bar.label}: {self._words(bar)}." for bar in self.bars)

    @property
    def has_corrections(self) -> bool:
        return any(bar.was for bar in self.bars)

    @cached_property
    def table(self) -> Table:
        return Table(["", _("Value")], [[bar.label, self._words(bar)] for bar in self.bars])

    @cached_property
    def layout(self) -> BarLayout:
        column = 0.0
        if not self.stacked:
            widest = max((width_of(bar.label, SIZE) for bar in self.bars), default=0)
            column = min(widest, self.width * 0.36) + 14
        shapes: list[BarShape] = []
        groups: list[tuple[int | float, str]] = []
        y, group = 2.0, ""
        for bar in self.bars:
            if bar.group != group:
                y += 12 if shapes else 0
                groups.append((round_to(y + 14), bar.group))
                y, group = y + 26, bar.group
            shapes.append(self._shape(bar, column, y))
            y = max(float(shapes[-1].y) + THICK, float(shapes[-1].lines[-1][0]) + 4) + GAP
        # one baseline for all bars; a short one for each where labels stand between them
        zero = round_to(self._place(Decimal(0), column))
        axis = f"M{zero} 0V{round_to(y - GAP + 2)}"
        if self.stacked:
            axis = "".join(f"M{zero} {round_to(shape.y - 2)}v{THICK + 4}" for shape in shapes)
        return BarLayout(round_to(y), axis, shapes, groups)

    def _words(self, bar: Bar) -> str:
        """The value, with what it was before it was corrected."""
        if not bar.was:
            return self._text(bar)
        return f"{self._text(bar)}, {_('corrected, was %(value)s') % {'value': bar.was}}"

    def _text(self, bar: Bar) -> str:
        if bar.value is None:
            return bar.note or NO_VALUE
        return bar.value_text or format_value(bar.value, self.suffix, self.decimals)

    @cached_property
    def _extent(self) -> tuple[Decimal, Decimal, float]:
        """The lowest and highest value including zero, and the width of the text beside the bars."""
        values = [bar.value for bar in self.bars if bar.value is not None]
        low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
        text_width = max((width_of(self._text(bar), SIZE, bold=True) for bar in self.bars), default=0)
        return low, high if high > low else low + 1, text_width

    @property
    def _ring_room(self) -> float:
        return RING if self.has_corrections else 0

    def _place(self, value: Decimal, column: float) -> float:
        low, high, text_width = self._extent
        start = column + 1 + (text_width + 8 if low < 0 else 0)
        return start + float((value - low) / (high - low)) * (
            self.width - text_width - 12 - self._ring_room - start
        )

    def _shape(self, bar: Bar, column: float, y: float) -> BarShape:
        width = self.width if self.stacked else column - 14
        lines = wrap(bar.label, width, SIZE, most=2)
        top = y + LINE * len(lines) + 2 if self.stacked else y
        first = y + 13 if self.stacked else y + (THICK / 2 + 5 if len(lines) == 1 else 9)
        placed = [(round_to(first + LINE * index), line) for index, line in enumerate(lines)]
        zero, end = self._place(Decimal(0), column), self._place(bar.value or Decimal(0), column)
        value_x = max(zero, end) + 8 + (RING if bar.was else 0)
        ring = disc(end, top + THICK / 2, RING) if bar.was else ""
        return BarShape(
            round_to(min(zero, end)),
            round_to(top),
            round_to(abs(end - zero)),
            THICK,
            bar.outlined,
            placed,
            self._text(bar),
            round_to(value_x),
            round_to(top + THICK / 2 + 5),
            absent=bar.value is None,
            ring=ring,
        )
