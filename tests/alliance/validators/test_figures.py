"""Errors and warnings about figures."""

from decimal import Decimal
from typing import Any

import pytest

from alliance.validators.figures import (
    Asked,
    Given,
    all_zero,
    errors_between,
    errors_of,
    warnings_of,
    warnings_of_total,
)

COUNT = Asked("count", "count", exclusive=True)
SHARE = Asked("share", "share")
YES_NO = Asked("matching", "yes_no")
CHOICE = Asked("choice", "choice", choices=("often", "never"))
PART = Asked("part", "count", part_of="count")


def given(indicator: str = "count", value: str | None = "1", status: str = "reported", **other: Any) -> Given:
    number = Decimal(value) if value is not None else None
    return Given(indicator, "kids", other.pop("cell", ""), status, number, **other)


@pytest.mark.parametrize(
    ("asked", "figure", "words"),
    [
        (COUNT, given(value=None), "Enter a value"),
        (COUNT, given(value="-1"), "zero or more"),
        (COUNT, given(value="1.5"), "whole number"),
        (SHARE, given(value="100.1"), "over 100"),
        (SHARE, given(value="-0.1"), "zero or more"),
        (SHARE, given(numerator=Decimal(5), denominator=Decimal(4)), "more than the whole"),
        (SHARE, given(numerator=Decimal(5)), "both numbers"),
        (SHARE, given(numerator=Decimal(0), denominator=Decimal(0)), "more than zero"),
        (YES_NO, given(value="2"), "yes or no"),
        (CHOICE, given(value=None), "Enter a value"),
        (CHOICE, given(value=None, choice="sometimes"), "listed answers"),
        (COUNT, given(estimate=True), "two bounds"),
        (COUNT, given(estimate=True, lower=Decimal(2), upper=Decimal(3)), "between its bounds"),
        (COUNT, given(value=None, status="declined"), "why the figure is declined"),
        (COUNT, given(definition_changed=True), "what changed"),
        (COUNT, given(status="not_measured"), "Only a reported figure"),
        (COUNT, given(value=None, status="not_applicable", upper=Decimal(3)), "Only a reported figure"),
        (CHOICE, given(value=None, status="not_measured", choice="often"), "Only a reported figure"),
        (Asked("count", "count", maximum=Decimal(10)), given(value="11"), "above the most"),
        (Asked("count", "count", minimum=Decimal(5)), given(value="4"), "below the least"),
    ],
)
def test_errors_of_names_what_is_wrong(asked: Asked, figure: Given, words: str) -> None:
    assert [words in str(finding) for finding in errors_of(asked, figure)] == [True]


@pytest.mark.parametrize(
    ("asked", "figure"),
    [
        (COUNT, given(value="0")),
        (COUNT, given(value=None, status="not_measured")),
        (COUNT, given(value=None, status="declined", reason="A court forbids it.")),
        (SHARE, given(value="100")),
        (SHARE, given(value="50", numerator=Decimal(1), denominator=Decimal(2))),
        (YES_NO, given(value="0")),
        (CHOICE, given(value=None, choice="often")),
        (COUNT, given(value="2", estimate=True, lower=Decimal(2), upper=Decimal(3))),
    ],
)
def test_errors_of_finds_nothing_in_what_is_right(asked: Asked, figure: Given) -> None:
    assert errors_of(asked, figure) == []


def test_errors_between_finds_a_part_above_its_whole() -> None:
    asked = {"count": COUNT, "part": PART}

    findings = errors_between(asked, [given(value="9874"), given("part", "10940")])

    assert [finding.place for finding in findings] == [("part", "kids", "")]
    assert str(findings[0]).startswith("10,940 is more than the 9,874")


def test_errors_between_finds_exclusive_cells_above_their_total() -> None:
    cells = [given(value="6", cell="harm=a"), given(value="5", cell="harm=b")]

    assert len(errors_between({"count": COUNT}, [given(value="10"), *cells])) == 1
    assert errors_between({"count": COUNT}, [given(value="11"), *cells]) == []
    assert errors_between({"count": Asked("count", "count")}, [given(value="10"), *cells]) == []


@pytest.mark.parametrize(
    ("value", "last", "reference", "words"),
    [
        ("51", "10", None, "over five times"),
        ("1", "10", None, "less than a fifth"),
        ("10", "10", None, "to the digit"),
        ("111", None, "100", "over 10 % apart"),
        ("89", None, "100", "over 10 % apart"),
    ],
)
def test_warnings_of_ask_for_a_note(value: str, last: str | None, reference: str | None, words: str) -> None:
    findings = warnings_of(given(value=value), last and Decimal(last), reference and Decimal(reference))

    assert [words in str(finding) for finding in findings] == [True]


@pytest.mark.parametrize(
    ("value", "last", "reference"),
    [("50", "10", None), ("2", "10", None), ("0", "0", None), ("110", None, "100")],
)
def test_warnings_of_keep_silent_at_the_limit(value: str, last: str | None, reference: str | None) -> None:
    assert warnings_of(given(value=value), last and Decimal(last), reference and Decimal(reference)) == []


def test_warnings_of_compare_nothing_across_a_changed_definition() -> None:
    figure = given(value="1000", definition_changed=True, definition_note="Streams count now.")

    assert warnings_of(figure, Decimal(10), None) == []


def test_all_zero_warns_once_for_a_measure() -> None:
    zeros = [given(value="0"), given("part", "0")]

    assert len(all_zero(zeros)) == 1
    assert all_zero([given(value="0")]) == []
    assert all_zero([given(value="0"), given("part", "1")]) == []


def test_warnings_of_total_compare_the_sum_with_a_count_of_the_whole() -> None:
    asked = Asked("count", "count", aggregation="sum")
    parts = [given(value="60"), given(value="51")]

    assert len(warnings_of_total(asked, parts, Decimal(100))) == 1
    assert warnings_of_total(asked, parts, Decimal(101)) == []
    assert warnings_of_total(Asked("count", "count", aggregation="none"), parts, Decimal(1)) == []
