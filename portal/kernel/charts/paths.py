"""The strokes of one series: its line, its markers full and hollow, its bands of uncertainty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from .palette import SERIES_PRINT
from .scales import Scale
from .series import Point, Series
from .shapes import MARKERS, Place, disc, polyline

GAP_PITCH = 9.0  # px from the cross of one series to that of the next
RING = 8.0  # px, the radius of the ring around a corrected value
CROWDED = 14  # px between steps, under which only the ends carry markers


@dataclass(frozen=True)
class SeriesPaths:
    """One series, drawn: path data, empty where there is nothing of the kind."""

    tone: int
    colour: str
    dashed: bool
    peer: bool
    line: str
    full: str
    hollow: str
    band: str
    whiskers: str
    gaps: str
    rings: str


@dataclass(frozen=True)
class Plane:
    """Where step `x` and value `y` lie in the drawing."""

    x_of: Callable[[int], float]
    y_of: Scale
    step: float

    def place(self, point: Point) -> Place:
        return self.x_of(point.x), self.y_of(point.y or Decimal(0))


def series_paths(series: Series, plane: Plane, index: int) -> SeriesPaths:
    """Draw the series; `index` among the own series chooses its marker and its colour."""
    tone = (series.tone or index % len(SERIES_PRINT) + 1) if not series.peer else 0
    round_again = index // len(SERIES_PRINT)
    marker = MARKERS[(index + 3 * round_again) % len(MARKERS)]
    if series.peer:
        marked = series.present[-1:]
    elif plane.step >= CROWDED:
        marked = series.present
    else:  # only the ends of each run
        marked = [point for run in series.runs for point in dict.fromkeys((run[0], run[-1]))]
    draw = partial(disc, radius=2.2) if series.peer else marker
    places = {point.x: plane.place(point) for point in series.present}
    return SeriesPaths(
        tone=tone,
        colour=SERIES_PRINT[tone - 1] if tone else "#9aa7ac",
        dashed=round_again % 2 == 1 and not series.peer,
        peer=series.peer,
        line="".join(polyline([places[p.x] for p in run]) for run in series.runs if len(run) > 1),
        full="".join(draw(*places[p.x]) for p in marked if not p.estimate or series.peer),
        hollow="".join(draw(*places[p.x]) for p in marked if p.estimate and not series.peer),
        band="" if series.peer else "".join(_band(run, plane) for run in series.runs),
        whiskers="" if series.peer else "".join(_whiskers(run, plane) for run in series.runs),
        gaps="" if series.peer else _gaps(series, plane, index),
        rings="" if series.peer else "".join(disc(*places[p.x], radius=RING) for p in series.corrected),
    )


def place_of_gap(point: Point, plane: Plane, index: int) -> Place:
    """On the foot of the plot, those of several series side by side: higher up it would be read as a value."""
    beside = (index % len(SERIES_PRINT) - (len(SERIES_PRINT) - 1) / 2) * min(GAP_PITCH, plane.step / 8)
    return plane.x_of(point.x) + beside, plane.y_of.start


def _gaps(series: Series, plane: Plane, index: int) -> str:
    """A small cross at each step without a value."""
    places = [place_of_gap(point, plane, index) for point in series.gaps]
    return "".join(
        polyline([(x - 3, y - 3), (x + 3, y + 3)]) + polyline([(x - 3, y + 3), (x + 3, y - 3)])
        for x, y in places
    )


def _bounded_groups(run: Sequence[Point]) -> list[list[Point]]:
    """Neighbouring points of a run that have both bounds."""
    groups: list[list[Point]] = []
    for point in run:
        if point.lower is None or point.upper is None:
            continue
        if groups and groups[-1][-1].x == point.x - 1:
            groups[-1].append(point)
        else:
            groups.append([point])
    return groups


def _band(run: Sequence[Point], plane: Plane) -> str:
    parts = []
    for group in _bounded_groups(run):
        upper = [(plane.x_of(p.x), plane.y_of(p.upper or Decimal(0))) for p in group]
        lower = [(plane.x_of(p.x), plane.y_of(p.lower or Decimal(0))) for p in group]
        if len(group) == 1:  # a band of one point needs a width of its own
            half = min(9.0, plane.step * 0.3)
            upper = [(x + dx, y) for x, y in upper for dx in (-half, half)]
            lower = [(x + dx, y) for x, y in lower for dx in (-half, half)]
        parts.append(polyline([*upper, *reversed(lower)], closed=True))
    return "".join(parts)


def _whiskers(run: Sequence[Point], plane: Plane) -> str:
    """A thin line from a point to the one bound that it has."""
    parts = []
    for point in run:
        bound = point.lower if point.upper is None else point.upper
        if bound is not None and (point.lower is None or point.upper is None):
            x, y = plane.place(point)
            end = plane.y_of(bound)
            parts.append(polyline([(x, y), (x, end)]) + polyline([(x - 4, end), (x + 4, end)]))
    return "".join(parts)
