"""Tables of other people's programs: encodings, separators, how numbers are written, where headers end."""

import tracemalloc
from decimal import Decimal

import pytest

from alliance.validators.foreign_tables import (
    ForeignNumber,
    NumberStyle,
    TableSource,
    decode_table,
    guess_style,
    parse_foreign_number,
)
from alliance.validators.table_guesses import guess_plan, shape_of, table_blocks
from alliance.validators.table_plans import ColumnRole, TableBlock, TablePlan
from portal.kernel.errors import DomainError

POINT, COMMA = NumberStyle.POINT, NumberStyle.COMMA
TABLE = "Показатель;Аврора Дети;Аврора Эфир\nУдалено;1 234;5\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (TABLE.encode("utf-8-sig"), "utf-8"),
        (TABLE.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.encode("cp1251"), "cp1251"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(content: bytes, encoding: str) -> None:
    table = decode_table(content)
    assert table.source == TableSource(encoding, ";")
    assert table.rows == [["Показатель", "Аврора Дети", "Аврора Эфир"], ["Удалено", "1 234", "5"]]


def test_a_line_of_excel_says_the_separator_and_is_no_row() -> None:
    table = decode_table(f"sep=;\r\n{TABLE}".encode("cp1251"))
    assert (table.source, table.rows[0][0]) == (TableSource("cp1251", ";"), "Показатель")
    assert decode_table(table.text.encode(), TableSource(separator=",")).rows[0] == [TABLE.splitlines()[0]]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_that_parts_most_rows(separator: str) -> None:
    lines = [["name", "a", "b"], ["x", '"1,5"', "2"], ["y", "3", "4"]]
    table = decode_table("\n".join(separator.join(line) for line in lines).encode())
    assert table.source.separator == separator
    assert [len(row) for row in table.rows] == [3, 3, 3]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"a\0b,1\n", b"\x89PNG\r\n\x98\x00"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(DomainError):
        decode_table(content)


@pytest.mark.parametrize("end", ["\n", "\r", ",,\r\n"])
def test_rows_without_a_text_take_no_memory(end: str) -> None:
    content = b"name,a\nx,1\n" + end.encode() * 300_000
    tracemalloc.start()

    table = decode_table(content)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert table.rows == [["name", "a"], ["x", "1"]]
    assert peak < 12 * len(content) + 1_000_000


@pytest.mark.parametrize(
    "content",
    [
        "a,1\r" * 200_000,
        "a\n" + "\n" * 20_000 + "a,1\n",
        "," * 70 + "a\n",
        ",".join("a" * 50) + "\na" * 4_000,
    ],
    ids=["carriage returns", "a gap", "columns", "cells"],
)
def test_a_table_beyond_the_limits_is_refused_at_the_first_row_too_many(content: str) -> None:
    with pytest.raises(DomainError, match="20,000 rows, 60 columns and 200,000 cells"):
        decode_table(content.encode())


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("20,800,000", POINT, "20800000"),
        ("1 234.5", POINT, "1234.5"),
        ("1\u00a0234,5", COMMA, "1234.5"),
        ("1\u202f234", COMMA, "1234"),
        ("1.234,5", COMMA, "1234.5"),
        ("1.234", COMMA, "1234"),
        ("1,234", COMMA, "1.234"),
        ("\u2212 12", POINT, "-12"),
        ("99.5%", POINT, "99.5"),
        ("99,5 %", COMMA, "99.5"),
        ("1\u2009234\u2009567", POINT, "1234567"),
        ("1’234.5", POINT, "1234.5"),
    ],
)
def test_a_number_is_read_as_its_file_writes_numbers(text: str, style: NumberStyle, value: str) -> None:
    assert parse_foreign_number(text, style) == ForeignNumber(Decimal(value))


def test_a_rounded_number_is_an_estimate_between_its_bounds() -> None:
    assert parse_foreign_number("1,2 млн", COMMA) == ForeignNumber(
        Decimal(1200000), True, Decimal(1150000), Decimal(1250000)
    )
    assert parse_foreign_number("~5 000", COMMA) == ForeignNumber(Decimal(5000), True)
    assert parse_foreign_number("~ 1 200", COMMA) == ForeignNumber(Decimal(1200), True)
    thousand = ForeignNumber(Decimal(1200), True, Decimal(1150), Decimal(1250))
    assert [parse_foreign_number(text, POINT) for text in ("1.2 k", "1.2K", "~ 1.2 k")] == [thousand] * 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (">1000", "is a bound"),
        ("<5", "is a bound"),
        ("не более 5", "is a bound"),
        ("1,000+", "is a bound"),
        ("1.234,5", "does not fit"),
        ("1,23,4", "does not"),
        ("12 34", "does not fit"),
        ("8 800 555 35 35", "does not fit"),
        ("2026-02-01", "is a date"),
        ("1.2.2026", "is a date"),
        ("=?", "was never computed"),
    ],
)
def test_what_cannot_be_a_value_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        parse_foreign_number(text, POINT)


@pytest.mark.parametrize("text", ["", "yes", "--", "n/a", "Child Safety", "2.1.3 Spam"])
def test_words_are_no_numbers(text: str) -> None:
    assert parse_foreign_number(text, POINT) is None


