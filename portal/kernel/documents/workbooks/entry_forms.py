"""Workbooks that are filled in: locked but for the cells that take an answer, with keys in hidden cells and lists.

Each row and each column has a key, which stays hidden, so that answers are found again wherever a row was moved to. The
facts of the whole form stand in a sheet that spreadsheet programs do not offer to show.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from portal.kernel.documents.workbooks.sheet_titles import sheet_names
from portal.kernel.documents.workbooks.workbook_file import new_workbook
from portal.kernel.files import scratch_folder
from portal.kernel.text import plain_decimal

COLUMN_MARK = "portal:columns"  # in the first cell of the row that has the keys of the columns
FACTS_SHEET, LISTS_SHEET = "_form", "_lists"
_UNLOCKED = {
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
_EXACT_DIGITS = 15  # of a number in a spreadsheet
_COMMANDS = ("=", "+", "-", "@", "'")
_INK, _QUIET, _RULE, _PAPER, _TINT = "#13212B", "#475862", "#D5DCDD", "#FFFFFF", "#F3F6F6"
_WRAPPED = {"text_wrap": True, "valign": "top", "font_size": 10, "font_color": _INK}
_LOOKS: Mapping[str, dict[str, Any]] = {
    "strong": {"bold": True},
    "quiet": {"font_color": _QUIET},
    "group": {"bold": True, "bg_color": _TINT, "top": 1, "top_color": _INK},
    "title": {"bold": True, "font_size": 14, "text_wrap": False},
    "lead": {"font_color": _QUIET, "text_wrap": False},
    "head": {"bold": True, "bottom": 1, "bottom_color": _INK, "bg_color": _TINT},
}


class CellStyle(StrEnum):
    """How a cell looks; whether it takes an answer is said of itself."""

    TEXT = "text"
    STRONG = "strong"
    QUIET = "quiet"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class EntryCell:
    """One cell: what it shows; whether it takes an answer, and from which list."""

    value: str | Decimal | None = None
    style: CellStyle = CellStyle.TEXT
    is_open: bool = False
    choices: str = ""  # name of a list


@dataclass(frozen=True, slots=True)
class EntryColumn:
    """A column with its key and heading; a hidden one holds keys."""

    key: str
    title: str
    width: float
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class EntrySheet:
    """A sheet: its lines above the table, and the rows, each with a cell for each column or None."""

    name: str
    title: str
    lead: Sequence[str]
    columns: Sequence[EntryColumn]
    rows: Iterable[Sequence[EntryCell | None]]
    fixed: int = 0  # columns that stay in sight


@dataclass(frozen=True, slots=True)
class EntryForm:
    """The whole form; `lists` are the answers that cells offer, by name; `facts` say what it is a form of."""

    title: str
    author: str
    dated: datetime
    sheets: Sequence[EntrySheet]
    facts: Mapping[str, str]
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write_entry_form(form: EntryForm) -> bytes:
    """Write the form. Memory: the finished file and one row of it."""
    with scratch_folder() as folder:
        path = folder / "form.xlsx"
        _write(form, path)
        return path.read_bytes()


def _write(form: EntryForm, path: Path) -> None:
    with new_workbook(path, title=form.title, author=form.author, dated=form.dated) as workbook:
        styles = _Styles(workbook)
        names = sheet_names([LISTS_SHEET, FACTS_SHEET, *(sheet.name for sheet in form.sheets)])[2:]
        ranges = _list_ranges(form.lists)
        for name, sheet in zip(names, form.sheets, strict=True):
            _EntryPage(workbook.add_worksheet(name), styles, ranges).fill(sheet)
        _write_lists(workbook.add_worksheet(LISTS_SHEET), form.lists)
        facts = workbook.add_worksheet(FACTS_SHEET)
        for row, (key, value) in enumerate(form.facts.items()):
            facts.write_string(row, 0, key)
            facts.write_string(row, 1, value)
        facts.protect()
        facts.very_hidden()


def _list_ranges(lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Where the lists stand, for the cells that offer them: a list in a cell itself may not have a comma."""
    return {
        name: f"={LISTS_SHEET}!{xl_range_abs(0, column, max(len(items) - 1, 0), column)}"
        for column, (name, items) in enumerate(lists.items())
    }


