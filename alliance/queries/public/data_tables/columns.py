"""How a table of the open data is defined: its columns, its keys, and the cells of its rows.

Cells are text as it stands in the CSV file; everything else is made from that: JSON, workbook, package, differences.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Expression, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Collate
from django.utils.functional import Promise

from portal.kernel.text import plain_decimal

# what a spreadsheet would take for the beginning of a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

EXAMPLE_INDICATOR = "time-to-removal"  # where the record has none to show
TextCell = str | None
Source = QuerySet[Any] | Iterable[Sequence[TextCell]]


class ColumnType(StrEnum):
    """What a cell holds, by the names of Table Schema."""

    TEXT = "string"
    INTEGER = "integer"
    DECIMAL = "number"  # a string in JSON, so that no place is lost
    FLAG = "boolean"
    DATE = "date"
    MOMENT = "datetime"


@dataclass(frozen=True, slots=True)
class DataColumn:
    """One column: what the dictionary says of it. `empty` says when it is; without it a cell is never empty.

    `is_free` names text that people typed, which may begin like a formula. `is_trace` is left out when two releases are
    compared: it moves when nothing of the row does.
    """

    name: str
    says: str | Promise
    example: str
    type: ColumnType = ColumnType.TEXT
    empty: str | Promise = ""
    choices: Sequence[str] = ()
    is_free: bool = False
    is_trace: bool = False


@dataclass(frozen=True, slots=True)
class DataScope:
    """What a table is narrowed to: slugs and a key; of figures, keys of indicators and of kinds of harm.

    Empty ones narrow nothing.
    """

    member: str = ""
    cycle: str = ""
    commitment: str = ""
    indicators: tuple[str, ...] = ()
    harms: tuple[str, ...] = ()

    def lookups(self, names: Mapping[str, str]) -> dict[str, str]:
        """The conditions by the lookups of a table, each by what it narrows."""
        return {lookup: value for name, lookup in names.items() if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table: what a row of it is, its columns, and which of them identify a row.

    `source` gives the rows in the order of the key: as a query of ready cells, which the database writes itself, or
    one after another.
    """

    name: str
    row: str | Promise
    columns: Sequence[DataColumn]
    key: Sequence[str]
    source: Callable[[DataScope], Source]

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def values(self, row: Sequence[TextCell]) -> dict[str, "str | int | bool | None"]:
        """A row as JSON has it, by the names of the columns."""
        cells = zip(self.columns, row, strict=True)
        return {column.name: cell_value(column, cell or "") for column, cell in cells}


# --- Cells ---------------------------------------------------------------------------------------


def text_cell(column: DataColumn, value: object) -> TextCell:
    """A value as its cell: what the database writes for the same one."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return _quoted(str(value)) if column.is_free else str(value)


def _quoted(text: str) -> str:
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def cell_value(column: DataColumn, cell: str) -> str | int | bool | None:
    """The value of a cell as JSON has it: decimals stay strings, a quoted text is as it was typed."""
    if cell == "":
        return None
    if column.type == ColumnType.INTEGER:
        return int(cell)
    if column.type == ColumnType.FLAG:
        return cell == "true"
    if column.is_free and cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA):
        return cell[1:]
    return cell


# --- Cells that the database writes --------------------------------------------------------------


class _AsText(Func):
    output_field = TextField()

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        """The template, with the parameters of its expression as often as it names it."""
        sql, parameters = super().as_sql(*args, **kwargs)
        return sql, tuple(parameters) * str(self.template).count("%(expressions)s")


class FreeText(_AsText):
    """A text that people typed; one that begins like a formula gets an apostrophe before it."""

    template = (
        "CASE WHEN %(expressions)s = '' THEN NULL"  # most are
        " WHEN left(ltrim(%(expressions)s, ''''), 1) IN ('=', '+', '-', '@', chr(9), chr(13))"
        " THEN '''' || %(expressions)s ELSE %(expressions)s END"
    )


class Text(_AsText):
    """A key, a code, a choice; an empty one is an empty cell."""

    template = "NULLIF(%(expressions)s::text, '')"


class DecimalText(_AsText):
    """A decimal number without noughts at its end."""

    template = "trim_scale(%(expressions)s)::text"


class FlagText(_AsText):
    template = "CASE WHEN %(expressions)s THEN 'true' ELSE 'false' END"


class MomentText(_AsText):
    """A moment in UTC, by the second."""

    template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"


class DateText(_AsText):
    template = "to_char(%(expressions)s, 'YYYY-MM-DD')"


class IntegerText(_AsText):
    template = "%(expressions)s::text"


def by_text(name: str) -> Collate:
    """Order by a text as programs do, byte by byte, an empty one first: the same in every database."""
    return Collate(Coalesce(F(name), Value("")), "C")


def ready_cells(
    rows: QuerySet[Any], cells: Mapping[str, Expression | F], order: Sequence[Any]
) -> QuerySet[Any]:
    """The rows as cells in the order of `cells`; the names are set apart from those of the model's fields."""
    named = {f"cell_{name}": cell for name, cell in cells.items()}
    return rows.order_by(*order).annotate(**named).values_list(*named)
