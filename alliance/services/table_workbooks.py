"""The sheet of somebody's own workbook as rows of text, with remarks on all that is not as it looks."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

from django.utils.functional import Promise

from alliance.services.form_sheets import SHEET_OF_FORM, is_sheet_of_form
from alliance.services.upload_reading import column_name, date_text, number_text
from alliance.validators.foreign_tables import (
    MAX_CELLS,
    MAX_ROWS,
    NO_RESULT,
    Merged,
    ReadTable,
    TableFacts,
    TableSource,
    bounded,
    refuse_large_table,
)
from portal.kernel.errors import DomainError
from portal.kernel.files.uploads import WorkbookCell, WorkbookSheet, read_workbook
from portal.kernel.text import format_figure, worded_later
from portal.kernel.text import sentence as _

_MOST_NAMED, _MOST_SHEETS = 12, 5
_LIKE_THOUSANDS = re.compile(r"-?\d{1,3}\.\d{3}")
_Texts = Mapping[tuple[int, int], str]  # by row from 1 and column from 0


def read_table_workbook(content: bytes, source: TableSource) -> ReadTable:
    """The sheet of the name in `source`, else the first that shows anything; the others are named in a remark.

    Hidden rows and columns are left empty unless `source` asks for them: what is read keeps its address. Raises
    DomainError for a workbook that cannot be read, and where nothing is left to read.
    """
    sheets = read_workbook(content, rows=MAX_ROWS, cells=MAX_CELLS, sheet=source.sheet)
    shown = [each for each in sheets if not each.is_hidden]
    sheet = next((each for each in shown if each.rows), None)
    if sheet is None:
        raise DomainError(_("The file is empty."))
    merged, covered = _merged(sheet)
    everything = {
        (number, column): text
        for number, cells in sheet.rows.items()
        for column, cell in cells.items()
        if (number, column) not in covered and (text := _text(cell))
    }
    if not source.hidden:
        merged = _with_texts_shown(merged, sheet, everything)
    hidden = {
        (row, column)
        for row, column in everything
        if row in sheet.hidden_rows or column in sheet.hidden_columns
    }
    texts = {place: text for place, text in everything.items() if source.hidden or place not in hidden}
    if not texts:
        message = _(
            "All that the sheet “%(name)s” holds is hidden. Show it in the spreadsheet, and upload it again."
        )
        raise DomainError(message % {"name": sheet.name[:40]}, field="file")
    height = max(row for row, _column in texts)
    width = max(column + 1 for _row, column in texts)
    refuse_large_table(height, width)  # before the gaps between its cells are filled
    rows = [[texts.get((row, column), "") for column in range(width)] for row in range(1, height + 1)]
    others = [each for each in sheets if each is not sheet]
    merged = [each for each in merged if (each.top, each.left) in texts]
    remarks = [
        *([SHEET_OF_FORM] if is_sheet_of_form(everything.values()) else []),
        *_sheet_remarks(sheet, others),
        *_hidden_remarks(sheet, everything, is_read=source.hidden),
        *_formula_remarks(sheet, texts),
        *_merged_remarks(merged),
    ]
    facts = TableFacts(merged, is_workbook=True, has_hidden=bool(hidden))
    names = [each.name for each in shown]
    return ReadTable(
        bounded(rows), TableSource(sheet=sheet.name, hidden=source.hidden), names, remarks, facts
    )


def _merged(sheet: WorkbookSheet) -> tuple[list[Merged], Collection[tuple[int, int]]]:
    """The merged ranges that hold something, and the cells in them that nobody sees: all but the first of each."""
    bottom = max(sheet.rows, default=0)
    right = max((column for cells in sheet.rows.values() for column in cells), default=0)
    ranges, covered = [], set[tuple[int, int]]()
    for top, left, last_row, last_column in sheet.merged:
        if left not in sheet.rows.get(top, {}):
            continue
        ends = min(last_row, bottom), min(last_column, max(right, left))
        if (ends[0] - top + 1) * (ends[1] - left + 1) + len(covered) > MAX_CELLS:
            refuse_large_table(bottom, right + 1)
            raise DomainError(_("Merged cells of this sheet overlap. Undo the merges."), field="file")
        # a merged header may reach beyond the last column with a text
        ranges.append(Merged(top, left, last_row, last_column))
        covered |= {(row, column) for row in range(top, ends[0] + 1) for column in range(left, ends[1] + 1)}
        covered.discard((top, left))
    return ranges, covered


def _with_texts_shown(
    merged: Sequence[Merged], sheet: WorkbookSheet, texts: dict[tuple[int, int], str]
) -> list[Merged]:
    """Each range from the first of its cells that is shown on, to which its text is moved: there a reader sees it.

    A range that is hidden altogether stays as it is.
    """
    bottom, right = (max(ends, default=0) for ends in zip(*texts, strict=True)) if texts else (0, 0)
    ranges = []
    for each in merged:
        rows = range(each.top, min(each.bottom, bottom) + 1)
        columns = range(each.left, min(each.right, right) + 1)
        top = next((row for row in rows if row not in sheet.hidden_rows), None)
        left = next((column for column in columns if column not in sheet.hidden_columns), None)
        first = each.top, each.left
        if top is None or left is None or first not in texts:
            ranges.append(each)
            continue
        texts[top, left] = texts.pop(first)
        if (top, left) != (each.bottom, each.right):
            ranges.append(each._replace(top=top, left=left))
    return ranges


def _text(cell: WorkbookCell) -> str:
    """The cell as it is shown: a share as per cent, a date as a date, which is no number. A number has a point."""
    if cell.has_no_result:
        return NO_RESULT
    if cell.kind == "d":
        return date_text(cell.text)
    if cell.kind not in ("n", "p"):
        return cell.text.strip()
    try:
        text = number_text(cell)
    except DomainError:
        return cell.text.strip()
    number, percent = text.removesuffix("%"), "%" if text.endswith("%") else ""
    # so that three decimals are never taken for thousands
    return f"{number}0{percent}" if _LIKE_THOUSANDS.fullmatch(number) else text


# --- What is not as it looks -----------------------------------------------------------------


def _sheet_remarks(sheet: WorkbookSheet, others: Sequence[WorkbookSheet]) -> list[Promise]:
    shown = [each for each in others if not each.is_hidden]
    hidden = [each for each in others if each.is_hidden]
    remarks: list[Promise] = []
    if shown:
        message = _("The sheet “%(name)s” was read; these were not: %(names)s.")
        remarks.append(message % {"name": sheet.name[:40], "names": _sheet_names(shown)})
    if hidden:
        remarks.append(_("Hidden sheets were not read: %(names)s.") % {"names": _sheet_names(hidden)})
    return remarks


def _sheet_names(sheets: Sequence[WorkbookSheet]) -> Promise:
    names = [_("“%(word)s”") % {"word": each.name[:40]} for each in sheets[:_MOST_SHEETS]]
    return worded_later(lambda: ", ".join(map(str, names)))


def _hidden_remarks(sheet: WorkbookSheet, texts: _Texts, *, is_read: bool) -> list[Promise]:
    """Rows and columns that hold something and are hidden, by number and letter."""
    rows = _runs({row for row, _column in texts} & {*sheet.hidden_rows}, str)
    columns = _runs({column for _row, column in texts} & {*sheet.hidden_columns}, column_name)
    remarks: list[Promise] = []
    if rows:
        message = (
            _("Hidden rows, read all the same: %(rows)s.")
            if is_read
            else _("Hidden rows, not read: %(rows)s.")
        )
        remarks.append(message % {"rows": _listed(rows)})
    if columns:
        message = (
            _("Hidden columns, read all the same: %(columns)s.")
            if is_read
            else _("Hidden columns, not read: %(columns)s.")
        )
        remarks.append(message % {"columns": _listed(columns)})
    return remarks


def _formula_remarks(sheet: WorkbookSheet, texts: _Texts) -> list[Promise]:
    formulas = sorted(
        (row, column)
        for row, cells in sheet.rows.items()
        for column, cell in cells.items()
        if cell.is_formula and (row, column) in texts
    )
    computed = [_address(row, column) for row, column in formulas if texts[row, column] != NO_RESULT]
    empty = [_address(row, column) for row, column in formulas if texts[row, column] == NO_RESULT]
    remarks: list[Promise] = []
    if computed:
        message = _("Cells with a formula, of which the last result was read: %(cells)s.")
        remarks.append(message % {"cells": _listed(computed)})
    if empty:
        message = _(
            "Cells with a formula that was never computed: %(cells)s. "
            "Open the file in a spreadsheet program, save it, and upload it again."
        )
        remarks.append(message % {"cells": _listed(empty)})
    return remarks


def _merged_remarks(merged: Sequence[Merged]) -> list[Promise]:
    names = [f"{_address(each.top, each.left)}:{_address(each.bottom, each.right)}" for each in merged]
    message = _("Merged cells: %(cells)s. A name is that of all of them; a value stands in the first alone.")
    return [message % {"cells": _listed(names)}] if names else []


def _address(row: int, column: int) -> str:
    return f"{column_name(column)}{row}"


def _runs(numbers: Iterable[int], name: Callable[[int], str]) -> list[str]:
    """The numbers by name, those that follow one another as one: 3, 7–9."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [name(first) if first == last else f"{name(first)}–{name(last)}" for first, last in runs]


def _listed(names: Sequence[str]) -> str | Promise:
    """The first names, and how many more."""
    text = ", ".join(names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    if more <= 0:
        return text
    return _("%(names)s and %(n)s more") % {"names": text, "n": worded_later(partial(format_figure, more))}
