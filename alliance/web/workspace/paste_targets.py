"""Where the cells of a pasted block belong: by its labels, if it has any, else down and to the right of a cell.

Labels are the names of services in a row above, and the titles or keys of indicators, and of their parts, in a column
before; or months and quarters in the row above, and before it indicators, services, or both: a row may leave out what
one above it says. In any language of the portal, in any order, and not all of them need to be there. A header above
labelled rows that names no service heads no column of one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from alliance.models import Service
from alliance.queries.cell_kinds import cell_kind
from alliance.queries.period_names import period_names
from alliance.validators.cell_texts import folded, may_be_figure
from alliance.validators.cells import PERIOD
from alliance.web.workspace.editor_parts import EditorLine, EditorParts, EditorPlace
from alliance.web.workspace.grid_labels import WHOLE, line_labels, owner_labels
from alliance.web.workspace.pasted_block import PastedBlock, Table
from alliance.web.workspace.report_grid import ReportGrid

_HEADER_ROWS, _LABEL_COLUMNS = 4, 3  # where labels are looked for
_YEAR = re.compile(r"(19|20)\d\d")


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


class PasteTargets:
    """Which line and which column each row and column of a table stands for.

    Where no label says it, the cell called `at` is the upper left one.
    """

    def __init__(self, grid: ReportGrid, table: Table, at: str) -> None:
        self.grid, self.table, self.start = grid, table, grid.find(at)
        self.width = max(map(len, table))
        self.owners: Sequence[Service | None] = [*grid.services, None]
        self._lines_by_label = line_labels(grid)
        self._owners_by_label = owner_labels(grid)
        self._periods_by_label = period_names(grid.copy.frame)
        self.period_header = self._period_header_row()
        self.label_column = self._label_column()
        self.header = self._header_row() if self.period_header is None else None

    def _header_row(self) -> int | None:
        """The first of the upper rows that names a service; else the one that heads columns beside labels of rows.

        Where no row is labelled, a lone "total" is none.
        """
        for number, row in enumerate(self.table[:_HEADER_ROWS]):
            owners = [self._owners_by_label.get(folded(cell)) for cell in row]
            if any(owner and owner.owner for owner in owners):
                return number
        return None if self.label_column is None else self._header_beside(self.label_column)

    def _header_beside(self, labels: int) -> int | None:
        """The row above the first labelled one that has nothing but heads to the right of the labels.

        Of several the first that names the whole: the others are titles.
        """
        headers: list[int] = []
        for number, row in enumerate(self.table[:_HEADER_ROWS]):
            heads = [cell for cell in row[labels + 1 :] if cell.strip()]
            is_header = bool(heads) and all(self._is_head(cell) for cell in heads)
            is_labelled = len(row) > labels and folded(row[labels]) in self._lines_by_label
            if is_labelled or (heads and not is_header):
                break
            if any(folded(cell) in self._owners_by_label for cell in heads):
                return number
            headers += [number] if is_header else []
        return headers[0] if headers else None

    def _is_head(self, cell: str) -> bool:
        """Whether it is the name of a column: a bare year, or a word that is no figure of an indicator of the grid.

        A year is a number too: taken for one, its column would go by position into a service.
        """
        return bool(_YEAR.fullmatch(folded(cell))) or (
            not may_be_figure(cell) and folded(cell) not in self._answers
        )

    @cached_property
    def _answers(self) -> set[str]:
        """The words of the choices of all indicators."""
        indicators = {line.indicator for lines in self._lines_by_label.values() for line in lines}
        return {word for indicator in indicators for word in cell_kind(indicator).choices}

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
                behind = _filled(self.table[: number + 1], range(column + 1, self.width))
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
        outside = _filled(self.table, range(first + len(owners), self.width))
        if outside:
            block.skip(*outside[0], _("to the right of the last column"), count=len(outside))
        return {first + number: owner for number, owner in enumerate(owners)}

    def _named_columns(self, block: PastedBlock) -> dict[int, Service | None]:
        assert self.header is not None, "called with a header"
        columns: dict[int, Service | None] = {}
        for column, cell in enumerate(self._header_cells(self.header)):
            label = self._owners_by_label.get(folded(cell))
            if column == self.label_column or (
                label and not label.owner and column < (self.label_column or 0)
            ):
                continue  # of labels: what stands in them is called "Organisation"
            if label and label.owner not in columns.values():
                columns[column] = label.owner
            elif column > (self.label_column or 0):
                why = _("this column is there twice") if label else _("no service has this name")
                self._skip_column(block, self.header, column, why)
        return columns

    def _header_cells(self, header: int) -> list[str]:
        """The header's cell over each column of the table; empty where its row has ended."""
        row = self.table[header]
        return [*row, *[""] * (self.width - len(row))]

    def _skip_column(self, block: PastedBlock, header: int, column: int, why: str) -> None:
        """Say that a column is left out: by its head, or where that is empty by the first cell under it."""
        filled = [cell for cell in _filled(self.table, [column]) if cell[0] > header + 1]
        if head := self._header_cells(header)[column].strip():
            block.skip(header + 1, head, why, count=len(filled), label=head)
        elif filled:
            block.skip(*filled[0], _("this column has no heading"), count=len(filled), label=str(column))

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
        below, first = self.table[header + 1 :], self._first_period(header)
        for column, cell in enumerate(self._header_cells(header)):
            label = folded(cell)
            is_total = label in WHOLE
            if column < first and not (is_total and self._has_no_names(column, below)):
                continue  # of labels
            period = "" if is_total else self._periods_by_label.get(label)
            if period is not None and period not in columns.values():
                columns[column] = period
            else:
                why = (
                    _("no month or quarter has this name")
                    if period is None
                    else _("this column is there twice")
                )
                self._skip_column(block, header, column, why)
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
