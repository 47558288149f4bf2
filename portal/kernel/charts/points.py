"""The points of a drawing that lead somewhere: links, each with all that it says, and its value shown on focus."""

from dataclasses import dataclass

from .numbers import round_to
from .text_metrics import width_of

TIP_SIZE = 13
_ABOVE, _BELOW = 12, 22  # px from the point to the foot of its words


@dataclass(frozen=True)
class PointShape:
    """One point as a link: where it is, what it says, and the short words beside it while it has the focus.

    `column` and `row` are its place among the others, for the arrow keys.
    """

    x: int | float
    y: int | float
    url: str
    words: str
    tip: str
    tip_y: int | float
    anchor: str
    column: int
    row: int


def point_shape(
    place: tuple[float, float], url: str, words: str, tip: str, *, width: float, column: int, row: int = 0
) -> PointShape:
    """Place a point in a drawing of this width: its words stay inside, above the point or else below it."""
    x, y = place
    half = width_of(tip, TIP_SIZE, bold=True) / 2
    anchor = "start" if x < half else "end" if x + half > width else "middle"
    tip_y = y - _ABOVE if y > _ABOVE + TIP_SIZE else y + _BELOW
    return PointShape(round_to(x), round_to(y), url, words, tip, round_to(tip_y), anchor, column, row)
