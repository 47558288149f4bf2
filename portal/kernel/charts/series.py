"""What a line chart is made from: steps of time, series of points, targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from django.utils.translation import gettext as _

from .numbers import NO_VALUE, format_value


@dataclass(frozen=True)
class Step:
    """One place on the time axis: its short label, the group under it, and its full name for tables."""

    label: str
    group: str = ""
    full: str = ""

    @property
    def name(self) -> str:
        return self.full or f"{self.group} {self.label}".strip()


@dataclass(frozen=True)
class Point:
    """A value at step number `x`, or None where there is none (`note` then says why, in the table).

    `breaks_before` with its `reason` says that it cannot be compared with what came before.
    `was` is the value that stood there before it was corrected, in words: the point bears a ring.
    `url` is where the point leads: then it can be reached by keyboard, and is read with all that it shows.
    `value_text` replaces the formatted value where a caller writes it in another way.
    """

    x: int
    y: Decimal | None
    lower: Decimal | None = None
    upper: Decimal | None = None
    estimate: bool = False
    breaks_before: bool = False
    reason: str = ""
    note: str = ""
    value_text: str = ""
    was: str = ""
    url: str = ""

    @property
    def values(self) -> list[Decimal]:
        """All that must lie inside the axis."""
        if self.y is None:
            return []
        return [value for value in (self.y, self.lower, self.upper) if value is not None]

    def text(self, suffix: str = "", decimals: int | None = None) -> str:
        """The value in the reader's language, with "≈" before an estimate."""
        if self.y is None:
            return NO_VALUE
        return ("≈ " if self.estimate else "") + (self.value_text or format_value(self.y, suffix, decimals))

    def bounds_text(self, suffix: str = "", decimals: int | None = None) -> str:
        """The bounds in the reader's language, or nothing."""
        if self.lower is not None and self.upper is not None:
            return (
                f"{format_value(self.lower, decimals=decimals)}–{format_value(self.upper, suffix, decimals)}"
            )
        if self.lower is not None:
            return _("at least %(value)s") % {"value": format_value(self.lower, suffix, decimals)}
        if self.upper is not None:
            return _("at most %(value)s") % {"value": format_value(self.upper, suffix, decimals)}
        return ""


@dataclass(frozen=True)
class Series:
    """Named points in order of `x`; a `peer` stays thin and grey behind the others.

    `tone` (1–6) fixes the colour, so that a series looks alike in every chart; 0 takes the next one.
    """

    name: str
    points: Sequence[Point]
    note: str = ""
    peer: bool = False
    tone: int = 0

    def __post_init__(self) -> None:
        places = [point.x for point in self.points]
        if any(after <= before for before, after in pairwise(places)):
            raise ValueError(f"the points of {self.name!r} are not in order, or two share a step")

    @cached_property
    def present(self) -> list[Point]:
        return [point for point in self.points if point.y is not None]

    @cached_property
    def runs(self) -> list[list[Point]]:
        """The points that one unbroken line joins: it ends at a gap and at a change of definition."""
        runs: list[list[Point]] = []
        for point in self.present:
            if runs and point.x == runs[-1][-1].x + 1 and not point.breaks_before:
                runs[-1].append(point)
            else:
                runs.append([point])
        return runs

    @cached_property
    def corrected(self) -> list[Point]:
        """The points whose value was another before it was corrected."""
        return [point for point in self.present if point.was]

    @cached_property
    def gaps(self) -> list[Point]:
        """The points without a value that say why there is none."""
        return [point for point in self.points if point.y is None and point.note]

    @property
    def breaks(self) -> list[Point]:
        """The points before which the definition changed, where there is something before them."""
        first = next((point.x for point in self.present), None)
        if first is None:
            return []
        return [point for point in self.points if point.breaks_before and point.x > first]


@dataclass(frozen=True)
class Target:
    """A value to be reached, drawn as a dashed rule with its label at the end.

    `start` and `end` are places on the axis of steps, 1.5 half-way between the second and the third: the rule runs from
    one to the other, and ends in a mark of its day. Without them it runs from edge to edge, as where they lie outside.
    """

    value: Decimal
    label: str
    start: float | None = None
    end: float | None = None
