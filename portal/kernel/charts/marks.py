"""The small sun that marks a row: one ray for each point of the record, as long as its level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, pi, sin
from typing import ClassVar

from django.utils.translation import gettext as _

from .drawing import Drawing, Table
from .numbers import rounded
from .palette import LEVELS, MARK_PRINT
from .shapes import disc

# where the rays of a mark of 48 px end, by level; level 0 is a dot
_MARK_ENDS = (0.0, 12.4, 12.8, 16.0, 19.4, 23.0)
_MARK_START = 9.4


@dataclass(frozen=True)
class Ray:
    """One ray of a mark: its level (0 outside the scale, 1 to 5) and the words for it."""

    level: int
    label: str = ""


@dataclass(frozen=True)
class MarkShape:
    """All rays of one level in one path."""

    level: int
    d: str
    colour: str
    width: int | float


@dataclass(frozen=True, kw_only=True)
class SunMark(Drawing):
    """A small sun whose rays are as long as their levels; the first points up, the others go clockwise."""

    template: ClassVar[str] = "sun-mark.svg"

    rays: Sequence[Ray]
    size: int = 32
    level_names: Mapping[int, str]

    @property
    def words(self) -> str:
        named = [f"{ray.label}: {self.level_names[ray.level]}" for ray in self.rays if ray.label]
        return self.description or ", ".join(named)

    @cached_property
    def table(self) -> Table:
        return Table(["", _("Level")], [[ray.label, self.level_names[ray.level]] for ray in self.rays])

    @cached_property
    def shapes(self) -> list[MarkShape]:
        return [shape for level in LEVELS if (shape := self._shape(level)) is not None]

    def _shape(self, level: int) -> MarkShape | None:
        turns = [index / len(self.rays) for index, ray in enumerate(self.rays) if ray.level == level]
        if not turns:
            return None
        draw = _dot if level == 0 else _stub
        width = min(3.4, 2 * pi * _MARK_START / len(self.rays) * 0.62)
        return MarkShape(
            level, "".join(draw(turn, level) for turn in turns), MARK_PRINT[level], rounded(width, 2)
        )


def _at(turn: float, radius: float, centre: float = 24) -> tuple[float, float]:
    return centre + radius * sin(2 * pi * turn), centre - radius * cos(2 * pi * turn)


def _stub(turn: float, level: int) -> str:
    (x, y), (to_x, to_y) = _at(turn, _MARK_START), _at(turn, _MARK_ENDS[level])
    return f"M{rounded(x, 2)} {rounded(y, 2)}L{rounded(to_x, 2)} {rounded(to_y, 2)}"


def _dot(turn: float, level: int) -> str:
    return disc(*_at(turn, 11.5), 1.0, digits=2)
