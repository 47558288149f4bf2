"""Workbooks: sheets of typed cells with native charts, written row by row so that size costs no memory."""

from portal.kernel.workbooks.charting import rows_taken
from portal.kernel.workbooks.names import sheet_names
from portal.kernel.workbooks.plan import (
    MEDIA_TYPE,
    Bars,
    Book,
    Cell,
    Column,
    Group,
    Series,
    Sheet,
    To,
    Value,
    numeral,
)
from portal.kernel.workbooks.writing import write_workbook

__all__ = [
    "MEDIA_TYPE",
    "Bars",
    "Book",
    "Cell",
    "Column",
    "Group",
    "Series",
    "Sheet",
    "To",
    "Value",
    "numeral",
    "rows_taken",
    "sheet_names",
    "write_workbook",
]
