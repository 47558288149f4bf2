"""Where the cells of a pasted block belong: by its labels, if it has any, else down and to the right of a cell.

Labels are the names of services in a row above, and the titles or keys of indicators, and of their parts, in a column
before; or months and quarters in the row above, and before it indicators, services, or both: a row may leave out what
one above it says. In any language of the portal, in any order, and not all of them need to be there. Nothing is saved
here: the page fills the cells in, where they can be taken back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple, NoReturn

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from alliance.enums import FigureStatus
from alliance.figure_fields import FigureValues
from alliance.models import Service
from alliance.queries.cell_kinds import cell_kind
from alliance.queries.period_names import period_names
from alliance.validators.cell_texts import folded, read_cell_text, with_reading
from alliance.validators.cells import PERIOD
from alliance.web.workspace.editor_parts import EditorLine, EditorParts, EditorPlace
from alliance.web.workspace.grid_cells import digest_of, shown_text
from alliance.web.workspace.grid_labels import WHOLE, line_labels, owner_labels
from alliance.web.workspace.report_grid import ReportGrid
from portal.kernel.errors import DomainError
from portal.kernel.text import format_figure

MOST_CELLS = 10_000  # of a block
MOST_FIGURES = 2_000  # that one paste fills in: a post takes twice as many fields
_HEADER_ROWS, _LABEL_COLUMNS = 4, 3  # where labels are looked for
_MOST_SKIPPED = 20  # that are named one by one
# a spreadsheet quotes a cell that holds a line end or a tab, such as a header that was broken by hand
_CELL = re.compile(r'(?:"(?P<inner>[^"]*(?:""[^"]*)*)"(?=[\t\n]|\Z)|(?P<plain>[^\t\n]*))(?P<end>[\t\n]|\Z)')

Table = Sequence[Sequence[str]]


@dataclass
class _Skipped:
    """Cells that were left out for one reason; the first of them stands in this line."""

    line: int
    text: str
    why: str
    count: int = 0

    def __str__(self) -> str:
        words = {"line": self.line, "text": self.text[:40], "why": self.why}
        more = self.count - 1
        if not more:
            return _("line %(line)d, “%(text)s”: %(why)s") % words
        sentence = ngettext(
            "line %(line)d, “%(text)s” and one more cell: %(why)s",
            "line %(line)d, “%(text)s” and %(more)s more cells: %(why)s",
            more,
        )
        return sentence % {**words, "more": format_figure(more)}


@dataclass
class PastedBlock:
    """What a block comes to. `cells` are for the page: name, text, what is stored there, what its reader saw."""

    rows: int
    columns: int
    cells: list[tuple[str, str, str, str]] = field(default_factory=list)
    skipped: dict[tuple[str, str], _Skipped] = field(default_factory=dict)  # by reason, and by label
    at: str = ""  # the name of the first cell that was skipped and has a place
    unseen: int = 0  # cells that are taken, and stand on another page or in a service that is not shown

    def skip(self, line: int, text: str, why: str, at: str = "", *, count: int = 1, label: str = "") -> None:
        """Note that so many cells have no place or cannot be taken; the first stands in this line.

        One sentence says it of all cells with the same reason, or of those that a label names.
        """
        if count:
            self.at = self.at or at
            self.skipped.setdefault((why, label), _Skipped(line, text, why)).count += count

    def to_json(self) -> dict[str, Any]:
        sentences = [str(each) for each in self.skipped.values()]
        more = len(sentences) - _MOST_SKIPPED
        listed = sentences[:_MOST_SKIPPED]
        count = sum(each.count for each in self.skipped.values())
        text = _("%(taken)d taken, %(skipped)d skipped.")
        return {
            "cells": self.cells,
            "title": _("Pasted %(rows)d × %(columns)d cells.") % {"rows": self.rows, "columns": self.columns},
            "text": " ".join(
                filter(None, [text % {"taken": len(self.cells), "skipped": count}, self._unseen_text])
            ),
            "skipped": [*listed, _("and %(n)d more") % {"n": more}] if more > 0 else listed,
            "at": self.at,
        }

    @property
    def _unseen_text(self) -> str:
        if not self.unseen:
            return ""
        sentence = ngettext(
            "%(n)s of them goes into a row or service that this page does not show.",
            "%(n)s of them go into rows or services that this page does not show.",
            self.unseen,
        )
        return sentence % {"n": format_figure(self.unseen)}


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
    targets = _Targets(grid, table, at)
    taken: dict[str, tuple[str, str, str, str]] = {}
    lines: list[int] = []  # of each that is taken
    for line, cell, place in targets.places(block):
        if refusal := _refusal(grid, place, cell):
            block.skip(line, cell, refusal, place.prefix)
        elif place.prefix in taken:
            block.skip(line, cell, _("its place was filled by an earlier line"), place.prefix)
        else:
            taken[place.prefix] = _cell(grid, place, cell)
            lines.append(line)
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


def _refusal(grid: ReportGrid, place: EditorPlace, text: str) -> str:
    figure = grid.copy.figures.get(place.target.place)
    try:
        reading = read_cell_text(text, cell_kind(place.line.indicator), get_language() or "en")
        with_reading(FigureValues.of(figure) if figure else None, reading)
    except DomainError as refusal:
        return str(refusal)
    if place.line.is_bare and reading.status != FigureStatus.REPORTED:
        return _("A part has a number, or is left empty.")
    return ""


def _cell(grid: ReportGrid, place: EditorPlace, text: str) -> tuple[str, str, str, str]:
    figure = grid.copy.figures.get(place.target.place)
    stored = shown_text(place.line.indicator, figure)
    return place.prefix, text.strip(), stored, f"{figure.version if figure else 0}.{digest_of(stored)}"


class _Named(NamedTuple):
    """What labels say of a row of months: totals and services, None for the whole; the first that says nothing."""

    lines: Sequence[EditorLine] = ()
    owners: Sequence[Service | None] = ()
    unknown: str = ""

    def below(self, above: "_Named") -> "_Named":
        """With what the labels of earlier rows say, where these are silent: cells that were merged, or a heading."""
        unknown = self.unknown or ("" if self.lines else above.unknown)
        lines = self.lines or (() if unknown else above.lines)
        return _Named(lines, self.owners or above.owners, unknown)


class _Targets:
    """Which line and which column each row and column of a table stands for."""

    def __init__(self, grid: ReportGrid, table: Table, at: str) -> None:
        self.grid, self.table, self.start = grid, table, grid.find(at)
        self.owners: Sequence[Service | None] = [*grid.services, None]
        self._lines_by_label = line_labels(grid)
        self._owners_by_label = owner_labels(grid)
        self._periods_by_label = period_names(grid.copy.frame)
        self.period_header = self._period_header_row()
        self.header = self._header_row() if self.period_header is None else None
        self.label_column = self._label_column()

    def _header_row(self) -> int | None:
        """The first of the upper rows that names a service; a lone "total" is none."""
        for number, row in enumerate(self.table[:_HEADER_ROWS]):
            owners = [self._owners_by_label.get(folded(cell)) for cell in row]
            if any(owner and owner.owner for owner in owners):
                return number
        return None

    def _period_header_row(self) -> int | None:
        """The first of the upper rows that names months or quarters, but none that is a row of one.

        One alone heads its column where nothing but totals stands behind it, nothing behind it in a row above, and no
        other in it.
        """
        for number, row in enumerate(self.table[:_HEADER_ROWS]):
            named = {column: period for column, cell in enumerate(row) if (period := self._period(cell))}
            if len(set(named.values())) > 1:
                return number
            if named:
                column = max(named)
                behind = _filled(self.table[: number + 1], range(column + 1, MOST_CELLS))
                if self._has_no_names(column, self.table[number + 1 :]):  # else it is a title beside columns
                    behind = [each for each in behind if each[0] <= number or folded(each[1]) not in WHOLE]
                in_column = [each for each in self.table if len(each) > column and self._period(each[column])]
                if not behind and len(in_column) == 1:
                    return number
        return None

    def _period(self, cell: str) -> str:
        """The month or quarter that a cell names, as the end of a key."""
        return self._periods_by_label.get(folded(cell), "")

    def _label_column(self) -> int | None:
        """The column, of the first few, in which most cells name an indicator or a part."""
        counts = [
            sum(len(row) > column and folded(row[column]) in self._lines_by_label for row in self.table)
            for column in range(_LABEL_COLUMNS)
        ]
        best = max(counts)
        return counts.index(best) if best else None

    def places(self, block: PastedBlock) -> Iterator[tuple[int, str, EditorPlace]]:
        """Each cell that has a place, with the number of its line; what has none is skipped with the reason."""
        if self.period_header is not None:
            yield from self._places_by_month(block, self.period_header)
            return
        first = 0 if self.header is None else self.header + 1
        columns = self._columns(block)
        indicator = self.start.line.indicator.pk if self.start else 0
        for number, row in enumerate(self.table[first:], first):
            if not any(cell.strip() for cell in row):
                continue
            line, why = self._line(number, number - first, row, indicator)
            if line is None:
                rest = [row] if self.label_column is not None else self.table[number:]
                self._skip_rows(block, number, rest, columns, why)
                if len(rest) > 1:
                    return
                continue
            indicator = line.indicator.pk
            for column, cell in enumerate(row):
                if column not in columns or not cell.strip():
                    continue
                place = self._place(line, columns[column])
                if place is None:
                    block.skip(number + 1, cell, _("no figure is asked for here"))
                else:
                    yield number + 1, cell, place

    def _skip_rows(
        self, block: PastedBlock, number: int, rows: Table, columns: Mapping[int, Any], why: str
    ) -> None:
        cells = [row[column] for row in rows for column in columns if len(row) > column]
        filled = [cell for cell in cells if cell.strip()]
        label = "" if self.label_column is None else rows[0][self.label_column]
        block.skip(number + 1, label or "".join(filled[:1]), why, count=len(filled), label=label)

    def _line(
        self, number: int, down: int, row: Sequence[str], indicator: int
    ) -> tuple[EditorLine | None, str]:
        if self.label_column is None:
            lines = self._shown_lines
            place = self._start_line + down
            return (lines[place], "") if place < len(lines) else (None, _("below the last row of this page"))
        label = row[self.label_column] if len(row) > self.label_column else ""
        lines = self._lines_by_label.get(folded(label), [])
        # a part's title is that of the indicator above it
        own = [line for line in lines if line.indicator.pk == indicator and line.cell]
        heads = [line for line in lines if not line.cell]
        matches = own or heads or lines
        if not matches:
            return None, _("no indicator has this name")
        return (
            (matches[0], "")
            if len(matches) == 1
            else (None, _("several indicators have this name: use the key"))
        )

    def _columns(self, block: PastedBlock) -> dict[int, Service | None]:
        if self.header is not None:
            return self._named_columns(block)
        first = 0 if self.label_column is None else self.label_column + 1
        start = self.owners.index(self.start.owner) if self.start and self.start.owner in self.owners else 0
        owners = self.owners[start:]
        width = max(map(len, self.table)) - first
        outside = _filled(self.table, range(first + len(owners), first + width))
        if outside:
            block.skip(*outside[0], _("to the right of the last column"), count=len(outside))
        return {first + number: owner for number, owner in enumerate(owners)}

    def _named_columns(self, block: PastedBlock) -> dict[int, Service | None]:
        assert self.header is not None, "called with a header"
        columns: dict[int, Service | None] = {}
        below = self.table[self.header + 1 :]
        for column, cell in enumerate(self.table[self.header]):
            label = self._owners_by_label.get(folded(cell))
            if label and label.owner not in columns.values():
                columns[column] = label.owner
            elif cell.strip() and column > (self.label_column or 0):
                why = _("this column is there twice") if label else _("no service has this name")
                block.skip(self.header + 1, cell, why, count=len(_filled(below, [column])), label=cell)
        return columns

    # --- months or quarters as columns ---

    def _places_by_month(self, block: PastedBlock, header: int) -> Iterator[tuple[int, str, EditorPlace]]:
        columns = self._period_columns(block, header)
        labelled = [column for column in range(self._first_period(header)) if column not in columns]
        above, down = self._named_above(header), 0
        for number, row in enumerate(self.table[header + 1 :], header + 1):
            own = self._named([row[column] for column in labelled if len(row) > column])
            named = own.below(above)
            above = named._replace(unknown="") if named.lines else named
            filled = [(column, cell) for column, cell in enumerate(row) if column in columns and cell.strip()]
            if not filled:
                continue
            line, why = self._line_of(named, own, down)
            owner, unclear = self._owner_of(line, named, own) if line else (None, "")
            down += 1
            if line is None or why or unclear:
                label = named.unknown
                why = why or unclear
                block.skip(number + 1, label or filled[0][1], why, count=len(filled), label=label)
                continue
            for column, cell in filled:
                place = self._period_place(line, owner, columns[column])
                if place is None:
                    block.skip(number + 1, cell, _("no figure is asked for here"))
                else:
                    yield number + 1, cell, place

    def _first_period(self, header: int) -> int:
        return next(column for column, cell in enumerate(self.table[header]) if self._period(cell))

    def _period_columns(self, block: PastedBlock, header: int) -> dict[int, str]:
        """The month or quarter of each column, as the end of a cell's key; an empty one for that of the total."""
        columns: dict[int, str] = {}
        below, row, first = self.table[header + 1 :], self.table[header], self._first_period(header)
        for column, cell in enumerate(row):
            label = folded(cell)
            is_total = label in WHOLE
            if column < first and not (is_total and self._has_no_names(column, below)):
                continue  # of labels
            period = "" if is_total else self._periods_by_label.get(label)
            if period is not None and period not in columns.values():
                columns[column] = period
            elif cell.strip():
                why = (
                    _("no month or quarter has this name")
                    if period is None
                    else _("this column is there twice")
                )
                block.skip(header + 1, cell, why, count=len(_filled(below, [column])), label=cell)
        return columns

    def _has_no_names(self, column: int, rows: Table) -> bool:
        """Whether it is no column of labels: nothing in it is called as a service or an indicator is."""
        names = [folded(cell) for _line, cell in _filled(rows, [column])]
        return not any(name in self._owners_by_label or name in self._lines_by_label for name in names)

    def _named_above(self, header: int) -> _Named:
        """What stands above a row of months, and in it before the first: a heading of the whole block."""
        cells = [cell for row in self.table[:header] for cell in row]
        named = self._named([*cells, *self.table[header][: self._first_period(header)]])
        # the header of a column may be "Organisation"
        return _Named(named.lines, [owner for owner in named.owners if owner])

    def _named(self, labels: Sequence[str]) -> _Named:
        """What the labels say; numbers of rows and signs are none."""
        names = {label: folded(label) for label in labels if any(map(str.isalpha, label))}
        heads = {label: self._heads_called(name) for label, name in names.items()}
        owners = {label: self._owners_by_label.get(name) for label, name in names.items()}
        return _Named(
            list(dict.fromkeys(line for lines in heads.values() for line in lines)),
            list(dict.fromkeys(owner.owner for owner in owners.values() if owner)),
            next((label for label in names if not heads[label] and not owners[label]), ""),
        )

    def _heads_called(self, name: str) -> list[EditorLine]:
        return [line for line in self._lines_by_label.get(name, ()) if not line.cell]

    def _line_of(self, named: _Named, own: _Named, down: int) -> tuple[EditorLine | None, str]:
        """The indicator of a row of months, or why that is unknown.

        What no row names is that of the cell at which the block is pasted; without labels one goes down from there.
        """
        lines = list(named.lines)
        if named.unknown:
            return None, _("no service has this name") if lines else _("no indicator has this name")
        if not lines and not own.owners:
            lines = self._start_heads[down : down + 1]
            return (lines[0], "") if lines else (None, _("below the last row of this page"))
        if not lines and self.start:
            lines = self._start_heads[:1]
        if len(lines) > 1:
            return None, _("several indicators have this name: use the key")
        return (lines[0], "") if lines else (None, _("no indicator has this name"))

    def _owner_of(self, line: EditorLine, named: _Named, own: _Named) -> tuple[Service | None, str]:
        """The service of a row of months, or the whole (None); or why that is unknown."""
        asked = self.grid.parts_of[line.indicator.pk].required.owners(line.indicator)
        owners = list(own.owners) or [owner for owner in named.owners if owner in asked]
        if not owners:
            owners = [self.start.owner] if self.start and self.start.owner in asked else list(asked)
        if len(owners) == 1:
            return owners[0], ""
        return None, _("several services can be meant: name one in its row")

    def _period_place(self, head: EditorLine, owner: Service | None, period: str) -> EditorPlace | None:
        cell = f"{PERIOD}={period}" if period else ""
        lines = self.grid.parts_of[head.indicator.pk].lines
        line = next((each for each in lines if each.indicator == head.indicator and each.cell == cell), None)
        return self._place(line, owner) if line and head.indicator.period else None

    @property
    def _heads(self) -> list[EditorLine]:
        """The totals of all indicators, in the charter's order."""
        parts = {id(each): each for each in self.grid.parts_of.values()}.values()
        return [line for each in parts for line in each.lines if not line.cell]

    @property
    def _start_heads(self) -> list[EditorLine]:
        """The totals from that of the cell on at which the block is pasted."""
        heads = self._heads
        at = [line.indicator for line in heads]
        return (
            heads[at.index(self.start.line.indicator) :]
            if self.start and self.start.line.indicator in at
            else heads
        )

    @property
    def _shown_lines(self) -> list[EditorLine]:
        return [row.line for group in self.grid.groups for row in group.rows]

    @property
    def _start_line(self) -> int:
        lines = self._shown_lines
        return lines.index(self.start.line) if self.start and self.start.line in lines else 0

    def _place(self, line: EditorLine, owner: Service | None) -> EditorPlace | None:
        parts: EditorParts = self.grid.parts_of[line.indicator.pk]
        if owner in parts.required.owners(line.indicator):
            return EditorPlace(line, owner)
        return None


def _filled(table: Table, columns: Sequence[int]) -> list[tuple[int, str]]:
    """The cells of these columns that have something, each with the number of its line."""
    return [
        (number, row[column])
        for number, row in enumerate(table, start=1)
        for column in columns
        if len(row) > column and row[column].strip()
    ]
