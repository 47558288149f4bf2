"""Path data of small shapes: markers, pie slices, bands; plain strings for the `d` attribute."""

from collections.abc import Callable, Sequence
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


def _disc_marker(x: float, y: float) -> str:
    return disc(x, y, 4)


def _triangle_marker(x: float, y: float) -> str:
    return polyline([(x, y - 5.2), (x + 5.2, y + 4), (x - 5.2, y + 4)], closed=True)


def _square_marker(x: float, y: float) -> str:
    return polyline([(x - 4, y - 4), (x + 4, y - 4), (x + 4, y + 4), (x - 4, y + 4)], closed=True)


def _diamond_marker(x: float, y: float) -> str:
    return polyline([(x, y - 5.4), (x + 5.4, y), (x, y + 5.4), (x - 5.4, y)], closed=True)


def _hanging_triangle_marker(x: float, y: float) -> str:
    return polyline([(x, y + 5.2), (x + 5.2, y - 4), (x - 5.2, y - 4)], closed=True)


def _plus_marker(x: float, y: float) -> str:
    corners = [(-1.7, -5), (1.7, -5), (1.7, -1.7), (5, -1.7), (5, 1.7), (1.7, 1.7)]
    corners += [(1.7, 5), (-1.7, 5), (-1.7, 1.7), (-5, 1.7), (-5, -1.7), (-1.7, -1.7)]
    return polyline([(x + dx, y + dy) for dx, dy in corners], closed=True)


MARKERS: tuple[Callable[[float, float], str], ...] = (
    _disc_marker,
    _triangle_marker,
    _square_marker,
    _diamond_marker,
    _hanging_triangle_marker,
    _plus_marker,
)
