"""The large sun: one ray for each point of the record, with a bead for every value, numbers and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import cos, pi, sin
from typing import ClassVar

from .drawing import Drawing, Table
from .numbers import round_to
from .palette import LEVELS, MARK_PRINT, PALE_PRINT
from .shapes import disc, slice_of
from .text_metrics import width_of

_UPRIGHT = 0.2  # rays that lean less have their label above or below, not beside


@dataclass(frozen=True)
class BeadRay:
    """One ray of the large sun: its number, its word, and the level of each bead in any order."""

    number: str
    word: str
    levels: Sequence[int]


@dataclass(frozen=True)
class BeadShape:
    """All beads of one level: outlines, and the slices inside them."""

    level: int
    rings: str
    slices: str
    colour: str
    pale: str


@dataclass(frozen=True)
class RayLabel:
    """Number and word beyond the last bead of a ray."""

    x: int | float
    y: int | float
    anchor: str
    number: str
    word: str


@dataclass(frozen=True, kw_only=True)
class BeadSun(Drawing):
    """A large sun: beads run outwards from the highest level to the lowest, `centre` is the text in the disc."""

    template: ClassVar[str] = "sun.svg"

    rays: Sequence[BeadRay]
    level_names: Mapping[int, str]
    centre: Sequence[str] = ()
    with_words: bool = True
    width: int = 640
    disc_radius: int = 46
    most_beads: int = 32  # on each of ten rays; above that, a bead represents several values

    @cached_property
    def values_per_bead(self) -> int:
        """About how many values one bead represents: of more than ten rays more, so that no drawing has more beads."""
        most = self.most_beads * 10 // max(10, len(self.rays))
        return max(1, -(-max((len(ray.levels) for ray in self.rays), default=1) // max(1, most)))

    @property
    def narrow(self) -> "BeadSun":
        """Numbers alone at the rays: the words would be too small on a telephone."""
        return replace(self, name=f"{self.name}-narrow", with_words=False, width=400, disc_radius=40)

    @property
    def words(self) -> str:
        if self.description:
            return self.description
        sentences = []
        for ray in self.rays:
            counts = {level: ray.levels.count(level) for level in reversed(LEVELS) if level in ray.levels}
            texts = [f"{count} {self.level_names[level]}" for level, count in counts.items()]
            sentences.append(f"{ray.number} {ray.word}: {', '.join(texts)}.")
        return " ".join(sentences)

    @cached_property
    def table(self) -> Table:
        levels = [level for level in reversed(LEVELS) if level in self.level_names]
        rows = [
            [f"{ray.number} {ray.word}".strip(), *(str(list(ray.levels).count(level)) for level in levels)]
            for ray in self.rays
        ]
        return Table(["", *(self.level_names[level] for level in levels)], rows)

    @property
    def middle(self) -> tuple[int | float, int | float]:
        return round_to(self.width / 2), round_to(self.height / 2)

    @property
    def height(self) -> int:
        return round(2 * (self._label_radius + 26))

    @property
    def has_words(self) -> bool:
        """Words of many rays would run into each other at the top and the bottom."""
        return self.with_words and len(self.rays) <= 16

    @cached_property
    def _max_beads(self) -> int:
        return max((len(self._bead_levels(ray)) for ray in self.rays), default=1)

    def _bead_levels(self, ray: BeadRay) -> list[int]:
        """The levels of the ray's beads: of many values each n-th in their order, so that the shares stay."""
        return sorted(ray.levels, reverse=True)[self.values_per_bead // 2 :: self.values_per_bead]

    @property
    def _inner_radius(self) -> float:
        return self.disc_radius + 26.0

    @cached_property
    def _spacing(self) -> float:
        """The distance from bead to bead: as far as the labels allow, up to a maximum."""
        outer = max(
            self._inner_radius + 40, min(self._max_radius(ray, turn) for turn, ray in self._turns) - 20
        )
        return min(21.0, (outer - self._inner_radius) / max(1, self._max_beads - 1))

    @property
    def _label_radius(self) -> float:
        """Where labels begin."""
        return self._inner_radius + self._spacing * max(0, self._max_beads - 1) + 18

    @property
    def _turns(self) -> list[tuple[float, BeadRay]]:
        return [(index / len(self.rays), ray) for index, ray in enumerate(self.rays)]

    def _max_radius(self, ray: BeadRay, turn: float) -> float:
        """How far this ray may go so that its label still fits inside the width."""
        across = abs(sin(2 * pi * turn))
        if across < _UPRIGHT:
            return self.width / 2
        label = f"{ray.number} {ray.word}" if self.has_words else ray.number
        return (self.width / 2 - 8 - min(160.0, width_of(label, 14, bold=True))) / across

    @cached_property
    def beads(self) -> list[BeadShape]:
        """One shape for each level that occurs; every level's beads share their paths."""
        rings: dict[int, list[str]] = {level: [] for level in LEVELS}
        slices: dict[int, list[str]] = {level: [] for level in LEVELS}
        for turn, ray in self._turns:
            for place, level in enumerate(self._bead_levels(ray)):
                x, y, radius = self._bead(turn, place)
                rings[level].append(disc(x, y, radius if level else min(1.4, radius)))
                if level in (3, 4):
                    slices[level].append(slice_of(x, y, radius, 3 if level == 4 else 1))
        return [
            BeadShape(
                level, "".join(rings[level]), "".join(slices[level]), MARK_PRINT[level], PALE_PRINT[level]
            )
            for level in LEVELS
            if rings[level]
        ]

    def _bead(self, turn: float, number: int) -> tuple[float, float, float]:
        """Beads grow a little on their way out, and never touch each other or the next ray."""
        distance, spacing = self._inner_radius + number * self._spacing, self._spacing
        free = distance * sin(pi / len(self.rays)) * 0.9 if len(self.rays) > 1 else distance
        largest = min(9.6, spacing * 0.46, free)
        x, y = self.width / 2, self.height / 2
        x, y = x + distance * sin(2 * pi * turn), y - distance * cos(2 * pi * turn)
        return x, y, largest * (0.82 + 0.18 * number / max(1, self._max_beads - 1))

    @cached_property
    def labels(self) -> list[RayLabel]:
        """A label for every ray, or for every k-th where they would touch."""
        interval = max(1, -(-len(self.rays) * 20 // int(2 * pi * self._label_radius)))
        return [self._label(ray, turn, self._label_radius) for turn, ray in self._turns[::interval]]

    def _label(self, ray: BeadRay, turn: float, reach: float) -> RayLabel:
        across, up = sin(2 * pi * turn), cos(2 * pi * turn)
        upright = abs(across) < _UPRIGHT
        x = self.width / 2 + (reach + 2) * across
        y = self.height / 2 - (reach + (6 if upright else 0)) * up + 5
        anchor = "middle" if upright else "start" if across > 0 else "end"
        return RayLabel(round_to(x), round_to(y), anchor, ray.number, ray.word if self.has_words else "")
