"""Figures as CSV, in and out: a row for each figure, its place in keys, the fields of the figure table, its version.

What is written can be read back without loss. Spreadsheets take no cell for a formula: a text that looks like one has
an apostrophe before it, and so has one that begins with an apostrophe; reading takes it away again.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from alliance.figure_fields import FIELDS, FigurePlace, FigureValues, ValueKind
from portal.kernel.errors import DomainError
from portal.kernel.text import plain_decimal
from portal.kernel.text import sentence as _

PLACE_COLUMNS = ("indicator", "service", "cell")
COLUMNS = (*PLACE_COLUMNS, *FIELDS, "version")
_FORMULA_OR_QUOTED = ("=", "+", "-", "@", "\t", "\r", "'")
_FLAGS = {"true": True, "false": False}


def write_figure_csv(figures: Iterable[tuple[FigurePlace, FigureValues, int]]) -> Iterator[str]:
    """The lines of the file, its header first; each figure with its version."""
    yield _line(COLUMNS)
    for place, values, version in figures:
        cells = [_cell(name, value) for name, value in values.as_columns().items()]
        yield _line([*(_escaped(part or "") for part in place), *cells, str(version)])


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _cell(name: str, value: Any) -> str:
    kind = FIELDS[name].kind
    if kind == ValueKind.NUMBER:
        return plain_decimal(value) or ""
    return str(value).lower() if kind == ValueKind.FLAG else _escaped(str(value))


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_OR_QUOTED) else text


class FigureCSVTable(NamedTuple):
    """A file of figures as it was read: its columns, and its rows with their numbers as a spreadsheet counts them."""

    columns: Sequence[str]
    rows: Sequence[tuple[int, dict[str, Any]]]


def read_figure_csv(text: str) -> list[dict[str, Any]]:
    """The rows as the API takes them in JSON, as `read_figure_table` reads them."""
    return [row for _number, row in read_figure_table(text).rows]


def read_figure_table(text: str) -> FigureCSVTable:
    """The columns and rows of a file: an empty cell is left out, an empty service is the whole organisation.

    Columns may come in any order, and all but `indicator` may be absent; cells are separated by commas or semicolons,
    whichever the header has more of. Raises DomainError for a header or a row that cannot be read; what is in the cells
    is not looked at.
    """
    header, *_rest = text.split("\n", 1)
    separator = ";" if header.count(";") > header.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise DomainError(_("This is not CSV: %(error)s.") % {"error": error}) from error
    if not rows or not any(rows[0]):
        raise DomainError(_("The file is empty."))
    columns = [name.strip() for name in rows[0]]
    _refuse_header(columns)
    numbered = [
        (number, _row(columns, number, cells)) for number, cells in enumerate(rows[1:], 2) if any(cells)
    ]
    return FigureCSVTable(columns, numbered)


def _refuse_header(columns: Sequence[str]) -> None:
    for name in columns:
        if name not in COLUMNS:
            message = _("There is no column “%(name)s”. These are the columns: %(names)s.")
            raise DomainError(message % {"name": name[:60], "names": ", ".join(COLUMNS)})
        if columns.count(name) > 1:
            raise DomainError(_("The column “%(name)s” stands there twice.") % {"name": name})
    if "indicator" not in columns:
        raise DomainError(_("The column “%(name)s” is missing.") % {"name": "indicator"})


def _row(columns: Sequence[str], number: int, cells: Sequence[str]) -> dict[str, Any]:
    if len(cells) > len(columns):
        message = _(
            "Row %(number)d has more cells than the header. Put a text with a separator in quotation marks."
        )
        raise DomainError(message % {"number": number})
    values = {name: cell for name, cell in zip(columns, cells, strict=False) if cell}
    return {"service": None} | {name: _value(name, cell) for name, cell in values.items()}


def _value(name: str, cell: str) -> Any:
    """What JSON would have; a cell that is not of its kind as it stands, for the reader to refuse by its place."""
    if name == "version":
        return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 else cell
    kind = FIELDS[name].kind if name in FIELDS else ValueKind.LINE
    if kind == ValueKind.NUMBER:
        return cell
    if kind == ValueKind.FLAG:
        return _FLAGS.get(cell.strip().lower(), cell)
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_OR_QUOTED) else cell


def rows_of(figures: Iterable[Any]) -> Iterator[tuple[FigurePlace, FigureValues, int]]:
    """Figures of a working copy as they are written."""
    for figure in figures:
        yield FigurePlace.of(figure), FigureValues.of(figure), figure.version
