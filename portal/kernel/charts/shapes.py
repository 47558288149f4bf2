"""Path data of small shapes: markers, pie slices, bands; plain strings for the `d` attribute."""

from collections.abc import Callable, Sequence
from functools import partial
from math import cos, pi, sin

from .numbers import round_to

Place = tuple[float, float]


def polyline(places: Sequence[Place], *, closed: bool = False) -> str:
    """A line through the places."""
    text = "L".join(f"{round_to(x)} {round_to(y)}" for x, y in places)
    return f"M{text}{'Z' if closed else ''}"


def disc(x: float, y: float, radius: float, digits: int = 1) -> str:
    """A full circle."""
    r = round_to(radius, digits)  # the rest from the rounded radius, or it is no circle
    left, width = round_to(x - r, digits), round_to(2 * r, digits)
    return f"M{left} {round_to(y, digits)}a{r} {r} 0 1 0 {width} 0a{r} {r} 0 1 0 {-width} 0Z"


def slice_of(x: float, y: float, radius: float, quarters: int) -> str:
    """A slice of that many quarters (1 to 3), clockwise from the top."""
    angle = quarters * pi / 2
    end = f"{round_to(x + radius * sin(angle))} {round_to(y - radius * cos(angle))}"
    large, r = int(quarters > 2), round_to(radius)
    return f"M{round_to(x)} {round_to(y)}V{round_to(y - radius)}A{r} {r} 0 {large} 1 {end}Z"


def _polygon(corners: Sequence[Place], x: float, y: float) -> str:
    return polyline([(x + dx, y + dy) for dx, dy in corners], closed=True)


# the corners of markers, from their middle
_TRIANGLE = [(0, -5.2), (5.2, 4), (-5.2, 4)]
_SQUARE = [(-4, -4), (4, -4), (4, 4), (-4, 4)]
_DIAMOND = [(0, -5.4), (5.4, 0), (0, 5.4), (-5.4, 0)]
_HANGING_TRIANGLE = [(0, 5.2), (5.2, -4), (-5.2, -4)]
_PLUS = [
    *((-1.7, -5), (1.7, -5), (1.7, -1.7), (5, -1.7), (5, 1.7), (1.7, 1.7)),
    *((1.7, 5), (-1.7, 5), (-1.7, 1.7), (-5, 1.7), (-5, -1.7), (-1.7, -1.7)),
]
MARKERS: tuple[Callable[[float, float], str], ...] = (
    partial(disc, radius=4),
    partial(_polygon, _TRIANGLE),
    partial(_polygon, _SQUARE),
    partial(_polygon, _DIAMOND),
    partial(_polygon, _HANGING_TRIANGLE),
    partial(_polygon, _PLUS),
)
