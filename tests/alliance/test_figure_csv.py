"""Figures as CSV: whatever is written comes back as it was."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import DrawFn, booleans, composite, decimals, from_regex, none, sampled_from, text

from alliance.enums import FigureStatus
from alliance.figure_csv import COLUMNS, read_figure_csv, write_figure_csv
from alliance.figure_fields import DEFAULTS, FIELDS, FigurePlace, FigureValues, ValueKind
from portal.kernel.errors import DomainError

# what the portal stores: no control characters but line ends; formulas, separators, quotation marks and apostrophes
TEXTS = text("=+-@'\";,\n\té я1", max_size=12)
NUMBERS = none() | decimals(min_value=-(10**9), max_value=10**9, places=6)
CELLS: dict[ValueKind, Any] = {
    ValueKind.STATUS: sampled_from(FigureStatus.values),
    ValueKind.NUMBER: NUMBERS,
    ValueKind.FLAG: booleans(),
    ValueKind.CHOICE: from_regex(r"[a-z]{0,8}", fullmatch=True),
    ValueKind.LINE: TEXTS,
    ValueKind.TEXT: TEXTS,
}


@composite
def figure_values(draw: DrawFn) -> FigureValues:
    return FigureValues(**{name: draw(CELLS[spec.kind]) for name, spec in FIELDS.items()})


def values_of(row: dict[str, Any]) -> FigureValues:
    """The row as the API reads it."""
    values = {name: row[name] for name in FIELDS if name in row}
    numbers = {name: Decimal(values[name]) for name in values if FIELDS[name].kind == ValueKind.NUMBER}
    return FigureValues(**{**DEFAULTS, **values, **numbers})


@settings(max_examples=200, deadline=None)
@given(
    values=figure_values(),
    service=sampled_from([None, "aurora-kids"]),
    cell=sampled_from(["", "harm=grooming"]),
    language=sampled_from(["", "en", "ru"]),
)
def test_a_figure_comes_back_as_it_was(
    values: FigureValues, service: str | None, cell: str, language: str
) -> None:
    place = FigurePlace("content-actioned", service, cell)

    [row] = read_figure_csv("".join(write_figure_csv([(place, values, 3)], language)))

    assert (row["indicator"], row["service"], row.get("cell", ""), row["version"]) == (*place, 3)
    assert values_of(row) == values


def test_the_columns_are_the_place_the_fields_and_the_version() -> None:
    header = next(iter(write_figure_csv([])))

    assert header.strip().split(",") == list(COLUMNS) == ["indicator", "service", "cell", *FIELDS, "version"]


def test_a_reader_of_russian_gets_semicolons_and_commas_before_decimals() -> None:
    values = FigureValues(value=Decimal("12.5"))

    lines = "".join(write_figure_csv([(FigurePlace("moderators", None), values, 1)], "ru")).splitlines()

    cells = dict(zip(*(line.split(";") for line in lines), strict=True))
    assert (cells["indicator"], cells["value"], cells["version"]) == ("moderators", "12,5", "1")


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1,2340", "1.234"),
        ("0,125", "0.125"),
        ("1 234,5", "1234.5"),
        ("12.5", "12.5"),
        ("1,234,567", "1234567"),
    ],
)
def test_a_comma_begins_decimals_where_it_separates_no_cells(separator: str, typed: str, read: str) -> None:
    [row] = read_figure_csv(f"indicator{separator}value\nmoderators{separator}{typed}\n")

    assert row["value"] == read


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_number_in_two_ways_is_refused_by_its_place(separator: str) -> None:
    """As a spreadsheet in Russian writes 1.234, and one in English 1234."""
    lines = [["indicator", "cell", "value"], ["moderators", "", "12"], ["moderators", "a=b", "1,234"]]

    with pytest.raises(DomainError, match="Row 3, column “value”: “1,234” can be read in two ways"):
        read_figure_csv("\n".join(separator.join(line) for line in lines))


@pytest.mark.parametrize("line", ["sep=;\n", '"sep=;"\r\n', "SEP=;;;\r\n"])
def test_a_line_of_excel_says_what_separates_the_cells(line: str) -> None:
    assert read_figure_csv(f"{line}indicator;value\nmoderators;5,5\n") == [
        {"service": None, "indicator": "moderators", "value": "5.5"}
    ]


def test_no_number_is_written_that_can_be_read_in_two_ways() -> None:
    values = FigureValues(value=Decimal("1.234"), numerator=Decimal("-12.345"))

    lines = "".join(write_figure_csv([(FigurePlace("moderators", None), values, 1)], "ru")).splitlines()

    cells = dict(zip(*(line.split(";") for line in lines), strict=True))
    assert (cells["value"], cells["numerator"]) == ("1,2340", "-12,3450")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_trailing_empty_columns_are_ignored_and_filled_ones_refused(
    separator: str,
) -> None:
    """A spreadsheet writes every column that was ever touched."""
    text = "indicator,value, ,\nmoderators,5,,\nhours,6\ndays,7,,,,\n".replace(",", separator)
    assert [row["value"] for row in read_figure_csv(text)] == ["5", "6", "7"]
    with pytest.raises(DomainError, match="Row 3 has more cells than the header"):
        read_figure_csv("indicator,value,,\nmoderators,5,,\nhours,6,,x\n".replace(",", separator))
    with pytest.raises(DomainError, match="The file is empty"):
        read_figure_csv(" , ,\nmoderators,5,\n".replace(",", separator))
