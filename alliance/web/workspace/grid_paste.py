"""Reads a block of cells that is pasted into the grid of all figures, such as one copied from a spreadsheet.

Nothing is saved here: the page fills the cells in, where they can be taken back.
"""

import re
from itertools import accumulate
from typing import NoReturn

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.enums import FigureStatus
from alliance.figure_fields import FigureValues
from alliance.queries.cell_kinds import cell_kind
from alliance.validators.cell_texts import read_cell_text, with_reading
from alliance.validators.figure_merges import erases_number
from alliance.web.workspace.editor_parts import EditorPlace
from alliance.web.workspace.grid_cells import digest_of, shown_text
from alliance.web.workspace.paste_targets import PasteTargets
from alliance.web.workspace.pasted_block import PastedBlock, Table
from alliance.web.workspace.report_grid import ReportGrid
from portal.kernel.errors import DomainError
from portal.kernel.text import format_figure

MOST_CELLS = 10_000  # of a block
MOST_FIGURES = 2_000  # that one paste fills in: a post takes twice as many fields
# a spreadsheet quotes a cell that holds a line end or a tab, such as a header that was broken by hand
_CELL = re.compile(r'(?:"(?P<inner>[^"]*(?:""[^"]*)*)"(?=[\t\n]|\Z)|(?P<plain>[^\t\n]*))(?P<end>[\t\n]|\Z)')


def read_block(grid: ReportGrid, text: str, at: str) -> PastedBlock:
    """What a block of cells, parted by tabs and line ends, comes to when it is pasted at the cell of this name.

    Raises DomainError for a block that is too large as a whole, and says up to where it is not: nothing of it is taken.
    """
    table = _cells_of(text)
    columns = max(map(len, table))
    counts = list(accumulate(map(len, table)))
    if counts[-1] > MOST_CELLS:
        message = _("This block has %(count)s cells, and one paste takes at most %(most)s.")
        _refuse_large(message, counts[-1], MOST_CELLS, sum(count <= MOST_CELLS for count in counts))
    block = PastedBlock(len(table), columns)
    targets = PasteTargets(grid, table, at)
    taken: dict[str, tuple[str, str, str, str]] = {}
    lines: list[int] = []  # of each that is taken
    for line, cell, place in targets.places(block):
        refusal, is_erasing = _reading_of(grid, place, cell)
        if refusal:
            block.skip(line, cell, refusal, place.prefix)
        elif place.prefix in taken:
            block.skip(line, cell, _("its place was filled by an earlier line"), place.prefix)
        else:
            taken[place.prefix] = _cell(grid, place, cell)
            lines.append(line)
            block.erasing += is_erasing
    if len(taken) > MOST_FIGURES:
        message = _("This block fills %(count)s figures, and one paste takes at most %(most)s.")
        _refuse_large(message, len(taken), MOST_FIGURES, lines[MOST_FIGURES] - 1)
    block.cells = list(taken.values())
    shown = {cell.prefix for group in grid.groups for row in group.rows for cell in row.all_cells}
    block.unseen = len(taken.keys() - shown)
    return block


def _refuse_large(message: str, count: int, most: int, last_line: int) -> NoReturn:
    """Raise the refusal of a block of which so much is too much; up to `last_line` it is not."""
    advice = _("Nothing was taken. Paste it up to line %(line)s, then the rest with the same headings.")
    if not last_line:
        advice = _("Nothing was taken. Paste fewer columns at a time.")
    words = {"count": format_figure(count), "most": format_figure(most), "line": format_figure(last_line)}
    raise DomainError(f"{message % words} {advice % words}")


def _cells_of(text: str) -> Table:
    """The rows of a copied block, each with its cells as they were seen."""
    rows: list[list[str]] = [[]]
    for cell in _CELL.finditer(text.replace("\r\n", "\n").rstrip("\n")):
        inner = cell["inner"]
        rows[-1].append(cell["plain"] if inner is None else inner.replace('""', '"'))
        if not cell["end"]:
            break
        if cell["end"] == "\n":
            rows.append([])
    return rows


def _reading_of(grid: ReportGrid, place: EditorPlace, text: str) -> tuple[str, bool]:
    """Why a cell cannot be taken; and whether it puts something else in the place of a number."""
    figure = grid.copy.figures.get(place.target.place)
    before = FigureValues.of(figure) if figure else None
    try:
        reading = read_cell_text(text, cell_kind(place.line.indicator), get_language() or "en")
        after = with_reading(before, reading)
    except DomainError as refusal:
        return str(refusal), False
    if place.line.is_bare and reading.status != FigureStatus.REPORTED:
        return _("A part has a number, or is left empty."), False
    return "", before is not None and erases_number(before, after or FigureValues())


def _cell(grid: ReportGrid, place: EditorPlace, text: str) -> tuple[str, str, str, str]:
    figure = grid.copy.figures.get(place.target.place)
    stored = shown_text(place.line.indicator, figure)
    return place.prefix, text.strip(), stored, f"{figure.version if figure else 0}.{digest_of(stored)}"
