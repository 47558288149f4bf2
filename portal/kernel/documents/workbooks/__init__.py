"""Workbooks: sheets of typed cells with native charts, written row by row so that size costs no memory.

What a sheet contains is the apps'.
"""

from portal.kernel.documents.workbooks.bar_charts import chart_rows
from portal.kernel.documents.workbooks.content import (
    MEDIA_TYPE,
    Bars,
    Cell,
    Column,
    Group,
    Series,
    Sheet,
    SheetLink,
    Value,
    WorkbookContent,
    number_cell,
)
from portal.kernel.documents.workbooks.entry_forms import (
    COLUMN_MARK,
    FACTS_SHEET,
    CellStyle,
    EntryCell,
    EntryColumn,
    EntryForm,
    EntrySheet,
    write_entry_form,
)
from portal.kernel.documents.workbooks.sheet_titles import MAX_SHEET_NAME, sheet_names
from portal.kernel.documents.workbooks.writer import write_workbook

__all__ = [
    "COLUMN_MARK",
    "FACTS_SHEET",
    "MAX_SHEET_NAME",
    "MEDIA_TYPE",
    "Bars",
    "Cell",
    "CellStyle",
    "Column",
    "EntryCell",
    "EntryColumn",
    "EntryForm",
    "EntrySheet",
    "Group",
    "Series",
    "Sheet",
    "SheetLink",
    "Value",
    "WorkbookContent",
    "chart_rows",
    "number_cell",
    "sheet_names",
    "write_entry_form",
    "write_workbook",
]
