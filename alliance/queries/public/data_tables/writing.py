"""Tables of the open data as CSV, in constant memory: written by the database, read back row by row."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from django.db import connection, transaction
from django.db.models import QuerySet

from alliance.queries.public.data_tables.columns import DataScope, DataTable, TextCell
from portal.kernel.access import ANYONE, set_context

_EVERYTHING = DataScope()
_QUOTED = re.compile(r'[",\r\n]')  # what a cell with such a sign is put between quotes for


@contextmanager
def one_moment() -> Iterator[None]:
    """One transaction that reads as everybody, and sees the record as it is at its beginning: a publication that is
    made meanwhile is in all tables or in none."""
    if connection.in_atomic_block:  # of a test, which publishes nothing meanwhile
        set_context(ANYONE)
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        set_context(ANYONE)
        yield


def write_csv(table: DataTable, target: IO[bytes]) -> None:
    """Write the header and all rows, as the database gives them: UTF-8, lines end with a line feed."""
    _write_rows([table.header], target)
    rows = table.source(_EVERYTHING)
    if isinstance(rows, QuerySet):
        query = rows.query.get_compiler(connection=connection).as_sql()
        with connection.cursor() as cursor:
            sql = cursor.mogrify(*query).decode()
            cursor.copy_expert(f"COPY ({sql}) TO STDOUT (FORMAT csv)", target)
    else:
        _write_rows(rows, target)


def _write_rows(rows: Iterable[Sequence[TextCell]], target: IO[bytes]) -> None:
    for row in rows:
        target.write(_line(row).encode())


def _line(row: Sequence[TextCell]) -> str:
    """As COPY writes it. The writer of `csv` leaves a carriage return without quotes, which its reader then refuses."""
    return ",".join(_field(cell or "") for cell in row) + "\n"


def _field(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell


def csv_text(table: DataTable, rows: Iterable[Sequence[TextCell]]) -> str:
    """Rows of a table as CSV: few, since they are those of one member, commitment or cycle."""
    return "".join(map(_line, [table.header, *rows]))


def read_csv(pieces: Iterable[bytes]) -> Iterator[list[str]]:
    """The rows of such a file without its header, of bytes that come piece by piece."""
    _header, rows = csv_header(pieces)
    return rows


def csv_header(pieces: Iterable[bytes]) -> tuple[list[str], Iterator[list[str]]]:
    """The header of such a file, and its rows."""
    rows = csv.reader(_lines(pieces))
    return next(rows, []), rows


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends: a piece may end within a letter."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line.decode() + "\n"
    if rest:
        yield rest.decode()
