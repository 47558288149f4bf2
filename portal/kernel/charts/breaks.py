"""Changes of definition: a warm band where the lines stop, with the reason in words above it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .numbers import round_to
from .series import Series
from .text_metrics import width_of, wrap

WIDTH = 30
SIZE = 13
ROW = 36  # two lines of words


@dataclass(frozen=True)
class BreakMark:
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
class DefinitionBreak:
    """The series whose definition changed before step `x`, and why."""

    x: int
    names: Sequence[str]
    reason: str
    everywhere: bool


def breaks_in(series: Sequence[Series]) -> list[DefinitionBreak]:
    """The changes of all own series, one for each step and reason, in order of time."""
    names_by_break: dict[tuple[int, str], list[str]] = {}
    for own_series in series:
        for point in own_series.breaks:
            names_by_break.setdefault((point.x, point.reason), []).append(own_series.name)
    breaks = []
    for (x, reason), names in sorted(names_by_break.items()):
        # the series that have values on both sides
        across = [each for each in series if each.present and each.present[0].x < x <= each.present[-1].x]
        breaks.append(DefinitionBreak(x, names, reason, everywhere=len(names) == len(across)))
    return breaks


def break_marks(
    breaks: Sequence[DefinitionBreak],
    x_of: Callable[[int], float],
    step: float,
    edges: tuple[float, float],
    first_row_end: float,
) -> list[BreakMark]:
    """Place bands and words; words go right of the band, or left of it near the right edge.

    `first_row_end` is the x at which the text already in the first row ends.
    """
    rows: list[float] = [first_row_end]
    placed = []
    for change in breaks:
        x, width = x_of(change.x) - step / 2, min(WIDTH, step * 0.6)
        text_width = min(260.0, max(edges[1] - x, x - edges[0]) - width)
        title, reason = _words(change, text_width)
        length = max(width_of(title, SIZE, bold=True), width_of(reason, SIZE))
        rightwards = x + width / 2 + 8 + length <= edges[1]
        start = x + width / 2 + 8 if rightwards else x - width / 2 - 8 - length
        row = next((index for index, end in enumerate(rows) if end + 10 <= start), len(rows))
        rows[row : row + 1] = [start + length]
        text_x = start if rightwards else start + length
        places = (round_to(x), round_to(x - width / 2), round_to(width), round_to(text_x))
        placed.append(BreakMark(*places, "start" if rightwards else "end", row, row * ROW, title, reason))
    return placed


def _words(change: DefinitionBreak, text_width: float) -> tuple[str, str]:
    title = _("Definition changed")
    if not change.everywhere:
        title = _("Definition changed: %(names)s") % {"names": ", ".join(change.names)}
    reason = wrap(change.reason, text_width, SIZE, most=1) if change.reason else [""]
    return wrap(title, text_width, SIZE, most=1, bold=True)[0], reason[0]
