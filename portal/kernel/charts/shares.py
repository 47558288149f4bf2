"""The stacked bar of ordered levels: how a whole divides, with tile, shape, word and count for each part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext as _

from .drawing import Drawing, Table
from .numbers import round_to
from .palette import ON_TILE_PRINT, TILE_PRINT
from .text_metrics import width_of

SIZE = 15
GAP = 3


@dataclass(frozen=True)
class Share:
    """So many of one level (0 outside the scale, 1 to 5)."""

    level: int
    label: str
    count: int


@dataclass(frozen=True)
class Tile:
    """One part, placed."""

    x: int | float
    y: int | float
    width: int | float
    height: int
    level: int
    fill: str
    ink: str
    label: str
    count: int
    text_x: int | float


@dataclass(frozen=True, kw_only=True)
class ShareBar(Drawing):
    """Parts in the order given; parts of nothing are left out of the picture, not of the table."""

    template: ClassVar[str] = "shares.svg"

    shares: Sequence[Share]
    width: int = 1120
    stacked: bool = False

    @property
    def narrow(self) -> "ShareBar":
        """One bar below the other, for a column of a telephone."""
        return replace(self, name=f"{self.name}-narrow", width=340, stacked=True)

    @property
    def words(self) -> str:
        return self.description or ", ".join(f"{share.label}: {share.count}" for share in self.shares) + "."

    @cached_property
    def table(self) -> Table:
        return Table(["", _("Count")], [[share.label, str(share.count)] for share in self.shares])

    @property
    def height(self) -> int:
        return max(1, len(self.tiles)) * 36 - 4 if self.stacked else 64

    @cached_property
    def tiles(self) -> list[Tile]:
        shares = [share for share in self.shares if share.count]
        return self._rows(shares) if self.stacked else self._pieces(shares)

    def _pieces(self, shares: Sequence[Share]) -> list[Tile]:
        """Widths in proportion, but never too narrow for the word."""
        needs = [width_of(share.label, SIZE, bold=True) + 48 for share in shares]
        widths = divide(self.width - GAP * (len(shares) - 1), [share.count for share in shares], needs)
        tiles, x = [], 0.0
        for share, width in zip(shares, widths, strict=True):
            tiles.append(_tile(share, x, 0, width, 64, x + 12))
            x += width + GAP
        return tiles

    def _rows(self, shares: Sequence[Share]) -> list[Tile]:
        largest = max((share.count for share in shares), default=1)
        need = max((width_of(share.label, SIZE, bold=True) for share in shares), default=0) + 76
        spare = max(0.0, self.width - need)
        return [
            _tile(share, 0, 36 * index, need + spare * share.count / largest, 32, 12)
            for index, share in enumerate(shares)
        ]


def divide(whole: float, weights: Sequence[int], needs: Sequence[float]) -> list[float]:
    """Widths that add up to the whole, in proportion to the weights, none below its need.

    When the needs together are more than the whole, all shrink alike.
    """
    if sum(needs) >= whole:
        return [need * whole / sum(needs) for need in needs]
    fixed: set[int] = set()
    while True:
        free = [index for index in range(len(weights)) if index not in fixed]
        left = whole - sum(needs[index] for index in fixed)
        total = sum(weights[index] for index in free)
        small = {index for index in free if left * weights[index] / total < needs[index]}
        if not small:
            return [needs[i] if i in fixed else left * weights[i] / total for i in range(len(weights))]
        fixed |= small


def _tile(share: Share, x: float, y: float, width: float, height: int, text_x: float) -> Tile:
    fill, ink = TILE_PRINT[share.level], ON_TILE_PRINT[share.level]
    places = (round_to(x), round_to(y), round_to(width))
    return Tile(*places, height, share.level, fill, ink, share.label, share.count, round_to(text_x))
