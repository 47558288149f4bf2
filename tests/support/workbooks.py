"""Workbooks, for tests: opened and read as a spreadsheet would read them."""

import io
import zipfile
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from portal.kernel.documents import Document
from tests.support.pdf_reports import bytes_of


def workbook_of(document: Document) -> Workbook:
    """The built document, opened."""
    return load_workbook(io.BytesIO(content_of(document)))


def content_of(document: Document) -> bytes:
    """The bytes of the built document."""
    document.refresh_from_db()
    assert document.state == "ready", document.error
    return bytes_of(document)


def everything_in(content: bytes) -> str:
    """Every letter of every part of the package: cells, names, charts, properties."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return " ".join(package.read(name).decode() for name in package.namelist())


def parts_of(content: bytes, folder: str) -> list[str]:
    """The parts of the package in a folder, such as its charts."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return [package.read(name).decode() for name in sorted(package.namelist()) if name.startswith(folder)]


def heading_row(sheet: Worksheet) -> int:
    """The row of the headings, which is the last one that stays visible."""
    assert sheet.freeze_panes is not None
    return int("".join(sign for sign in str(sheet.freeze_panes) if sign.isdigit())) - 1


def table_of(sheet: Worksheet) -> list[dict[str, Cell]]:
    """The rows below the headings, each cell under its heading."""
    top = heading_row(sheet)
    heads = [str(cell.value) for cell in sheet[top]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=top + 1)]


def values_of(sheet: Worksheet, *heads: str) -> list[tuple[Any, ...]]:
    """The values of some columns, row by row."""
    return [tuple(row[head].value for head in heads) for row in table_of(sheet)]
