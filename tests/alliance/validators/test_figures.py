"""Errors and warnings about figures."""

from decimal import Decimal
from typing import Any

import pytest

from alliance.enums import FigureStatus
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.validators.figures import (
    IndicatorRules,
    all_zero,
    errors_between,
    errors_of,
    warnings_of,
    warnings_of_total,
)

COUNT = IndicatorRules("count", "count", exclusive=True)
SHARE = IndicatorRules("share", "share")
YES_NO = IndicatorRules("matching", "yes_no")
CHOICE = IndicatorRules("choice", "choice", choices=("often", "never"))
PART = IndicatorRules("part", "count", part_of="count")


KIDS = FigurePlace("count", "kids")


def figure_values(value: str | None = "1", status: str = "reported", **other: Any) -> FigureValues:
    return FigureValues(status, Decimal(value) if value is not None else None, **other)


@pytest.mark.parametrize(
    ("rules", "values", "words"),
    [
        (COUNT, figure_values(None), "Enter a value"),
        (COUNT, figure_values("-1"), "zero or more"),
        (COUNT, figure_values("1.5"), "whole number"),
        (SHARE, figure_values("100.1"), "over 100"),
        (SHARE, figure_values("-0.1"), "zero or more"),
        (SHARE, figure_values(numerator=Decimal(5), denominator=Decimal(4)), "more than the whole"),
        (SHARE, figure_values(numerator=Decimal(5)), "both numbers"),
        (SHARE, figure_values(numerator=Decimal(0), denominator=Decimal(0)), "more than zero"),
        (YES_NO, figure_values("2"), "yes or no"),
        (CHOICE, figure_values(None), "Enter a value"),
        (CHOICE, figure_values(None, choice="sometimes"), "listed answers"),
        (COUNT, figure_values(estimate=True), "two bounds"),
        (COUNT, figure_values(estimate=True, lower=Decimal(2), upper=Decimal(3)), "between its bounds"),
        (COUNT, figure_values(None, status="declined"), "Give a reason"),
        (COUNT, figure_values(definition_changed=True), "what changed"),
        (COUNT, figure_values(status="not_measured"), "Only a reported figure"),
        (COUNT, figure_values(None, status="not_applicable", upper=Decimal(3)), "Only a reported figure"),
        (CHOICE, figure_values(None, status="not_measured", choice="often"), "Only a reported figure"),
        (IndicatorRules("count", "count", maximum=Decimal(10)), figure_values("11"), "above the maximum"),
        (IndicatorRules("count", "count", minimum=Decimal(5)), figure_values("4"), "below the minimum"),
    ],
)
def test_errors_of_names_what_is_wrong(rules: IndicatorRules, values: FigureValues, words: str) -> None:
    assert [words in str(finding) for finding in errors_of(rules, KIDS, values)] == [True]


@pytest.mark.parametrize(
    ("rules", "values"),
    [
        (COUNT, figure_values("0")),
        (COUNT, figure_values(None, status="not_measured")),
        (COUNT, figure_values(None, status="declined", reason="A court forbids it.")),
        (SHARE, figure_values("100")),
        (SHARE, figure_values("50", numerator=Decimal(1), denominator=Decimal(2))),
        (YES_NO, figure_values("0")),
        (CHOICE, figure_values(None, choice="often")),
        (COUNT, figure_values("2", estimate=True, lower=Decimal(2), upper=Decimal(3))),
    ],
)
def test_errors_of_finds_nothing_in_what_is_right(rules: IndicatorRules, values: FigureValues) -> None:
    assert errors_of(rules, KIDS, values) == []


def test_errors_between_finds_a_part_above_its_whole() -> None:
    rules = {"count": COUNT, "part": PART}
    part = FigurePlace("part", "kids")

    findings = errors_between(rules, {KIDS: figure_values("9874"), part: figure_values("10940")})

    assert [finding.place for finding in findings] == [part]
    assert str(findings[0]).startswith("10,940 is more than the 9,874")


def test_errors_between_finds_numbers_in_parts_of_what_does_not_apply() -> None:
    cells = {KIDS._replace(cell="harm=grooming"): figure_values("7")}
    rules = {"count": COUNT}
    nothing, unknown = (
        {KIDS: FigureValues(status=status), **cells}
        for status in (FigureStatus.NOT_APPLICABLE, FigureStatus.NOT_MEASURED)
    )

    assert [(each.place, "does not apply" in str(each)) for each in errors_between(rules, nothing)] == [
        (KIDS, True)
    ]
    assert errors_between(rules, unknown) == []  # who cannot count all may know a part
    assert errors_between(rules, {KIDS: FigureValues(status=FigureStatus.NOT_APPLICABLE)}) == []


def test_errors_between_finds_exclusive_cells_above_their_total() -> None:
    cells = {
        KIDS._replace(cell="harm=a"): figure_values("6"),
        KIDS._replace(cell="harm=b"): figure_values("5"),
    }

    assert len(errors_between({"count": COUNT}, {KIDS: figure_values("10"), **cells})) == 1
    assert errors_between({"count": COUNT}, {KIDS: figure_values("11"), **cells}) == []
    assert (
        errors_between({"count": IndicatorRules("count", "count")}, {KIDS: figure_values("10"), **cells})
        == []
    )


@pytest.mark.parametrize(
    ("value", "last", "reference", "words"),
    [
        ("51", "10", None, "over five times"),
        ("1", "10", None, "less than a fifth"),
        ("10", "10", None, "Exactly equal"),
        ("111", None, "100", "a difference of over 10 %"),
        ("89", None, "100", "a difference of over 10 %"),
    ],
)
def test_warnings_of_ask_for_a_note(value: str, last: str | None, reference: str | None, words: str) -> None:
    findings = warnings_of(
        KIDS, figure_values(value), last and Decimal(last), reference and Decimal(reference)
    )

    assert [words in str(finding) for finding in findings] == [True]


@pytest.mark.parametrize(
    ("value", "last", "reference"),
    [("50", "10", None), ("2", "10", None), ("0", "0", None), ("110", None, "100")],
)
def test_warnings_of_keep_silent_at_the_limit(value: str, last: str | None, reference: str | None) -> None:
    assert (
        warnings_of(KIDS, figure_values(value), last and Decimal(last), reference and Decimal(reference))
        == []
    )


def test_warnings_of_compare_nothing_across_a_changed_definition() -> None:
    values = figure_values("1000", definition_changed=True, definition_note="Streams count now.")

    assert warnings_of(KIDS, values, Decimal(10), None) == []


def test_all_zero_warns_once_for_a_measure() -> None:
    part = FigurePlace("part", "kids")

    assert len(all_zero({KIDS: figure_values("0"), part: figure_values("0")})) == 1
    assert all_zero({KIDS: figure_values("0")}) == []
    assert all_zero({KIDS: figure_values("0"), part: figure_values("1")}) == []


def test_warnings_of_total_compare_the_sum_with_a_count_of_the_whole() -> None:
    rules = IndicatorRules("count", "count", aggregation="sum")
    parts = {KIDS: figure_values("60"), FigurePlace("count", "live"): figure_values("51")}

    assert len(warnings_of_total(rules, parts, Decimal(100))) == 1
    assert warnings_of_total(rules, parts, Decimal(101)) == []
    assert warnings_of_total(IndicatorRules("count", "count", aggregation="none"), parts, Decimal(1)) == []
