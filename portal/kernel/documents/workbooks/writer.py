"""Writes a workbook from its plan: constant memory, no formulas, and the same bytes for the same data."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.utils.timezone import is_aware, localtime
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.kernel.documents.workbooks.bar_charts import add_bars
from portal.kernel.documents.workbooks.content import Sheet, SheetLink, Value, WorkbookContent
from portal.kernel.documents.workbooks.sheet_titles import sheet_names
from portal.kernel.documents.workbooks.styles import Styles
from portal.kernel.documents.workbooks.workbook_file import new_workbook
from portal.kernel.files import scratch_folder

ProgressHook = Callable[[int, int], None]  # so many sheets of so many

_LONGEST = 32_767  # characters that a cell takes
# Control characters and surrogates, which XML refuses; direction marks and other invisible characters.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff"
    r"\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_A4 = 9
_PAGE_WIDE, _SCALE = 230, 60  # characters that a page takes when it is made to fit; per cent when it is not


def write_workbook(book: WorkbookContent, progress: ProgressHook = lambda done, of: None) -> bytes:
    """Write the workbook; pass on the progress (done, total) after each sheet."""
    with scratch_folder() as folder:
        path = folder / "workbook.xlsx"
        _write(book, path, progress)
        return path.read_bytes()


def _write(book: WorkbookContent, path: Path, progress: ProgressHook) -> None:
    with new_workbook(path, title=book.title, author=book.author, dated=book.dated) as workbook:
        styles = Styles(workbook)
        names = sheet_names([sheet.name for sheet in book.sheets])
        for place, (name, sheet) in enumerate(zip(names, book.sheets, strict=True), 1):
            _Page(workbook.add_worksheet(name), workbook, styles, names).fill(book, sheet)
            progress(place, len(names))


class _Page:
    """One sheet while it is written, from its first row to its last."""

    def __init__(
        self, worksheet: Worksheet, workbook: Workbook, styles: Styles, names: Sequence[str]
    ) -> None:
        self.worksheet, self.workbook, self.styles, self.names = worksheet, workbook, styles, names

    def fill(self, book: WorkbookContent, sheet: Sheet) -> None:
        self._set_up(book, sheet)
        below = self._head(book, sheet)
        last = self._rows(sheet, below)
        if sheet.has_headings and sheet.is_filtered:
            self.worksheet.autofilter(below - 1, 0, max(last, below), len(sheet.columns) - 1)
        for chart in sheet.charts:
            add_bars(self.workbook, self.worksheet, chart, below)

    def _set_up(self, book: WorkbookContent, sheet: Sheet) -> None:
        """Widths; and how it is printed: on A4, as wide as the paper, numbered, with its notice on every page."""
        page = self.worksheet
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
        page.set_paper(_A4)
        if not sheet.portrait:
            page.set_landscape()
        page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
        self._fit(sheet)
        page.set_header(f"&L&8{_page_text(sheet.title)}&R&8&B{_page_text(book.notice)}")
        page.set_footer(f"&L&8{_page_text(book.foot)}&R&8&P / &N")
        page.hide_gridlines(2)

    def _fit(self, sheet: Sheet) -> None:
        """As wide as the paper where that can still be read; else over several pages, each with the first columns."""
        page = self.worksheet
        if sum(column.width for column in sheet.columns) <= _PAGE_WIDE:
            page.fit_to_pages(1, 0)
        else:
            page.set_print_scale(_SCALE)
            page.print_across()
            if sheet.fixed:
                page.repeat_columns(0, sheet.fixed - 1)

    def _head(self, book: WorkbookContent, sheet: Sheet) -> int:
        """Notice, title, lead, headings; returns the row below them."""
        top = [(book.notice, "notice"), (sheet.title, "title"), *((line, "lead") for line in sheet.lead)]
        row = 0
        for text, style in top:
            if text:
                self._put(row, 0, text, self.styles[style])
                row += 1
        row += 1
        if not sheet.has_headings:
            return row
        if sheet.groups:
            self._groups(sheet, row)
            row += 1
        for place, column in enumerate(sheet.columns):
            self._put(row, place, column.title, self.styles["head"])
        self.worksheet.freeze_panes(row + 1, sheet.fixed)
        self.worksheet.repeat_rows(row)
        return row + 1

    def _groups(self, sheet: Sheet, row: int) -> None:
        """Write the group headings into single cells: merged cells break filters and screen readers."""
        place = 0
        for group in sheet.groups:
            for column in range(place, place + group.columns):
                text = group.title if column == place else ""
                if group.title:
                    self.worksheet.write(row, column, text or None, self.styles["group"])
            place += group.columns

    def _rows(self, sheet: Sheet, row: int) -> int:
        """Write the rows from this one on; returns the last."""
        styles, put = self.styles, self._put
        usual = [styles[column.style] for column in sheet.columns]
        for cells in sheet.rows:
            for place, cell in enumerate(cells):
                if isinstance(cell, tuple):
                    put(row, place, cell[0], styles[cell[1]])
                elif cell is not None:
                    put(row, place, cell, usual[place])
            row += 1
        return row - 1

    def _put(self, row: int, column: int, value: Value, style: Format) -> None:
        page = self.worksheet
        if isinstance(value, str):
            page.write_string(row, column, cell_text(value), style)
        elif isinstance(value, bool):
            page.write_boolean(row, column, value, style)
        elif isinstance(value, (float, int, Decimal)):
            page.write_number(row, column, float(value), style)
        elif isinstance(value, date):
            if isinstance(value, datetime) and is_aware(value):
                value = localtime(value).replace(tzinfo=None)  # a spreadsheet has no time zone
            page.write_datetime(row, column, value, style)
        elif isinstance(value, SheetLink):
            where = self.names[value.sheet].replace("'", "''")
            page.write_url(row, column, f"internal:'{where}'!A1", self.styles["link"], value.text)
        else:
            page.write_blank(row, column, None, style)


def cell_text(text: str) -> str:
    """The text as a cell holds it: nothing unseen, and no longer than a cell takes."""
    if not text.isprintable():  # quick, and true of most
        text = _UNSEEN.sub("", text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _page_text(text: str) -> str:
    """A text for the head or foot of a printed page, where an ampersand commands."""
    return cell_text(text)[:100].replace("&", "&&")
