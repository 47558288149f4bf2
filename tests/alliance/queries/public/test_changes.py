"""What is compared with the period before, and what never is."""

from decimal import Decimal

import pytest

from alliance.enums import ValueType
from alliance.models import Indicator
from alliance.queries.public.changes import ReadingChange, change_of, deviation, is_large_deviation
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import change_text, rounded_value

NOW, BEFORE = Reading(value=Decimal(150)), Reading(value=Decimal(120))


@pytest.mark.parametrize(
    ("value_type", "change"),
    [
        (ValueType.COUNT, ReadingChange("percent", Decimal(25))),
        (ValueType.SHARE, ReadingChange("points", Decimal(30))),
        (ValueType.DURATION, ReadingChange("was", Decimal(120))),
        (ValueType.YES_NO, None),
    ],
)
def test_each_kind_of_value_is_compared_in_its_own_way(value_type: str, change: ReadingChange | None) -> None:
    assert change_of(value_type, NOW, BEFORE) == change


def test_nothing_is_subtracted_across_a_changed_definition() -> None:
    broken = Reading(value=Decimal(150), broken=True)

    assert change_of(ValueType.COUNT, broken, BEFORE) == ReadingChange("broken")
    assert change_text(ReadingChange("broken")) == ""


@pytest.mark.parametrize("before", [None, Reading(status="not_measured"), Reading(withheld=True)])
def test_without_a_public_number_before_there_is_no_change(before: Reading | None) -> None:
    assert change_of(ValueType.COUNT, NOW, before) is None


def test_a_small_number_changes_by_itself_and_not_in_per_cent() -> None:
    change = change_of(ValueType.COUNT, Reading(value=Decimal(14)), Reading(value=Decimal(12)))

    assert change_text(change) == "+2"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (ReadingChange("percent", Decimal("7.6")), "+8\N{NO-BREAK SPACE}%"),
        (ReadingChange("percent", Decimal("-0.34")), "−0.3\N{NO-BREAK SPACE}%"),
        (ReadingChange("points", Decimal("-0.6")), "−0.6\N{NO-BREAK SPACE}points"),
        (ReadingChange("points", Decimal(1)), "+1\N{NO-BREAK SPACE}point"),
        (ReadingChange("was", Decimal("4.10")), "was 4.1"),
        (ReadingChange("percent", Decimal(0)), "no change"),
    ],
)
def test_changes_in_words(change: ReadingChange, text: str) -> None:
    assert change_text(change) == text


def test_far_apart_is_over_ten_per_cent_of_the_reference() -> None:
    assert (is_large_deviation(Decimal(90), Decimal(100)), is_large_deviation(Decimal(89), Decimal(100))) == (
        False,
        True,
    )
    assert (is_large_deviation(Decimal(0), Decimal(0)), is_large_deviation(Decimal(1), Decimal(0))) == (
        False,
        True,
    )
    assert deviation(Decimal(67073), Decimal(70157)) == Decimal(3084) * 100 / 70157


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("60.9994", "61.00"),
        ("81.3", "81.30"),
        ("0.3149", "0.31"),
        ("0.005512", "0.0055"),
        ("0", "0"),
        (None, None),
    ],
)
def test_a_share_that_was_worked_out_is_not_shown_to_the_last_digit(
    value: str | None, expected: str | None
) -> None:
    share = Indicator(value=ValueType.SHARE)

    result = rounded_value(share, Decimal(value) if value else None)

    assert (str(result) if result is not None else None) == expected


def test_a_count_is_shown_as_it_was_filed() -> None:
    assert rounded_value(Indicator(value=ValueType.AMOUNT), Decimal("12.3456")) == Decimal("12.3456")