def _write_lists(page: Worksheet, lists: Mapping[str, Sequence[str]]) -> None:
    for row in range(max(map(len, lists.values()), default=0)):  # row by row, as they are written
        for column, items in enumerate(lists.values()):
            if row < len(items):
                page.write_string(row, column, items[row])
    page.protect()
    page.very_hidden()


class _Styles:
    """The looks of cells, each made when it is first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[Any, Any] = {}

    def get(
        self, style: str, *, is_open: bool = False, is_number: bool = False, is_quoted: bool = False
    ) -> Any:
        key = (style, is_open, is_number, is_quoted)
        if key not in self._made:
            looks: dict[str, Any] = {**_WRAPPED, "locked": not is_open}
            looks |= _LOOKS.get(style, {})
            if is_open:
                looks |= {"border": 1, "border_color": _RULE, "bg_color": _PAPER}
            if is_number:
                looks |= {"align": "right"}
            if is_quoted:
                looks |= {"quote_prefix": True}
            self._made[key] = self._workbook.add_format(looks)
        return self._made[key]


class _EntryPage:
    """One sheet while it is written, row by row."""

    def __init__(self, page: Worksheet, styles: _Styles, ranges: Mapping[str, str]) -> None:
        self._page, self._styles, self._ranges = page, styles, ranges
        self._offers: dict[tuple[str, int], list[int]] = {}

    def fill(self, sheet: EntrySheet) -> None:
        page, row = self._page, 0
        for number, column in enumerate(sheet.columns):
            page.set_column(number, number, column.width, None, {"hidden": 1} if column.is_hidden else {})
        first = next(number for number, column in enumerate(sheet.columns) if not column.is_hidden)
        for text, style in [(sheet.title, "title"), *((line, "lead") for line in sheet.lead)]:
            page.write_string(row, first, text, self._styles.get(style))
            row += 1
        page.set_row(row, None, None, {"hidden": 1})
        for number, column in enumerate(sheet.columns):
            page.write_string(row, number, COLUMN_MARK if not number else column.key)
        row += 1
        for number, column in enumerate(sheet.columns):
            page.write_string(row, number, column.title, self._styles.get("head"))
        page.freeze_panes(row + 1, sheet.fixed)
        page.repeat_rows(row)
        for cells in sheet.rows:
            row += 1
            for number, cell in enumerate(cells):
                if cell is not None:
                    self._put(row, number, cell)
        self._offer_lists()
        page.protect("", _UNLOCKED)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.hide_gridlines(2)

    def _put(self, row: int, column: int, cell: EntryCell) -> None:
        value, page = cell.value, self._page
        if cell.choices:
            self._offers.setdefault((cell.choices, column), []).append(row)
        number = _exact_number(value) if isinstance(value, Decimal) else None
        if number is not None:
            page.write_number(
                row, column, number, self._styles.get(cell.style, is_open=cell.is_open, is_number=True)
            )
            return
        text = plain_decimal(value) if isinstance(value, Decimal) else value
        if not text and not cell.is_open and cell.style != CellStyle.GROUP:
            return  # a cell that nobody wrote is locked too
        if not text:
            page.write_blank(row, column, None, self._styles.get(cell.style, is_open=cell.is_open))
            return
        is_quoted = text.startswith(_COMMANDS)
        style = self._styles.get(cell.style, is_open=cell.is_open, is_quoted=is_quoted)
        page.write_string(row, column, text, style)

    def _offer_lists(self) -> None:
        """One rule for all cells of a column that offer the same list: programs are slow with thousands of them."""
        for (name, column), rows in self._offers.items():
            letter = xl_col_to_name(column)
            rule = {"validate": "list", "source": self._ranges[name], "error_type": "warning"}
            runs = _runs(rows)
            for start in range(0, len(runs), 100):
                cells = " ".join(
                    f"{letter}{first + 1}:{letter}{last + 1}" for first, last in runs[start : start + 100]
                )
                first, last = runs[start]
                self._page.data_validation(first, column, last, column, {**rule, "multi_range": cells})


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Rows that follow one another, each run from its first to its last."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _exact_number(value: Decimal) -> float | None:
    """The number as a spreadsheet holds it; None where it would lose digits, and is written as text instead."""
    digits = len(value.normalize().as_tuple().digits)
    return float(value) if digits <= _EXACT_DIGITS else None
