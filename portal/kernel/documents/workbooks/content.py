"""The content of a workbook, before anything is written: sheets, columns, cells with their styles, charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class SheetLink:
    """A cell that leads to another sheet of the book, by its place in it."""

    sheet: int
    text: str


Value = str | int | float | Decimal | bool | date | datetime | SheetLink | None
# A value in the style of its column, or a pair of value and another style (portal.kernel.documents.workbooks.styles).
Cell = Value | tuple[Value, str]


@dataclass(frozen=True, slots=True)
class Column:
    """The heading of a column, its width in characters, the style of its cells."""

    title: str
    width: float = 14
    style: str = "text"


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over some columns, in the row above theirs."""

    title: str
    columns: int


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: its name, the column of its numbers, its colour (`#rrggbb`)."""

    name: str
    column: int
    colour: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Lying bars, native to the spreadsheet, over rows of the same sheet; several series are stacked.

    `first` and `last` count the sheet's rows from nought; `names` is the column of the bars' names.
    """

    title: str
    description: str  # for who cannot see the chart
    names: int
    series: Sequence[Series]
    first: int
    last: int
    style: str = "count"  # of the numbers at its axis
    column: int = 4  # the column of its left edge; its top is at `first`


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: title and lead, frozen headings, rows, charts.

    `name` is the name of the tab; it is made safe and unique. `rows` is gone through once.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    lead: Sequence[str] = ()
    groups: Sequence[Group] = ()
    fixed: int = 1  # frozen columns
    has_headings: bool = True  # else columns are not named, nor filtered
    is_filtered: bool = True
    charts: Sequence[Bars] = ()
    portrait: bool = False


@dataclass(frozen=True, slots=True)
class WorkbookContent:
    """A whole workbook. `notice` is printed on every sheet and page, `foot` at the foot of every page."""

    title: str
    author: str
    dated: datetime  # the moment of its facts, never of its making: the same facts give the same bytes
    sheets: Sequence[Sheet]
    notice: str = ""
    foot: str = ""


def number_cell(value: Decimal, kind: str = "", unit: str = "") -> Cell:
    """A number as a cell: `kind` "share" is given in per cent; the unit follows it."""
    if kind == "share":
        return float(value / 100), "share" if value == value.to_integral_value() else "share_of"
    style = "count" if value == value.to_integral_value() else "number"
    return float(value), f"{style}/{unit}" if unit else style
