"""Before and after: for each row a hollow disc for the value before, a filled one for that after, an arrow between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext as _

from .drawing import Drawing, Table
from .numbers import format_short, format_value, round_to, tick_texts
from .scales import Scale, ticks_for
from .shapes import disc, polyline
from .text_metrics import width_of, wrap

SIZE = 14
LINE = 18
ROW = 38
RADIUS = 6
GAP = 8  # between a disc and its value
AXIS = 26  # the words of the ticks below the plot
UNIT = 22  # the unit below those


@dataclass(frozen=True)
class Change:
    """What was measured, before and after."""

    label: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Word:
    """A value beside its disc."""

    x: int | float
    anchor: str
    text: str


@dataclass(frozen=True)
class ChangeShape:
    """One row, placed; `lines` are its wrapped label."""

    y: int | float
    lines: Sequence[tuple[int | float, str]]
    before: str
    after: str
    shaft: str
    head: str
    before_word: Word
    after_word: Word


@dataclass(frozen=True)
class Tick:
    """A vertical rule and its value."""

    x: int | float
    text: str


@dataclass(frozen=True)
class ChangeLayout:
    """All geometry of the chart, ready for the template."""

    height: int | float
    bottom: int | float
    zero: int | float
    left: int | float
    ticks: Sequence[Tick]
    rows: Sequence[ChangeShape]
    spans: Sequence[
        tuple[int | float, int | float]
    ]  # x of the vertical rules: not across labels between rows


@dataclass(frozen=True, kw_only=True)
class ChangeChart(Drawing):
    """Rows on one scale that begins at zero; all of them are counted in the same `unit`."""

    template: ClassVar[str] = "changes.svg"

    changes: Sequence[Change]
    unit: str = ""
    width: int = 720
    stacked: bool = False

    @property
    def narrow(self) -> "ChangeChart":
        """Labels above the rows, for a column of a telephone."""
        return replace(self, name=f"{self.name}-narrow", width=340, stacked=True)

    @property
    def words(self) -> str:
        if self.description:
            return self.description
        sentences = [
            _("%(label)s: %(before)s before, %(after)s after.")
            % {
                "label": change.label,
                "before": format_value(change.before),
                "after": format_value(change.after),
            }
            for change in self.changes
        ]
        return " ".join([*sentences, f"{self.unit}."] if self.unit else sentences)

    @cached_property
    def table(self) -> Table:
        rows = [
            [change.label, format_value(change.before), format_value(change.after)] for change in self.changes
        ]
        return Table(["", _("Before"), _("After")], rows)

    @cached_property
    def layout(self) -> ChangeLayout:
        ticks = ticks_for([*self._values, Decimal(0)], 3 if self.stacked else 5)
        scale = self._scale(ticks)
        rows, top = [], 0.0
        for change in self.changes:
            rows.append(self._row(change, scale, top))
            top = rows[-1].y + ROW / 2
        bottom = round_to(top + 4)
        texts = tick_texts(ticks)
        spans: list[tuple[int | float, int | float]] = [(0, bottom)]
        if self.stacked:
            ends = [round_to(row.y + ROW / 2 - 4) for row in rows[:-1]] + [bottom]
            spans = [(round_to(row.y - ROW / 2 + 4), end) for row, end in zip(rows, ends, strict=True)]
        return ChangeLayout(
            height=round_to(bottom + AXIS + (UNIT if self.unit else 0)),
            bottom=bottom,
            zero=round_to(scale(Decimal(0))),
            left=round_to(scale(ticks[0])),
            ticks=[Tick(round_to(scale(tick)), text) for tick, text in zip(ticks, texts, strict=True)],
            rows=rows,
            spans=spans,
        )

    def _scale(self, ticks: Sequence[Decimal]) -> Scale:
        """Width at both ends for the text of a disc at the end of the scale."""
        single = max((width_of(format_short(value), SIZE, bold=True) for value in self._values), default=0)
        scale = self._scale_with(ticks, single)
        joined = [_join_texts(change) for change in self.changes if not self._fits(change, scale)]
        widest = max((width_of(text, SIZE, bold=True) for text in joined), default=0)
        return self._scale_with(ticks, max(single, widest))

    def _scale_with(self, ticks: Sequence[Decimal], text_width: float) -> Scale:
        margin = RADIUS + GAP + text_width
        half_tick = width_of(tick_texts(ticks)[-1], SIZE) / 2
        below = min([*self._values, Decimal(0)]) < 0
        start = self._label_column + (margin if below else 1)
        return Scale(ticks[0], ticks[-1], start, self.width - max(margin, half_tick) - 1)

    @cached_property
    def _values(self) -> list[Decimal]:
        return [value for change in self.changes for value in (change.before, change.after)]

    def _fits(self, change: Change, scale: Scale) -> bool:
        """Whether the lower value fits at the left of its disc."""
        lower = min(change.before, change.after)
        return (
            scale(lower) - RADIUS - GAP - width_of(format_short(lower), SIZE, bold=True) > self._label_column
        )

    @cached_property
    def _label_column(self) -> float:
        if self.stacked:
            return 4
        widest = max((width_of(change.label, SIZE) for change in self.changes), default=0)
        return min(widest, self.width * 0.32) + 18

    def _row(self, change: Change, scale: Scale, top: float) -> ChangeShape:
        width = self.width if self.stacked else self._label_column - 18
        lines = wrap(change.label, width, SIZE, most=2)
        above = LINE * len(lines) if self.stacked else 0
        y = top + above + ROW / 2
        first = top + 16 if self.stacked else y + 5 - LINE * (len(lines) - 1) / 2
        before, after = scale(change.before), scale(change.after)
        shaft, head = _arrow(before, after, y)
        before_word, after_word = self._words(change, scale)
        return ChangeShape(
            y=round_to(y),
            lines=[(round_to(first + LINE * index), line) for index, line in enumerate(lines)],
            before=disc(before, y, RADIUS),
            after=disc(after, y, RADIUS),
            shaft=shaft,
            head=head,
            before_word=before_word,
            after_word=after_word,
        )

    def _words(self, change: Change, scale: Scale) -> tuple[Word, Word]:
        """Each value at the far side of its disc; both at the right where the left one does not fit."""
        before, after = scale(change.before), scale(change.after)
        beyond = round_to(max(before, after) + RADIUS + GAP)
        if not self._fits(change, scale):
            return Word(0, "start", ""), Word(beyond, "start", _join_texts(change))
        short = round_to(min(before, after) - RADIUS - GAP)
        first, second = (short, "end"), (beyond, "start")
        if before > after:
            first, second = second, first
        return Word(*first, format_short(change.before)), Word(*second, format_short(change.after))


def _join_texts(change: Change) -> str:
    return f"{format_short(change.before)} → {format_short(change.after)}"


def _arrow(before: float, after: float, y: float) -> tuple[str, str]:
    """The shaft and the head, which points at the value after; nothing between discs that touch."""
    direction = 1 if after > before else -1
    tip = after - direction * (RADIUS + 1.5)
    if (tip - before) * direction <= RADIUS:
        return "", ""
    head = polyline([(tip - direction * 6, y - 5), (tip, y), (tip - direction * 6, y + 5)])
    return polyline([(before + direction * RADIUS, y), (tip, y)]), head
