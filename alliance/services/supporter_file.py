"""From the bytes of a file of supporters to its rows, one after another: CSV and XLSX, columns by their headings."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from alliance.validators.foreign_tables import ENCODINGS, decode_text
from portal.kernel.errors import DomainError
from portal.kernel.text import split_separator_line

MAX_ROWS = 50_000
_MOST_SHEET_ROWS = 20_000  # a workbook that names more rows has not counted them
_MOST_BYTES = 5 * 1024 * 1024  # of a text that is written anew in UTF-8
_MAX_CELL = 1000
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("name", "organisation", "organization", "название", "наименование", "организация"),
    "kind": ("kind", "type", "вид", "тип"),
    "region": ("region", "регион", "область"),
    "town": ("town", "city", "город", "населённый пункт", "населенный пункт"),
    "website": ("website", "site", "url", "сайт"),
    "email": ("e-mail", "email", "mail", "почта", "электронная почта", "эл. почта"),
    "acceded_on": (
        "acceded on",
        "acceded",
        "date",
        "accession date",
        "date of accession",
        "дата",
        "дата присоединения",
    ),
    "signatory": ("signatory", "signed by", "подписант", "фио", "кто подписал"),
    "office": ("office", "position", "должность"),
}
REQUIRED = ("name", "kind", "region", "email")
_BY_HEADING = {heading: column for column, headings in HEADINGS.items() for heading in headings}

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class SupporterFile:
    """The rows of a file with their numbers, read as they are asked for; headings that were not recognised."""

    rows: Iterator[tuple[int, Cells]]
    total: int  # rows at most, for the progress; 0 where the file does not tell
    left_columns: tuple[str, ...]


def write_supporter_workbook(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """An XLSX file whose first row holds the headings, as an import reads it; a text is never taken for a formula.

    Memory: the finished file and one row of it.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for cells in chain([header], rows):
        sheet.append([_text_cell(sheet, value) for value in cells])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _text_cell(sheet: Any, value: str | int) -> Any:
    if isinstance(value, int):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    return cell


def in_utf8(upload: UploadedFile) -> tuple[UploadedFile, str]:
    """The file, with how it was read: a CSV file of another encoding is written anew in UTF-8, else the word is empty.

    Raises DomainError for what is no text.
    """
    if not str(upload.name).lower().endswith(".csv") or (upload.size or 0) > _MOST_BYTES:
        return upload, ""
    content = upload.read()
    upload.seek(0)
    text, encoding = decode_text(content)
    if encoding == "utf-8" or "\0" in text:  # the check of all files has its own sentence for binary data
        return upload, ""
    return SimpleUploadedFile(str(upload.name), text.encode(), content_type="text/csv"), ENCODINGS[encoding]


def read_supporter_file(name: str, content: bytes) -> SupporterFile:
    """The rows of the file, empty ones left out.

    Raises DomainError where no table can be read, and for required columns that are missing. Memory: the file and one
    row of it.
    """
    is_workbook = name.lower().endswith(".xlsx")
    rows = _workbook_rows(content) if is_workbook else _csv_rows(content)
    heading = next(rows, None)
    if heading is None:
        raise DomainError(_("The file is empty."), field="file")
    columns = [_BY_HEADING.get(_plain_heading(cell), "") for cell in heading[1]]
    missing = [HEADINGS[column][0] for column in REQUIRED if column not in columns]
    if missing:
        message = _("These columns are missing: %(names)s. The first row holds the headings.")
        raise DomainError(message % {"names": ", ".join(missing)}, field="file")
    left = tuple(cell for cell, column in zip(heading[1], columns, strict=True) if cell and not column)
    total = _rows_of_workbook(content) if is_workbook else content.rstrip().count(b"\n")
    return SupporterFile(_by_column(rows, columns), total, left)


def _plain_heading(cell: str) -> str:
    """A heading as people and programs write it, in one way: `Acceded_On` is “acceded on”."""
    return " ".join(cell.lower().replace("_", " ").split())


def _by_column(rows: Iterable[tuple[int, list[str]]], columns: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    for number, values in rows:
        cells = dict.fromkeys(HEADINGS, "")
        for column, value in zip(columns, values, strict=False):
            if column and not cells[column]:
                cells[column] = value[:_MAX_CELL]
        yield number, cells


def _csv_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    separator, _rest = split_separator_line(first := text.readline())
    if not separator:
        text.seek(0)
        separator = max(";,\t", key=first.count)
    try:
        for number, values in enumerate(csv.reader(text, delimiter=separator), 1):
            cells = [value.strip() for value in values]
            if any(cells):
                yield number, cells
    except (csv.Error, UnicodeDecodeError) as error:
        raise DomainError(_("This is not a CSV file in UTF-8 encoding."), field="file") from error


def _rows_of_workbook(content: bytes) -> int:
    """How many rows the first sheet says it has below its headings; 0 where it does not say, or says it of a whole
    column.
    """
    workbook = load_workbook(io.BytesIO(content), read_only=True)
    try:
        last = workbook.worksheets[0].max_row or 0
    finally:
        workbook.close()
    return last - 1 if 1 < last <= _MOST_SHEET_ROWS else 0


def _workbook_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        for number, values in enumerate(workbook.worksheets[0].iter_rows(values_only=True), 1):
            cells = [_cell_text(value) for value in values]
            if any(cells):
                yield number, cells
    finally:
        workbook.close()


def _cell_text(value: object) -> str:
    """A cell as text; dates as ISO has them, whole numbers without their decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
