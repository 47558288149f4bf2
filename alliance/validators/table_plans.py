"""What rows, columns and names of somebody's own table are: guessed from it, chosen by a person, kept as data."""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Self

from alliance.validators.cell_texts import folded
from alliance.validators.foreign_tables import (
    ForeignNumber,
    NumberStyle,
    Rows,
    TableFacts,
    guess_style,
    looks_like_number,
    parse_foreign_number,
)

MAX_NAMES = 400  # different names in headers and label columns, each of which is a field of the page
MAX_HEADERS = 8
_PERIOD = re.compile(r"(19|20)\d\d([-/ ]?(q[1-4]|h[12]|\d\d?))?", re.IGNORECASE)


class ColumnRole(StrEnum):
    """What a column is."""

    IGNORE = "ignore"
    NAME = "name"  # it says of which service, indicator or part its row is
    VALUE = "value"
    ONLY = "only"  # only rows that have a certain text in it are read: those of one period, say


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


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How a table is read. `names` say what each name stands for, by its key (`alliance.services.table_targets`).

    `facts` are those of the file that is read, and not kept with it for the next one.
    """

    first_row: int = 1  # of the headers, from 1
    headers: int = 1
    style: NumberStyle = NumberStyle.POINT
    roles: Sequence[ColumnRole] = ()
    only: Mapping[int, str] = field(default_factory=dict)  # by column
    names: Mapping[str, str] = field(default_factory=dict)
    last_row: int = 0  # that is read, from 1; 0 for the last of the table: another table may stand below
    service: str = (
        ""  # the slug of that of which cells are whose names say no other; empty where nothing is said
    )
    facts: TableFacts = field(default_factory=TableFacts)

    @property
    def layout(self) -> tuple[Any, ...]:
        """Everything that it says but what names stand for."""
        return (
            self.first_row, self.headers, self.style, tuple(self.roles), tuple(self.only.items()), self.last_row,
            self.service,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        return {
            "first_row": self.first_row,
            "headers": self.headers,
            "style": str(self.style),
            "roles": [str(role) for role in self.roles],
            "only": {str(column): text for column, text in self.only.items()},
            "names": dict(self.names),
            "last_row": self.last_row,
            "service": self.service,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(
            data["first_row"],
            data["headers"],
            NumberStyle(data["style"]),
            [ColumnRole(role) for role in data["roles"]],
            {int(column): text for column, text in data["only"].items()},
            data["names"],
            data["last_row"],
            data.get("service", ""),
        )

    def fits(self, rows: Rows) -> bool:
        """Whether the table has as many columns, and rows below the headers."""
        start = self.first_row - 1 + self.headers
        end = min(self.last_row or len(rows), len(rows))
        return bool(rows) and len(self.roles) == len(rows[0]) and start < end

    def header_of(self, rows: Rows, column: int) -> tuple[str, ...]:
        """The texts above a column, each once; a merged one names all its columns.

        Where no cells are merged, as in a text file, an upper text reaches up to the next one.
        """
        texts = []
        last = self.first_row + self.headers - 1
        for number in range(self.first_row, min(last, len(rows)) + 1):
            text = self._text_at(rows, number, column)
            if not text and number < last and number not in self.facts.rows_with_spans:
                row = rows[number - 1]
                text = next((row[left] for left in range(column, -1, -1) if row[left]), "")
            if text:
                texts.append(text)
        return tuple(dict.fromkeys(texts))

    def _text_at(self, rows: Rows, number: int, column: int) -> str:
        """What a cell holds; of a merged one that is what stands in the first of them."""
        first_row, first_column = self.facts.first_of(number, column)
        return rows[first_row - 1][first_column]

    def number(self, text: str) -> ForeignNumber | None:
        """The number of a cell of this table; raises what `parse_foreign_number` does."""
        return parse_foreign_number(text, self.style, is_workbook=self.facts.is_workbook)

    def cells(self, rows: Rows) -> Iterator[TableCell]:
        """The values that are read, row by row, with all that names them; filtered rows are passed over."""
        values = [number for number, role in enumerate(self.roles) if role == ColumnRole.VALUE]
        labels = [number for number, role in enumerate(self.roles) if role == ColumnRole.NAME]
        above = {
            column: tuple(TableName("column", text) for text in self.header_of(rows, column))
            for column in values
        }
        start = self.first_row - 1 + self.headers
        for number, row in enumerate(rows[start : self.last_row or None], start + 1):
            if any(
                folded(self._text_at(rows, number, column)) != folded(text)
                for column, text in self.only.items()
            ):
                continue
            names = [self._text_at(rows, number, column) for column in labels]
            beside = tuple(TableName("row", text) for text in dict.fromkeys(filter(None, names)))
            for column in values:
                if row[column]:
                    yield TableCell(number, column, row[column], above[column] + beside)

    def all_names(self, rows: Rows) -> list[TableName]:
        """Every name above or beside a value, once, in the order of the table; at most so many as a page takes."""
        names: dict[str, TableName] = {}
        for cell in self.cells(rows):
            for name in cell.names:
                names.setdefault(name.key, name)
            if len(names) > MAX_NAMES:
                break
        return list(names.values())


class TableBlock(NamedTuple):
    """One of several tables below one another: its first and last row, from 1, and the first text in it."""

    first: int
    last: int
    title: str


def table_blocks(rows: Rows) -> list[TableBlock]:
    """The tables that stand below one another, each with a header of its own after an empty row.

    What follows an empty row without a header, a sum or another section, belongs to the table above.
    """
    blocks: list[TableBlock] = []
    first, last, has_value = -1, -1, False
    for number, row in enumerate(rows):
        if not any(row):
            continue
        if has_value and last < number - 1 and _begins_table(rows, number):
            blocks.append(TableBlock(first + 1, last + 1, next(filter(None, rows[first]))))
            first, has_value = -1, False
        first, last = number if first < 0 else first, number
        has_value = has_value or _has_value(row, number)
    if has_value:
        blocks.append(TableBlock(first + 1, last + 1, next(filter(None, rows[first]))))
    return blocks


def _begins_table(rows: Rows, start: int) -> bool:
    """Whether a row with two names or more comes before the next value: a header."""
    for number, row in enumerate(rows[start : start + MAX_HEADERS * 3], start):
        if _has_value(row, number):
            return False
        if sum(any(map(str.isalpha, cell)) for cell in row) > 1:
            return True
    return False


def guess_plan(rows: Rows, facts: TableFacts | None = None, first_row: int = 0) -> TablePlan:
    """A plan to begin with: where the headers end, which columns hold numbers, which names, which periods.

    Of several tables below one another that which begins in `first_row`, or the first.
    """
    facts = facts or TableFacts()
    blocks = table_blocks(rows)
    block = next((each for each in blocks if each.first == first_row), blocks[0] if blocks else None)
    start, end = (block.first - 1, block.last) if block else (0, len(rows))
    first, headers = _guess_headers(rows[start:end], {row - start - 1 for row in facts.rows_with_spans})
    first += start
    body = rows[first - 1 + headers : end]
    roles = [_guess_role([row[column] for row in body if row[column]]) for column in range(len(rows[0]))]
    if ColumnRole.VALUE not in roles:  # then what looks like years are values
        roles = [ColumnRole.VALUE if role == ColumnRole.ONLY else role for role in roles]
    only = {
        number: body[-1][number]
        for number, role in enumerate(roles)
        if role == ColumnRole.ONLY and body[-1][number]
    }
    style = guess_style(body, is_workbook=facts.is_workbook)
    last_row = end if len(blocks) > 1 and end < len(rows) else 0
    return TablePlan(first, headers, style, roles, only, last_row=last_row, facts=facts)


def _guess_headers(rows: Rows, spanned: Collection[int]) -> tuple[int, int]:
    """The rows above the first with a value; of these the last ones with more than one cell, or one that spans some.

    What spans columns from the first on is a title.
    """
    last = next((number for number, row in enumerate(rows[: MAX_HEADERS * 3]) if _has_value(row, number)), 1)
    first = last
    while first > 0 and last - first < MAX_HEADERS:
        cells, is_title = sum(bool(cell) for cell in rows[first - 1]), bool(rows[first - 1][0])
        if cells < 2 and (is_title or not cells or first - 1 not in spanned):
            break
        first -= 1
    return (first + 1, last - first) if last > first else (max(last, 1), 0 if last == 0 else 1)


def _has_value(row: Sequence[str], number: int) -> bool:
    """Years side by side are a header, and so is one in the first row; a year alone below may be a value."""
    periods = sum(bool(_PERIOD.fullmatch(cell)) for cell in row)
    values = sum(looks_like_number(cell) and not _PERIOD.fullmatch(cell) for cell in row)
    return bool(values) or (periods == 1 and number > 0)


def _guess_role(cells: Sequence[str]) -> ColumnRole:
    if not cells:
        return ColumnRole.IGNORE
    periods = sum(bool(_PERIOD.fullmatch(cell)) for cell in cells)
    if periods == len(cells):
        return ColumnRole.ONLY
    numbers = sum(looks_like_number(cell) for cell in cells)
    return ColumnRole.VALUE if numbers * 2 >= len(cells) else ColumnRole.NAME


def shape_of(rows: Rows) -> str:
    """The digest by which a file of the same make is known again: its guessed headers and its width."""
    plan = guess_plan(rows)
    start = plan.first_row - 1
    headers = [[folded(cell) for cell in row] for row in rows[start : start + plan.headers]]
    return hashlib.sha256(json.dumps([len(rows[0]), headers], ensure_ascii=False).encode()).hexdigest()
