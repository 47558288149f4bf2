"""What rows, columns and names of somebody's own table are: chosen by a person, kept as data.

Where a table begins and ends, and what its columns may be, is guessed in `alliance.validators.table_guesses`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Self

from alliance.validators.cell_texts import folded
from alliance.validators.foreign_tables import (
    ForeignNumber,
    NumberStyle,
    Rows,
    TableFacts,
    parse_foreign_number,
)

MAX_NAMES = 400  # different names in headers and label columns, each of which is a field of the page
MAX_HEADERS = 8
_NUMBERS = re.compile(r"\d+")


class ColumnRole(StrEnum):
    """What a column is."""

    IGNORE = "ignore"
    NAME = "name"  # it says of which service, indicator or part its row is
    VALUE = "value"
    ONLY = "only"  # only rows that have certain texts in it are read: those of one period, say


LABELS = (ColumnRole.NAME, ColumnRole.ONLY)


class TableName(NamedTuple):
    """A name in the table and where it stands: above a column, or in a row."""

    level: str  # `column` or `row`
    text: str

    @property
    def key(self) -> str:
        """How a mapping refers to it, whatever its case and spaces."""
        return f"{self.level}|{folded(self.text)}"


class TableCell(NamedTuple):
    """A cell with a value: where it stands, what it holds, and the names above and beside it."""

    row: int  # from 1, as a spreadsheet counts
    column: int  # from 0
    text: str
    names: tuple[TableName, ...]


class TableBlock(NamedTuple):
    """One of several tables below one another: its first and last row, from 1, and the first text in it.

    `number`: of those that are called alike, from 1.
    """

    first: int
    last: int
    title: str
    number: int = 1

    @property
    def key(self) -> str:
        """What it is known by in the next file of the same make, whatever quarter or year its title names."""
        return f"{_NUMBERS.sub('#', folded(self.title))[:200]}|{self.number}"


class LabelledRow(NamedTuple):
    """A row below the headers with the texts that say what it is of, by column."""

    number: int  # from 1
    cells: Sequence[str]
    labels: Mapping[int, str]
    is_filled: bool  # a label comes from a row above


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How a table is read. `names` say what each name stands for, by its key (`alliance.services.table_targets`).

    `facts` are those of the file that is read, and not kept with it for the next one.
    """

    first_row: int = 1  # of the headers, from 1
    headers: int = 1
    style: NumberStyle = NumberStyle.POINT
    roles: Sequence[ColumnRole] = ()
    only: Mapping[int, Sequence[str]] = field(default_factory=dict)  # texts by column
    names: Mapping[str, str] = field(default_factory=dict)
    last_row: int = 0  # that is read, from 1; 0 for the last of the table: another table may stand below
    service: str = (
        ""  # the slug of that of which cells are whose names say no other; empty where nothing is said
    )
    facts: TableFacts = field(default_factory=TableFacts)
    below: frozenset[int] = frozenset()  # columns whose text is that of the empty rows below it, too
    block: TableBlock | None = None  # which table of the file it is; None where the file has one

    @property
    def layout(self) -> tuple[Any, ...]:
        """Everything that it says but what names stand for."""
        return (
            self.first_row, self.headers, self.style, tuple(self.roles),
            tuple((column, tuple(texts)) for column, texts in self.only.items()), self.last_row, self.service,
            self.below,
        )  # fmt: skip

    @property
    def block_key(self) -> str:
        """What its table is known by among those of its file; empty where the file has one."""
        return self.block.key if self.block else ""

    def to_json(self) -> dict[str, Any]:
        """Plain data. The portal before reads `only`, the first text of each column."""
        only = {str(column): [*texts] for column, texts in self.only.items() if texts}
        return {
            "first_row": self.first_row,
            "headers": self.headers,
            "style": str(self.style),
            "roles": [str(role) for role in self.roles],
            "only": {column: texts[0] for column, texts in only.items()},
            "only_texts": only,
            "names": dict(self.names),
            "last_row": self.last_row,
            "service": self.service,
            "below": sorted(self.below),
            "block": [*self.block] if self.block else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote, now or before."""
        only = data.get("only_texts") or {column: [text] for column, text in data["only"].items()}
        return cls(
            data["first_row"],
            data["headers"],
            NumberStyle(data["style"]),
            [ColumnRole(role) for role in data["roles"]],
            {int(column): tuple(texts) for column, texts in only.items()},
            data["names"],
            data["last_row"],
            data.get("service", ""),
            below=frozenset(data.get("below", ())),
            block=TableBlock(*data["block"]) if data.get("block") else None,
        )

    def fits(self, rows: Rows) -> bool:
        """Whether the table has as many columns, and rows below the headers."""
        start = self.first_row - 1 + self.headers
        end = min(self.last_row or len(rows), len(rows))
        return bool(rows) and len(self.roles) == len(rows[0]) and start < end

    def header_of(self, rows: Rows, column: int) -> tuple[str, ...]:
        """The texts above a column, each once; a merged one names all its columns."""
        texts = [self._header_at(rows, number, column) for number in self._header_rows(rows)]
        return tuple(dict.fromkeys(filter(None, texts)))

    def _header_rows(self, rows: Rows) -> range:
        return range(self.first_row, min(self.first_row + self.headers - 1, len(rows)) + 1)

    def _header_at(self, rows: Rows, number: int, column: int) -> str:
        """Where no cells are merged, as in a text file, an upper text reaches up to the next one."""
        text = self._text_at(rows, number, column)
        last = self.first_row + self.headers - 1
        if not text and number < last and number not in self.facts.rows_with_spans:
            row = rows[number - 1]
            return next((row[left] for left in range(column, -1, -1) if row[left]), "")
        return text

    def _text_at(self, rows: Rows, number: int, column: int) -> str:
        """What a cell holds; of a merged one that is what stands in the first of them."""
        first_row, first_column = self.facts.first_of(number, column)
        return rows[first_row - 1][first_column]

    def number(self, text: str) -> ForeignNumber | None:
        """The number of a cell of this table; raises what `parse_foreign_number` does."""
        return parse_foreign_number(text, self.style, is_workbook=self.facts.is_workbook)

    # --- rows and what names them ---

    def labelled_rows(self, rows: Rows) -> Iterator[LabelledRow]:
        """The rows below the headers.

        A text reaches down over empty cells, where its column says so, up to an empty row, and up to another text in a
        column before it.
        """
        columns = [number for number, role in enumerate(self.roles) if role in LABELS]
        above: Mapping[int, str] = {}
        start = self.first_row - 1 + self.headers
        for number, cells in enumerate(rows[start : self.last_row or None], start + 1):
            if not any(cells):
                above = {}
                continue
            labels: dict[int, str] = {}
            is_filled = is_another = False
            for column in columns:
                text = self._text_at(rows, number, column)
                is_another = is_another or bool(text and text != above.get(column))
                if not text and column in self.below and not is_another and above.get(column):
                    text, is_filled = above[column], True
                labels[column] = text
            above = labels
            yield LabelledRow(number, cells, labels, is_filled)

    @property
    def values(self) -> list[int]:
        """The columns of values."""
        return [number for number, role in enumerate(self.roles) if role == ColumnRole.VALUE]

    def _is_left_out(self, row: LabelledRow) -> bool:
        return any(
            texts and folded(row.labels.get(column, "")) not in {folded(text) for text in texts}
            for column, texts in self.only.items()
        )

    def cells(self, rows: Rows) -> Iterator[TableCell]:
        """The values that are read, row by row, with all that names them; filtered rows are passed over."""
        values = self.values
        above = {
            column: tuple(TableName("column", text) for text in self.header_of(rows, column))
            for column in values
        }
        for row in self.labelled_rows(rows):
            if self._is_left_out(row):
                continue
            texts = [text for column, text in row.labels.items() if self.roles[column] == ColumnRole.NAME]
            beside = tuple(TableName("row", text) for text in dict.fromkeys(filter(None, texts)))
            for column in values:
                if row.cells[column]:
                    yield TableCell(row.number, column, row.cells[column], above[column] + beside)

    def rows_left_out(self, rows: Rows) -> int:
        """How many rows with values are passed over for the text of a column."""
        values = self.values
        return sum(
            any(row.cells[column] for column in values)
            for row in self.labelled_rows(rows)
            if self._is_left_out(row)
        )

    def all_names(self, rows: Rows) -> list[TableName]:
        """Every name above or beside a value, once, in the order of the table; at most so many as a page takes."""
        names: dict[str, TableName] = {}
        for cell in self.cells(rows):
            for name in cell.names:
                names.setdefault(name.key, name)
            if len(names) > MAX_NAMES:
                break
        return list(names.values())

    def name_groups(self, rows: Rows) -> list[frozenset[str]]:
        """The keys of the names that stand in one column, or in one row of the headers: they say the same of cells."""
        groups = [
            frozenset(
                TableName("column", self._header_at(rows, number, column)).key for column in self.values
            )
            for number in self._header_rows(rows)
        ]
        columns = [number for number, role in enumerate(self.roles) if role == ColumnRole.NAME]
        by_column: dict[int, set[str]] = {column: set() for column in columns}
        for row in self.labelled_rows(rows):
            for column in columns:
                if row.labels[column]:
                    by_column[column].add(TableName("row", row.labels[column]).key)
        return [*groups, *map(frozenset, by_column.values())]
