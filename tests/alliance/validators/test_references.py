"""How far two counts are apart, and which days a period has."""

from datetime import date
from decimal import Decimal

import pytest

from alliance.validators.references import difference_and_percent, exceeds_deviation_limit, period_of


@pytest.mark.parametrize(
    ("reported", "reference", "absolute", "percent", "apart"),
    [
        (110, 100, 10, 10, False),
        (111, 100, 11, 11, True),
        (90, 100, -10, -10, False),
        (89, 100, -11, -11, True),
        (164478, 339412, -174934, Decimal(-174934) * 100 / 339412, True),
        (0, 0, 0, 0, False),
        (1, 0, 1, None, True),
    ],
)
def test_difference(
    reported: int, reference: int, absolute: int, percent: Decimal | int | None, apart: bool
) -> None:
    pair = Decimal(reported), Decimal(reference)

    assert difference_and_percent(*pair) == (absolute, percent)
    assert exceeds_deviation_limit(*pair) is apart


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026", (date(2026, 1, 1), date(2026, 12, 31))),
        ("2026-H1", (date(2026, 1, 1), date(2026, 6, 30))),
        ("2026-h2", (date(2026, 7, 1), date(2026, 12, 31))),
        ("2026-03-01/2026-05-31", (date(2026, 3, 1), date(2026, 5, 31))),
        ("2026-05-31/2026-03-01", None),
        ("2026-02-30/2026-03-01", None),
        ("2026-H3", None),
        ("0000", None),
        ("", None),
    ],
)
def test_period_of(text: str, days: tuple[date, date] | None) -> None:
    assert period_of(text) == days
