"""A report's form that was filled in, read back: is it the right one, and what does it propose."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise

from alliance.figure_fields import FIELDS, FigurePlace, ValueKind
from alliance.models import Report
from alliance.report_proposals import CellRefusal, Proposal
from alliance.services import form_layout as layout
from alliance.services.upload_reading import (
    FileReading,
    ReadFile,
    column_name,
    date_text,
    figure_proposal,
    number_text,
)
from alliance.validators.cell_texts import folded, spreadsheet_error
from alliance.validators.numbers import ANY_LANGUAGE
from portal.kernel import clock
from portal.kernel.documents.workbooks import COLUMN_MARK, FACTS_SHEET
from portal.kernel.errors import DomainError
from portal.kernel.files.uploads import WorkbookCell, WorkbookSheet, read_workbook
from portal.kernel.text import LANGUAGES, clean_text, whole_number, worded_later
from portal.kernel.text import sentence as _

_HEAD_ROWS = 20  # in which the keys of the columns stand
_TEXTS = (ValueKind.LINE, ValueKind.TEXT)
_MERGED = _("This cell is merged with others. Undo the merge, so that each has its own answer.")
_LANGUAGE_WORDS = {"english": "en", "английский": "en", "russian": "ru", "русский": "ru"}


def read_form(reading: FileReading) -> ReadFile:
    """What a form proposes. Raises DomainError for a form of something else, and for a file that is no form."""
    sheets = read_workbook(reading.content, rows=layout.MAX_ROWS, cells=layout.MAX_CELLS)
    facts = _facts(sheets)
    _refuse_another_form(facts, reading.frame.report)
    if facts.get(layout.LANGUAGE) != reading.language:  # written by readers of more than one language
        reading = replace(reading, language=ANY_LANGUAGE)
    tables = [table for sheet in sheets if (table := _table(sheet)) is not None]
    if not tables or not all(map(_has_its_keys, tables)):
        message = _(
            "The sheets of this form have lost their hidden columns. Take the form again, and copy your answers."
        )
        raise DomainError(message)
    remarks: list[Promise] = [
        *filter(None, map(_lost_columns, tables)),
        *filter(None, map(_hidden_columns, tables)),
    ]
    remarks += [
        _(
            "The sheet “%(name)s” was not read: it has no hidden columns of the form. "
            "If it was a sheet of the form, take the form again and copy your answers over."
        )
        % {"name": sheet.name[:60]}
        for sheet in sheets
        if not sheet.is_hidden and sheet.rows and _table(sheet) is None
    ]
    proposals: list[Proposal] = []
    left_empty, rows = 0, [*_rows(tables)]
    reading.progress(0, len(rows), proposals)
    for count, (table, number) in enumerate(rows, 1):
        proposal = _FormRow(reading, table, number).proposal()
        if proposal is None:
            left_empty += 1
        else:
            proposals.append(proposal)
        if count % 500 == 0:
            reading.progress(count, len(rows), proposals)
    return ReadFile(proposals, _taken_at(facts), left_empty, remarks)


# --- Which form it is ------------------------------------------------------------------------


def _facts(sheets: list[WorkbookSheet]) -> Mapping[str, str]:
    sheet = next((sheet for sheet in sheets if sheet.name == FACTS_SHEET), None)
    rows = sheet.rows.values() if sheet else ()
    facts = {row[0].text: row[1].text for row in rows if 0 in row and 1 in row}
    if facts.get(layout.FORMAT) != layout.FORM_VERSION:
        message = _("This is not the form of a report: take the form here, and copy your answers into it.")
        raise DomainError(message)
    return facts


def _refuse_another_form(facts: Mapping[str, str], report: Report) -> None:
    """Three different mistakes, each with its own way out."""
    if facts.get(layout.ORGANISATION) != str(report.organisation_id):
        message = _("This form was made for %(name)s. Nothing was read from it: upload the form of %(own)s.")
        names = {"name": facts.get(layout.ORGANISATION_NAME, "?")[:100], "own": report.organisation.name}
        raise DomainError(message % names)
    if facts.get(layout.CYCLE) != report.cycle.slug:
        message = _(
            "This form is for %(cycle)s. Nothing was read from it: "
            "take the form for %(own)s and copy your answers over."
        )
        cycles = {"cycle": facts.get(layout.CYCLE_TITLE, "?")[:100], "own": report.cycle.title}
        raise DomainError(message % cycles)
    charter = report.charter
    if (facts.get(layout.CHARTER), facts.get(layout.CHARTER_VERSION)) != (charter.key, str(charter.version)):
        message = _(
            "This form asks what version %(version)s of the charter asks, and the report answers to version %(own)s. "
            "Nothing was read from it: take the form again and copy your answers over."
        )
        versions = {"version": facts.get(layout.CHARTER_VERSION, "?")[:10], "own": charter.version}
        raise DomainError(message % versions)


def _taken_at(facts: Mapping[str, str]) -> datetime:
    """When the form was made; one that names no moment of the past is refused."""
    try:
        taken_at = datetime.fromisoformat(facts.get(layout.TAKEN_AT, ""))
    except ValueError:
        taken_at = None
    if taken_at is None or taken_at.tzinfo is None or taken_at > clock.now() + timedelta(minutes=5):
        raise DomainError(
            _("The form does not say when it was taken. Take the form again, and copy your answers.")
        )
    return taken_at


# --- Its rows --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """The table of a sheet: where it begins, and which column has which key."""

    sheet: WorkbookSheet
    head: int
    columns: Mapping[str, int]
    merged: Mapping[
        tuple[int, int], int
    ]  # the cells of answers in merged ranges, with the first column of the range

    def is_label_over(self, row: int, name: str) -> bool:
        """Whether the cell of this column is merged with one to its left that holds no answer."""
        first = self.merged.get((row, self.columns[name]))
        return first is not None and first not in _answer_columns(self.columns)


def _table(sheet: WorkbookSheet) -> _Table | None:
    for number in sorted(sheet.rows)[:_HEAD_ROWS]:
        row = sheet.rows[number]
        mark = next((column for column, cell in row.items() if cell.text == COLUMN_MARK), None)
        if mark is not None:
            columns = {cell.text: column for column, cell in row.items() if cell.text in layout.COLUMNS}
            merged = _merged_cells(sheet, _answer_columns(columns))
            return _Table(sheet, number, {**columns, "key": mark}, merged)
    return None


def _answer_columns(columns: Mapping[str, int]) -> frozenset[int]:
    """Those in which answers stand, and what belongs to them."""
    return frozenset(columns[name] for name in (layout.ANSWER, *layout.FIELD_COLUMNS) if name in columns)


def _has_its_keys(table: _Table) -> bool:
    """Whether the columns without which answers would be lost, or put elsewhere, are there, and none twice."""
    marks = [cell.text for cell in table.sheet.rows[table.head].values() if cell.text in layout.COLUMNS]
    return {*layout.HIDDEN, layout.ANSWER} <= table.columns.keys() and len(marks) == len(set(marks))


def _lost_columns(table: _Table) -> Promise | None:
    """The remark on columns that somebody has deleted; None where all are there."""
    missing_columns = [FIELDS[name].heading for name in layout.FIELD_COLUMNS if name not in table.columns]
    message = _("The sheet “%(name)s” has lost columns, of which nothing was read: %(columns)s.")
    columns = worded_later(lambda: ", ".join(map(str, missing_columns)))
    return message % {"name": table.sheet.name[:60], "columns": columns} if missing_columns else None


def _hidden_columns(table: _Table) -> Promise | None:
    """The remark on columns with answers that somebody has hidden; they are read. None where there are none."""
    numbers = {
        name: table.columns[name] for name in (layout.ANSWER, *layout.FIELD_COLUMNS) if name in table.columns
    }
    below = [cells for row, cells in table.sheet.rows.items() if row > table.head + 1]
    hidden = [
        _("Answer") if name == layout.ANSWER else FIELDS[name].heading
        for name, number in numbers.items()
        if number in table.sheet.hidden_columns and any(number in cells for cells in below)
    ]
    message = _("The sheet “%(name)s” has hidden columns, which were read all the same: %(columns)s.")
    columns = worded_later(lambda: ", ".join(map(str, hidden)))
    return message % {"name": table.sheet.name[:60], "columns": columns} if hidden else None


def _merged_cells(sheet: WorkbookSheet, columns: Collection[int]) -> Mapping[tuple[int, int], int]:
    """Each cell of these columns in a merged range, with the first column of the range.

    Also those that nobody sees: a spreadsheet may keep what stood there. Raises DomainError for ranges that overlap.
    """
    rows, merged = sorted(sheet.rows), dict[tuple[int, int], int]()
    for top, left, bottom, right in sheet.merged:
        cells = [
            (row, column)
            for column in columns
            if left <= column <= right
            for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
        ]
        if not merged.keys().isdisjoint(cells):
            raise DomainError(_("Merged cells of this sheet overlap. Undo the merges."))
        merged |= dict.fromkeys(cells, left)
    return merged


def _rows(tables: list[_Table]) -> Iterator[tuple[_Table, int]]:
    """The rows that have a key, and those that have lost it and say something."""
    for table in tables:
        speaking = {table.columns["key"], *_answer_columns(table.columns)}
        for number in sorted(table.sheet.rows):
            if number > table.head + 1 and speaking & table.sheet.rows[number].keys():
                yield table, number


class _FormRow:
    """One row of the form."""

    def __init__(self, reading: FileReading, table: _Table, number: int) -> None:
        self._reading, self._table, self._number = reading, table, number
        self._cells = table.sheet.rows[number]
        self._refusals: list[CellRefusal] = []

    def proposal(self) -> Proposal | None:
        """What the row proposes; None where it is left empty."""
        key, version = self._text("key"), self._text("version")
        names = [self._text(name) for name in ("measure", *layout.LABELS)]
        others: dict[str, Any] = {
            "label": ", ".join(filter(None, names))[:300],
            "version": whole_number(version, digits=9),
            "is_hidden": self._table.sheet.is_hidden or self._number in self._table.sheet.hidden_rows,
        }
        try:
            place, narrative, pledge = layout.parse_key(key)
        except DomainError:
            if not self._says_something():
                return None
            reason = (
                _("The hidden key of this row was changed. Take the form again, and copy your answers.")
                if key
                else _(
                    "This row is not one of the form, or its hidden key was emptied. "
                    "Enter the answer in its row of the form, or take the form again."
                )
            )
            return Proposal(refusals=[self._refused_row(reason)], **others)
        if self._table.is_label_over(self._number, layout.ANSWER):
            return Proposal(refusals=[self._refused_row(_MERGED)], **others)
        if self._text("labels") != layout.labels_digest([self._text(name) for name in layout.LABELS]):
            reason = _(
                "What this row shows does not belong to its hidden key: part of its columns was sorted or pasted. "
                "Take the form again, and copy your answers."
            )
            refusal = self._refused_row(reason)
            return Proposal(refusals=[refusal], **others) if self._says_something() else None
        if place is None:
            return self._text_proposal(narrative, pledge, others)
        return self._figure_proposal(place, others)

    def _figure_proposal(self, place: FigurePlace, others: Mapping[str, Any]) -> Proposal | None:
        indicator = self._reading.frame.indicator(place.indicator)
        cells = {}
        for name in (layout.ANSWER, *layout.FIELD_COLUMNS):
            if (text := self._field_text(name)) is not None:
                field = "choice" if name == layout.ANSWER and indicator and indicator.choices else name
                cells[field] = (self._address(name), text)
        if not cells and not self._refusals:
            return None
        proposal = figure_proposal(self._reading, place, cells, **others)
        refusals = [*self._refusals, *proposal.refusals]
        addresses = proposal.addresses or {refusal.field: refusal.address for refusal in refusals}
        return Proposal(
            place=place, values=proposal.values, addresses=addresses, refusals=refusals, label=proposal.label,
            version=proposal.version, is_hidden=proposal.is_hidden,
        )  # fmt: skip

    def _text_proposal(self, narrative: str, pledge: str, others: Mapping[str, Any]) -> Proposal | None:
        text = self._field_text(layout.ANSWER, is_text=True)
        if text is None and not self._refusals:
            return None
        values = {"text": text or ""}
        language = folded(self._text("language"))
        if language:
            code = _LANGUAGE_WORDS.get(language, language)
            if code in LANGUAGES:
                values["language"] = code
        return Proposal(
            narrative=narrative, pledge=pledge, values=values, addresses={"text": self._address(layout.ANSWER)},
            refusals=self._refusals, **others,
        )  # fmt: skip

    def _field_text(self, name: str, *, is_text: bool = False) -> str | None:
        """The text of an answer; None where the cell is empty, or cannot be taken, which is noted."""
        column = self._table.columns.get(name)
        cell = self._cells.get(column) if column is not None else None
        if cell is None or (not cell.text.strip() and not cell.is_formula):
            return None
        is_text = is_text or (name in FIELDS and FIELDS[name].kind in _TEXTS)
        reason = self._reason_against(name, cell)
        if not reason:
            try:
                return _plain_text(cell, is_text=is_text)
            except DomainError as refusal:
                reason = refusal.message
        field = "text" if is_text and name == layout.ANSWER else name
        text = date_text(cell.text) if cell.kind == "d" else cell.text
        self._refusals.append(CellRefusal(field, self._address(name), text[:200], reason))
        return None

    def _reason_against(self, name: str, cell: WorkbookCell) -> str | Promise:
        if (self._number, self._table.columns[name]) in self._table.merged:
            return _MERGED
        if cell.is_formula:
            return _("This cell has a formula. Copy it and paste it as a value.")
        if cell.kind == "d":
            return _(
                "This cell is formatted as a date or a time. Format it as a number or text, and enter the answer again."
            )
        if cell.kind == "e":
            return spreadsheet_error(cell.text).message
        return ""

    def _refused_row(self, reason: Promise) -> CellRefusal:
        """The row at the cell of its answer: that of its key is hidden."""
        return CellRefusal("", self._address(layout.ANSWER), self._text(layout.ANSWER)[:200], reason)

    def _says_something(self) -> bool:
        names = (layout.ANSWER, *layout.FIELD_COLUMNS)
        return any(self._text(name).strip() for name in names)

    def _text(self, name: str) -> str:
        column = self._table.columns.get(name)
        cell = self._cells.get(column) if column is not None else None
        return cell.text if cell else ""

    def _address(self, name: str) -> str:
        column = self._table.columns.get(name, 0)
        return f"{self._table.sheet.name}!{column_name(column)}{self._number}"


def _plain_text(cell: WorkbookCell, *, is_text: bool) -> str:
    """The cell as text."""
    if cell.kind in ("n", "p"):
        return number_text(cell)
    if cell.kind == "b":
        return "yes" if cell.text == "1" else "no"
    return clean_text(cell.text) if is_text else cell.text
