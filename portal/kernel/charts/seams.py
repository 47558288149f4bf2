"""Changes of definition: a warm band where the lines stop, with the reason in words above it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .lettering import width_of, wrap
from .numbers import rounded
from .series import Series

WIDTH = 30
SIZE = 13
ROW = 36  # two lines of words


@dataclass(frozen=True)
class Seam:
    """One change of definition, between two steps."""

    x: int | float
    left: int | float
    width: int | float
    text_x: int | float
    anchor: str
    row: int
    drop: int
    title: str
    reason: str


@dataclass(frozen=True)
class Change:
    """The series whose definition changed before step `x`, and why."""

    x: int
    names: Sequence[str]
    reason: str
    everywhere: bool


def changes_in(series: Sequence[Series]) -> list[Change]:
    """The changes of all own series, one for each step and reason, in order of time."""
    found: dict[tuple[int, str], list[str]] = {}
    for one in series:
        for point in one.breaks:
            found.setdefault((point.x, point.reason), []).append(one.name)
    return [
        Change(x, names, reason, everywhere=len(names) == len(_across(series, x)))
        for (x, reason), names in sorted(found.items())
    ]


def _across(series: Sequence[Series], x: int) -> list[Series]:
    """The series that have values on both sides."""
    return [one for one in series if one.present and one.present[0].x < x <= one.present[-1].x]


def seams(
    changes: Sequence[Change],
    x_of: Callable[[int], float],
    step: float,
    edges: tuple[float, float],
    taken: float,
) -> list[Seam]:
    """Place bands and words; words go right of the band, or left of it near the right edge.

    `taken` is where the words that already stand in the first row end.
    """
    rows: list[float] = [taken]
    placed = []
    for change in changes:
        x, width = x_of(change.x) - step / 2, min(WIDTH, step * 0.6)
        room = min(260.0, max(edges[1] - x, x - edges[0]) - width)
        title, reason = _words(change, room)
        length = max(width_of(title, SIZE, bold=True), width_of(reason, SIZE))
        rightwards = x + width / 2 + 8 + length <= edges[1]
        start = x + width / 2 + 8 if rightwards else x - width / 2 - 8 - length
        row = next((index for index, end in enumerate(rows) if end + 10 <= start), len(rows))
        rows[row : row + 1] = [start + length]
        text_x = start if rightwards else start + length
        placed.append(_seam(x, width, text_x, "start" if rightwards else "end", row, title, reason))
    return placed


def _seam(x: float, width: float, text_x: float, anchor: str, row: int, title: str, reason: str) -> Seam:
    places = (rounded(x), rounded(x - width / 2), rounded(width), rounded(text_x))
    return Seam(*places, anchor, row, row * ROW, title, reason)


def _words(change: Change, room: float) -> tuple[str, str]:
    title = _("Definition changed")
    if not change.everywhere:
        title = _("Definition changed: %(names)s") % {"names": ", ".join(change.names)}
    reason = wrap(change.reason, room, SIZE, most=1) if change.reason else [""]
    return wrap(title, room, SIZE, most=1, bold=True)[0], reason[0]
