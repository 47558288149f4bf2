"""Figures as CSV, in and out: a row for each figure, its place in keys, the fields of the figure table, its version.

What is written can be read back without loss. Spreadsheets take no cell for a formula: a text that looks like one has
an apostrophe before it, and so has one that begins with an apostrophe; reading takes it away again. A spreadsheet in
Russian parts cells by semicolons and begins decimals with a comma: it would show `12.5` as the twelfth of May.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from alliance.figure_fields import FIELDS, FigurePlace, FigureValues, ValueKind
from alliance.validators.numbers import ANY_LANGUAGE, parse_number, read_back
from portal.kernel.errors import DomainError
from portal.kernel.text import (
    format_figure,
    plain_decimal,
    split_separator_line,
    whole_number,
    worded_later,
)
from portal.kernel.text import sentence as _

PLACE_COLUMNS = ("indicator", "service", "cell")
COLUMNS = (*PLACE_COLUMNS, *FIELDS, "version")
_FORMULA_OR_QUOTED = ("=", "+", "-", "@", "\t", "\r", "'")
_FLAGS = {"true": True, "false": False}
_SEPARATORS = (",", ";", "\t")


def write_figure_csv(
    figures: Iterable[tuple[FigurePlace, FigureValues | None, int]], language: str = ""
) -> Iterator[str]:
    """The lines of the file, its header first; each figure with its version, a place without one with empty cells.

    For a reader of Russian with semicolons between cells and commas before decimals: `1,2340`, never `1,234`.
    """
    separator = ";" if language == "ru" else ","
    yield _line(COLUMNS, separator)
    for place, values, version in figures:
        columns = values.as_columns() if values else dict.fromkeys(FIELDS)
        cells = [_cell(name, value, language) if values else "" for name, value in columns.items()]
        yield _line([*(_escaped(part or "") for part in place), *cells, str(version)], separator)


def _line(cells: Iterable[str], separator: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerow(cells)
    return buffer.getvalue()


def _cell(name: str, value: Any, language: str) -> str:
    kind = FIELDS[name].kind
    if kind == ValueKind.NUMBER:
        text = plain_decimal(value) or ""
        return read_back(text.replace(".", ","), language) if language == "ru" else text
    return str(value).lower() if kind == ValueKind.FLAG else _escaped(str(value))


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_OR_QUOTED) else text


class FigureCSVTable(NamedTuple):
    """A file of figures as it was read: its columns, and its rows with their numbers as a spreadsheet counts them.

    `has_decimal_commas`: a comma may begin the decimals of its numbers, since it separates no cells.
    """

    columns: Sequence[str]
    rows: Sequence[tuple[int, dict[str, Any]]]
    has_decimal_commas: bool


def read_figure_csv(text: str) -> list[dict[str, Any]]:
    """The rows as the API takes them in JSON, as `read_figure_table` reads them.

    Raises DomainError for a table that cannot be read, and for a number that can be read in two ways, by its place.
    """
    table = read_figure_table(text)
    for number, row in table.rows:
        for name, cell in row.items():
            if table.has_decimal_commas and _is_number(name) and "," in cell:
                _refuse_number(number, name, cell)
    return [row for _number, row in table.rows]


def _refuse_number(number: int, name: str, cell: str) -> None:
    try:
        parse_number(cell, ANY_LANGUAGE)
    except DomainError as refusal:
        message = _("Row %(number)d, column “%(name)s”: %(problem)s")
        raise DomainError(message % {"number": number, "name": name, "problem": refusal.message}) from refusal


def read_figure_table(text: str, most_rows: int | None = None) -> FigureCSVTable:
    """The columns and rows of a file: an empty cell is left out, an empty service is the whole organisation.

    Columns may come in any order, all but `indicator` may be absent, and empty ones may follow; cells are separated by
    commas, semicolons or tabs, whichever the header has most of, or by what a line above it names (`sep=;`). Between
    semicolons or tabs the comma of a number may begin its decimals; one that can be read in two ways (`1,234`) stays as
    it stands. Raises DomainError for a header or a row that cannot be read, and at the first row that is more than
    `most_rows`; what is in the cells is not looked at.
    """
    named, text = split_separator_line(text)
    header = text.split("\n", 1)[0].split("\r", 1)[0]
    separator = named or max(_SEPARATORS, key=header.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = list(reader if most_rows is None else islice(reader, most_rows + 2))
    except csv.Error as error:
        raise DomainError(_("This is not CSV: %(error)s.") % {"error": error}) from error
    if not rows or not any(map(str.strip, rows[0])):
        raise DomainError(_("The file is empty."))
    if most_rows is not None and len(rows) > most_rows + 1:
        raise DomainError(
            _("The file has more than %(most)s rows: split it.")
            % {"most": worded_later(partial(format_figure, most_rows))}
        )
    columns = [name.strip() for name in rows[0]]
    while not columns[-1]:  # a spreadsheet writes every column that was ever touched
        columns.pop()
    _refuse_header(columns)
    has_decimal_commas = separator != ","
    numbered = [
        (number, _row(columns, number, cells, has_decimal_commas=has_decimal_commas))
        for number, cells in enumerate(rows[1:], 2)
        if any(cells)
    ]
    return FigureCSVTable(columns, numbered, has_decimal_commas)


def _refuse_header(columns: Sequence[str]) -> None:
    for name in columns:
        if name not in COLUMNS:
            message = _("There is no column “%(name)s”. These are the columns: %(names)s.")
            raise DomainError(message % {"name": name[:60], "names": ", ".join(COLUMNS)})
        if columns.count(name) > 1:
            raise DomainError(_("The column “%(name)s” stands there twice.") % {"name": name})
    if "indicator" not in columns:
        raise DomainError(_("The column “%(name)s” is missing.") % {"name": "indicator"})


def _row(
    columns: Sequence[str], number: int, cells: Sequence[str], *, has_decimal_commas: bool
) -> dict[str, Any]:
    if any(cells[len(columns) :]):
        message = _(
            "Row %(number)d has more cells than the header. Put a text with a separator in quotation marks."
        )
        raise DomainError(message % {"number": number})
    values = {name: cell for name, cell in zip(columns, cells, strict=False) if cell}
    return {"service": None} | {
        name: _value(name, cell, has_decimal_commas=has_decimal_commas) for name, cell in values.items()
    }


def _is_number(name: str) -> bool:
    return name in FIELDS and FIELDS[name].kind == ValueKind.NUMBER


def _value(name: str, cell: str, *, has_decimal_commas: bool) -> Any:
    """What JSON would have; a cell that is not of its kind as it stands, for the reader to refuse by its place."""
    if name == "version":
        number = whole_number(cell, digits=9)
        return cell if number is None else number
    if _is_number(name):
        return _plain_number(cell) if has_decimal_commas and "," in cell else cell
    kind = FIELDS[name].kind if name in FIELDS else ValueKind.LINE
    if kind == ValueKind.FLAG:
        return _FLAGS.get(cell.strip().lower(), cell)
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_OR_QUOTED) else cell


def _plain_number(cell: str) -> str:
    """The number with a decimal point; a cell that is no number, or one in two ways, as it stands."""
    try:
        return plain_decimal(parse_number(cell, ANY_LANGUAGE)) or cell
    except DomainError:
        return cell


def rows_of(figures: Iterable[Any]) -> Iterator[tuple[FigurePlace, FigureValues, int]]:
    """Figures of a working copy as they are written."""
    for figure in figures:
        yield FigurePlace.of(figure), FigureValues.of(figure), figure.version
