"""A table in its other formats, made from its CSV row by row."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

from alliance.documents.open_data.release import ReleaseFacts
from alliance.queries.public.data_tables import ColumnType, DataColumn, DataTable, cell_value
from alliance.queries.public.data_tables.writing import read_csv
from portal.kernel.documents.workbooks import (
    Cell,
    Column,
    Sheet,
    WorkbookContent,
    number_cell,
    write_workbook,
)

MOST_SHEET_ROWS = 100_000  # a workbook of more is of no use to a spreadsheet, and takes minutes to write
_EXACT_DIGITS = 15  # of a number, as spreadsheets keep it
_PIECE = 1024 * 1024


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of an open file from its beginning, piece by piece."""
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def write_json(table: DataTable, source: IO[bytes], target: IO[bytes], facts: ReleaseFacts) -> int:
    """Write the table as one JSON document, a row to a line; returns how many rows there are."""
    head = {
        "table": table.name,
        "version": facts.version,
        "as_of": facts.number,
        "licence": facts.licence.key,
    }
    target.write(json.dumps(head)[:-1].encode() + b', "rows": [')
    count = 0
    for count, row in enumerate(read_csv(pieces_of(source)), 1):
        values = json.dumps(table.values(row), ensure_ascii=False)
        target.write((b",\n" if count > 1 else b"\n") + values.encode())
    target.write(b"\n]}\n")
    return count


def workbook_bytes(table: DataTable, source: IO[bytes], facts: ReleaseFacts) -> bytes:
    """The table as a sheet of typed cells under a line that says what it is."""
    columns = [Column(column.name, 18, "line") for column in table.columns]
    sheet = Sheet(
        table.name,
        table.name,
        columns,
        _sheet_rows(table.columns, source),
        lead=[str(table.row), facts.citation],
    )
    book = WorkbookContent(
        table.name, facts.publisher, facts.as_of, [sheet], notice=facts.notice, foot=facts.citation
    )
    return write_workbook(book)


def _sheet_rows(columns: Sequence[DataColumn], source: IO[bytes]) -> Iterator[Sequence[Cell]]:
    for row in read_csv(pieces_of(source)):
        yield [_sheet_cell(column, cell) for column, cell in zip(columns, row, strict=True)]


def _sheet_cell(column: DataColumn, cell: str) -> Cell:
    value: Any = cell_value(column, cell)
    if column.type == ColumnType.DECIMAL and value is not None:
        digits = Decimal(value).as_tuple().digits
        return number_cell(Decimal(value)) if len(digits) <= _EXACT_DIGITS else str(value)
    return value
