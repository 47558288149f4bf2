"""The words at the end of each line, in a column at the right where no two of them overlap."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .numbers import format_short, round_to
from .scales import stack
from .series import Point, Series, Step
from .shapes import Place, polyline
from .text_metrics import width_of, wrap

SIZE = 13
LINE = 16  # from one line of words to the next
GAP = 4  # between labels


@dataclass(frozen=True)
class LabelText:
    """The text of one label: name lines, the value behind the last of them, smaller lines below."""

    name: Sequence[str]
    value: str = ""
    notes: Sequence[str] = ()
    kind: str = "series"
    full_name: str = ""

    @property
    def height(self) -> float:
        return LINE * (len(self.name) + len(self.notes))

    @property
    def width(self) -> float:
        last = width_of(self.name[-1], SIZE, bold=True) if self.name else 0
        widths = [width_of(line, SIZE, bold=True) for line in self.name[:-1]]
        widths.append(last + (6 if last else 0) + width_of(self.value, SIZE, bold=True))
        return max([*widths, *(width_of(line, SIZE) for line in self.notes)])


@dataclass(frozen=True)
class LabelRow:
    """One line of a placed label."""

    y: int | float
    text: str
    value: str = ""
    muted: bool = False


@dataclass(frozen=True)
class EndLabel:
    """A placed label, with the thin leader from its point where it had to move away."""

    x: int | float
    rows: Sequence[LabelRow]
    tone: int
    colour: str
    kind: str
    leader: str
    full_name: str


@dataclass(frozen=True)
class LabelRequest:
    """A label that wants a place beside `anchor` (the last point), or at the bottom where there is none."""

    words: LabelText
    anchor: Place | None
    tone: int = 0
    colour: str = "#475862"


def label_text(
    series: Series, width: float, suffix: str, decimals: int | None, steps: Sequence[Step] = ()
) -> LabelText:
    """Name, last value and note of a series, wrapped into the width.

    Where the value is not of the last of the `steps`, the note says of which it is, and why there is none later.
    """
    last = series.present[-1] if series.present else None
    value = last.text(suffix, decimals) if last else ""
    if last and last.y is not None and width_of(value, SIZE, bold=True) > width:
        value = format_short(last.y, suffix)
    note = ", ".join(filter(None, (_note_of(series, last, suffix, decimals), _age_of(series, last, steps))))
    notes = wrap(note, width, SIZE, most=2)
    lines = wrap(series.name, width, SIZE, most=2, bold=True)
    needed = width_of(lines[-1], SIZE, bold=True) + 6 + width_of(value, SIZE, bold=True)
    if value and needed > width:
        lines = [*lines, ""]
    cut_short = any(line.endswith("…") for line in lines)
    return LabelText(
        lines, value, [line for line in notes if line], full_name=series.name if cut_short else ""
    )


def _age_of(series: Series, last: Point | None, steps: Sequence[Step]) -> str:
    """Of which step the last value is, where it is not of the last one; then why there is none."""
    if last is None or not steps or last.x == len(steps) - 1:
        return ""
    step = steps[last.x]
    of_step = _("in %(step)s") % {"step": f"{step.group} {step.label}".strip()}
    later = [point.note for point in series.gaps if point.x == len(steps) - 1]
    return f"{of_step}; {later[0].lower()}" if later else of_step


def _note_of(series: Series, last: Point | None, suffix: str, decimals: int | None) -> str:
    if series.note:
        return series.note
    if last is None:
        return _("no figures")
    bounds = last.bounds_text(suffix, decimals)
    if last.estimate and bounds:
        return _("estimate, %(bounds)s") % {"bounds": bounds}
    return bounds or (_("Estimate") if last.estimate else "")


def place_labels(
    endings: Sequence[LabelRequest], column: float, edge: float, top: float, bottom: float
) -> list[EndLabel]:
    """Stack the labels in the column; `edge` is where the plot ends and leaders bend."""
    positions = [(ending.anchor[1] if ending.anchor else bottom) - LINE / 2 for ending in endings]
    tops = stack(positions, [ending.words.height for ending in endings], top, bottom, GAP)
    return [_place_label(ending, column, edge, y) for ending, y in zip(endings, tops, strict=True)]


def _place_label(ending: LabelRequest, column: float, edge: float, top: float) -> EndLabel:
    label, rows, baseline = ending.words, [], top + LINE * 0.75
    for index, line in enumerate(label.name):
        value = label.value if index == len(label.name) - 1 else ""
        rows.append(LabelRow(round_to(baseline + LINE * index), line, value))
    for index, line in enumerate(label.notes, start=len(label.name)):
        rows.append(LabelRow(round_to(baseline + LINE * index), line, muted=True))
    anchor, middle, leader = ending.anchor, top + LINE / 2, ""
    # none when the label is right beside its point
    if anchor is not None and (abs(anchor[1] - middle) >= LINE / 2 or anchor[0] <= edge - 30):
        start = anchor[0] + 7
        leader = polyline([(start, anchor[1]), (max(edge, start), anchor[1]), (column - 4, middle)])
    return EndLabel(round_to(column), rows, ending.tone, ending.colour, label.kind, leader, label.full_name)
