"""What the grid of all figures consists of: the view that an address asks for, measures with their rows, notes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from alliance.models import Indicator, Measure
from alliance.queries.report_frame import RequiredMeasure
from alliance.web.workspace.editor_parts import EditorLine, EditorParts, text_prefix
from alliance.web.workspace.grid_cells import CellMark, GridCell


class GridView(NamedTuple):
    """What the address asks to see."""

    filter: str = "all"
    words: str = ""  # to be found in an indicator's title
    unfolded: Collection[str] = ()  # keys of measures, or "all"
    parts: Collection[str] = ()  # keys of indicators whose parts are shown
    start: str = ""  # the row that the page is to have; its number would lead astray once measures fold
    columns: int = 0  # which of the sets of services; 0 where the address does not say
    cell: str = ""  # the cell that the address names
    services: Collection[str] = ()  # slugs of those that are shown; none for all of them


class RowNote(NamedTuple):
    """What is to be looked at in a row; `prefix` names the cell, `is_refusal`: that what was typed in it is none."""

    kind: str
    text: str
    prefix: str
    is_refusal: bool = False


@dataclass
class GridRow:
    """An indicator, or one part of it."""

    line: EditorLine
    cells: list[GridCell | None]
    whole: GridCell | None
    total: str
    notes: list[RowNote]
    part_count: int = 0
    shows_parts: bool = False

    @property
    def key(self) -> str:
        return row_key(self.line)

    @property
    def title(self) -> str:
        return self.line.title or self.line.indicator.title

    @property
    def indicator(self) -> Indicator:
        return self.line.indicator

    @property
    def all_cells(self) -> list[GridCell]:
        return [cell for cell in (*self.cells, self.whole) if cell]

    @property
    def at(self) -> str:
        """The name in the measure's page."""
        cells = self.all_cells
        return cells[0].prefix if cells else text_prefix(self.line.indicator)

    @property
    def carried_over(self) -> bool:
        return any(cell.mark == CellMark.CARRIED for cell in self.all_cells)


@dataclass
class GridGroup:
    """A measure with those of its rows that the view shows."""

    required: RequiredMeasure
    parts: EditorParts
    lines: list[EditorLine]
    figure_count: int
    is_folded: bool
    counts: Mapping[str, int]
    hidden_count: int = 0  # what is to be looked at in services that the view does not show
    rows: list[GridRow] = field(default_factory=list)
    writers: Sequence[str] = ()  # to whom it is given

    @property
    def measure(self) -> Measure:
        return self.required.measure

    @property
    def is_complete(self) -> bool:
        return not any(self.counts.values()) and not self.hidden_count

    @property
    def start(self) -> str:
        """The key of its first row."""
        return row_key(self.lines[0])


def row_key(line: EditorLine) -> str:
    """The name of a line's row: `r13`, of a part `r13-42`."""
    return f"r{line.indicator.pk}" + (f"-{line.number}" if line.number else "")
