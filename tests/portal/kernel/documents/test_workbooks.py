"""Workbooks: typed cells, names that every spreadsheet takes, nothing a formula, the same facts the same bytes."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from openpyxl import load_workbook

from portal.kernel.documents.workbooks import (
    Bars,
    Cell,
    Column,
    Series,
    Sheet,
    WorkbookContent,
    number_cell,
    sheet_names,
    write_workbook,
)
from portal.kernel.files import Spool, scratch_folder
from tests.support.workbooks import everything_in, parts_of, table_of

MADE = datetime(2026, 6, 30, 12, tzinfo=UTC)


def book(rows: Sequence[Sequence[Cell]], *, charts: Sequence[Bars] = (), notice: str = "") -> WorkbookContent:
    columns = [Column("Name", 20, "line"), Column("Value", 12, "number")]
    return WorkbookContent(
        "A book", "The portal", MADE, [Sheet("A sheet", "A sheet", columns, rows, charts=charts)], notice
    )


def cells(rows: Sequence[Sequence[Cell]]) -> list[dict[str, Any]]:
    return table_of(load_workbook(io.BytesIO(write_workbook(book(rows)))).worksheets[0])


@pytest.mark.parametrize(
    ("cell", "value", "format_"),
    [
        (number_cell(Decimal(1200)), 1200, "#,##0"),
        (number_cell(Decimal("12.5"), unit="hours"), 12.5, '#,##0.0##############"\u00a0hours"'),
        (number_cell(Decimal("81.3"), "share"), 0.813, "0.0#%"),
        (number_cell(Decimal(80), "share"), 0.8, "0%"),
        ((True, "truth"), True, "General"),
        ((date(2026, 6, 30), "date"), datetime(2026, 6, 30), "yyyy-mm-dd"),
        ((datetime(2026, 6, 30, 21, tzinfo=UTC), "moment"), datetime(2026, 7, 1), "yyyy-mm-dd hh:mm"),
    ],
)
def test_each_kind_of_value_is_what_it_is(cell: Cell, value: object, format_: str) -> None:
    (row,) = cells([["x", cell]])
    assert (row["Value"].value, row["Value"].number_format) == (value, format_)


@pytest.mark.parametrize(
    "typed", ["=1+1", "+7", "-7", "@SUM(A1)", "\t=1", "\r=1", "https://example.org", "12"]
)
def test_what_was_typed_stays_text(typed: str) -> None:
    content = write_workbook(book([[typed, None]]))
    (row,) = table_of(load_workbook(io.BytesIO(content)).worksheets[0])
    assert (row["Name"].data_type, row["Name"].hyperlink, "<f>" in everything_in(content)) in (
        ("s", None, False), ("inlineStr", None, False),
    )  # fmt: skip


def test_nothing_unseen_and_nothing_too_long_gets_into_a_cell() -> None:
    hidden, long = cells([["a\u202eb\x07c\ud800", None], ["x" * 40_000, None]])
    assert (hidden["Name"].value, len(long["Name"].value)) == ("abc", 32_767)


def test_names_of_sheets_are_safe_short_and_unique() -> None:
    long = "A very long chapter title that does not fit"
    names = sheet_names(["a/b: [c]?", long, long.upper(), "History", "'quoted'", "", "a b c"])
    assert names[:2] == ["a b c", "A very long chapter title…"]
    assert (max(map(len, names)) <= 31, len({name.casefold() for name in names})) == (True, len(names))
    assert [name for name in names if name.casefold() == "history" or name.startswith("'")] == []


def test_the_same_plan_gives_the_same_bytes() -> None:
    first, second = (write_workbook(book([["x", 1], ["y", Decimal("2.5")]])) for _ in range(2))
    assert first == second
    assert "2026-06-30T12:00:00Z" in everything_in(first)


def test_headings_stay_visible_are_filtered_and_repeated_in_print() -> None:
    sheet = load_workbook(
        io.BytesIO(write_workbook(book([["x", 1], ["y", 2]], notice="Not public")))
    ).worksheets[0]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B5", "A4:B6")
    assert (sheet["A1"].value, sheet["A2"].value) == ("Not public", "A sheet")
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$4:$4", "landscape")
    assert sheet.oddHeader.right.text == "&BNot public"


def test_a_chart_is_native_and_says_what_it_shows() -> None:
    bars = Bars("Values", "Bars of all values.", 0, [Series("Value", 1, "#083f4d")], 0, 1)
    content = write_workbook(book([["x", 1], ["y", 2]], charts=[bars]))
    (chart,) = parts_of(content, "xl/charts/chart")
    assert ("<c:barChart>" in chart, "'A sheet'!$B$4:$B$5" in chart) == (True, True)
    assert 'descr="Bars of all values."' in "".join(parts_of(content, "xl/drawings/drawing"))


def test_rows_wait_in_a_file_and_are_read_as_often_as_wanted() -> None:
    spool = Spool((number, Decimal(number), "x") for number in range(1_201))
    spool.append((1_201, Decimal(0), "y"))
    assert (len(spool), list(spool) == list(spool), list(spool)[1_201]) == (
        1_202,
        True,
        (1_201, Decimal(0), "y"),
    )


def test_what_is_being_made_lies_in_the_data_folder_and_is_gone_afterwards() -> None:
    with scratch_folder() as folder:
        (folder / "part").write_text("x")
        assert folder.is_relative_to(Path(settings.DATA_DIR))
    assert not folder.exists()
