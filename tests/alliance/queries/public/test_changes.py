"""What is compared with the period before, and what never is."""

from decimal import Decimal

import pytest

from alliance.enums import ValueType
from alliance.models import Indicator
from alliance.queries.public.changes import Change, apart, change_of, far_apart
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import change_text, shown_value

NOW, BEFORE = Reading(value=Decimal(150)), Reading(value=Decimal(120))


@pytest.mark.parametrize(
    ("value_type", "change"),
    [
        (ValueType.COUNT, Change("percent", Decimal(25))),
        (ValueType.SHARE, Change("points", Decimal(30))),
        (ValueType.DURATION, Change("was", Decimal(120))),
        (ValueType.YES_NO, None),
    ],
)
def test_each_kind_of_value_is_compared_in_its_own_way(value_type: str, change: Change | None) -> None:
    assert change_of(value_type, NOW, BEFORE) == change


def test_nothing_is_subtracted_across_a_changed_definition() -> None:
    broken = Reading(value=Decimal(150), broken=True)

    assert change_of(ValueType.COUNT, broken, BEFORE) == Change("broken")
    assert change_text(Change("broken")) == ""


@pytest.mark.parametrize("before", [None, Reading(status="not_measured"), Reading(withheld=True)])
def test_without_a_public_number_before_there_is_no_change(before: Reading | None) -> None:
    assert change_of(ValueType.COUNT, NOW, before) is None


def test_a_small_number_changes_by_itself_and_not_in_per_cent() -> None:
    change = change_of(ValueType.COUNT, Reading(value=Decimal(14)), Reading(value=Decimal(12)))

    assert change_text(change) == "+2"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change("percent", Decimal("7.6")), "+8\N{NO-BREAK SPACE}%"),
        (Change("percent", Decimal("-0.34")), "−0.3\N{NO-BREAK SPACE}%"),
        (Change("points", Decimal("-0.6")), "−0.6\N{NO-BREAK SPACE}points"),
        (Change("points", Decimal(1)), "+1\N{NO-BREAK SPACE}point"),
        (Change("was", Decimal("4.10")), "was 4.1"),
        (Change("percent", Decimal(0)), "no change"),
    ],
)
def test_changes_in_words(change: Change, text: str) -> None:
    assert change_text(change) == text


def test_far_apart_is_over_ten_per_cent_of_the_reference() -> None:
    assert (far_apart(Decimal(90), Decimal(100)), far_apart(Decimal(89), Decimal(100))) == (False, True)
    assert (far_apart(Decimal(0), Decimal(0)), far_apart(Decimal(1), Decimal(0))) == (False, True)
    assert apart(Decimal(67073), Decimal(70157)) == Decimal(3084) * 100 / 70157


@pytest.mark.parametrize(
    ("value", "shown"),
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
    value: str | None, shown: str | None
) -> None:
    share = Indicator(value=ValueType.SHARE)

    found = shown_value(share, Decimal(value) if value else None)

    assert (str(found) if found is not None else None) == shown


def test_a_count_is_shown_as_it_was_filed() -> None:
    assert shown_value(Indicator(value=ValueType.AMOUNT), Decimal("12.3456")) == Decimal("12.3456")