def test_how_numbers_are_written_is_told_from_those_that_are_clear() -> None:
    assert guess_style([["1,234", "20,800,000"], ["1.5", "2"]]) == POINT
    assert guess_style([["1 234,5", "7"], ["1.234.567", "2"]]) == COMMA
    assert guess_style([["1 234", "1,2 млн"]]) == COMMA


def test_a_number_of_a_workbook_has_a_point_however_its_texts_are_written() -> None:
    assert parse_foreign_number("84.5", COMMA, is_workbook=True) == ForeignNumber(Decimal("84.5"))
    assert parse_foreign_number("1.234", COMMA, is_workbook=True) == ForeignNumber(Decimal(1234))
    with pytest.raises(DomainError, match="does not fit"):
        parse_foreign_number("84.5", COMMA)
    assert guess_style([["84.5", "1.2340"], ["1 234,5", "7"]], is_workbook=True) == COMMA


# --- The shapes of disclosures: apparebit/diaphanous, Apache-2.0 ------------------------------

LONG = [
    ["app", "policy_area", "metric", "period", "value"],
    ["Facebook", "Spam", "Content Actioned", "2023Q3", "20,800,000"],
    ["Facebook", "Spam", "Content Actioned", "2023Q4", "21,000,000"],
    ["Instagram", "Spam", "Content Actioned", "2023Q4", "1,500"],
]
WIDE = [
    ["Warns", "", "", ""],
    ["", "", "", ""],
    ["Warns", "Individual Accounts Warned", "Servers Warned", "Server Member Warnings"],
    ["Child Safety", "2,018", "99", "67,862"],
    ["Violent Extremism", "--", "--", "--"],
    ["", "", "", ""],
    ["Total:", "2,018", "99", "67,862"],
]


def test_a_long_table_has_names_beside_and_one_period() -> None:
    plan = guess_plan(LONG)
    name = ColumnRole.NAME
    assert plan.roles == [name, name, name, ColumnRole.ONLY, ColumnRole.VALUE]
    assert (plan.first_row, plan.headers, plan.style, plan.only) == (1, 1, POINT, {3: ("2023Q4",)})
    assert [cell.text for cell in plan.cells(LONG)] == ["21,000,000", "1,500"]


def test_a_wide_table_below_a_title_has_its_header_row() -> None:
    plan = guess_plan(WIDE)
    assert (plan.first_row, plan.headers) == (3, 1)
    assert {name.text for name in plan.all_names(WIDE)} >= {"Servers Warned", "Child Safety", "Total:"}


SEVERAL = [
    *WIDE,
    ["", "", "", ""],
    ["Appeals", "", "", ""],
    ["", "", "", ""],
    ["Category", "Appeals", "% granted", ""],
    ["Child Safety", "14,334", "0.80%", ""],
    ["", "", "", ""],
    ["Second half", "", "", ""],
    ["Spam", "7", "1%", ""],
    ["* without bots", "", "", ""],
]


def test_tables_below_one_another_are_told_by_their_headers() -> None:
    """A sum and a section after an empty row belong to the table above."""
    assert table_blocks(SEVERAL) == [TableBlock(1, 7, "Warns"), TableBlock(9, 16, "Appeals")]
    first, second = guess_plan(SEVERAL), guess_plan(SEVERAL, first_row=9)
    assert (first.first_row, first.headers, first.last_row) == (3, 1, 7)
    assert (second.first_row, second.headers, second.last_row) == (11, 1, 0)
    assert [cell.text for cell in second.cells(SEVERAL)] == ["14,334", "0.80%", "7", "1%"]
    assert [len(table_blocks(rows)) for rows in (LONG, WIDE)] == [1, 1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("rows", [LONG, SEVERAL], ids=["long", "several"])
def test_the_layouts_of_disclosures_are_read_alike_as_a_spreadsheet_in_russian_saves_them(
    rows: list[list[str]], encoding: str
) -> None:
    written = [[cell.replace("Spam", "Спам") for cell in row] for row in rows]
    table = decode_table("\n".join(";".join(row) for row in written).encode(encoding))

    assert table.source == TableSource(encoding.removesuffix("-sig"), ";")
    assert table.rows == written
    assert table_blocks(table.rows) == table_blocks(rows)
    assert guess_plan(table.rows).style == POINT


def test_a_header_that_spans_columns_names_each_of_them() -> None:
    rows = [
        ["", "Aurora Kids", "", "Aurora Live", ""],
        ["", "Q1", "Q2", "Q1", "Q2"],
        ["Removed", "1", "2", "3", "4"],
    ]
    plan = guess_plan(rows)
    names = [[name.text for name in cell.names] for cell in plan.cells(rows)]
    assert names[1] == ["Aurora Kids", "Q2", "Removed"]
    assert names[3] == ["Aurora Live", "Q2", "Removed"]


def test_a_plan_is_kept_as_data_and_known_by_the_shape_of_its_file() -> None:
    plan = guess_plan(LONG)
    assert TablePlan.from_json(plan.to_json()) == plan
    later = [LONG[0], ["Threads", "Spam", "Content Actioned", "2024Q1", "3"]]
    assert shape_of(later) == shape_of(LONG) != shape_of(WIDE)
