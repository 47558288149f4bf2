"""The demonstration's calendar follows the year, and nothing in it lies ahead."""

from datetime import UTC, date, datetime

import pytest

from alliance.demo.calendar import Calendar


@pytest.mark.parametrize(
    ("present", "years"),
    [("2026-11-24", 0), ("2026-10-19", -1), ("2026-10-20", 0), ("2027-03-01", 0), ("2030-12-31", 4)],
)
def test_the_dates_move_by_whole_years(present: str, years: int) -> None:
    calendar = Calendar(datetime.fromisoformat(present).replace(hour=12, tzinfo=UTC))

    assert calendar.years == years
    assert calendar.day(date(2025, 3, 14)) == date(2025 + years, 3, 14)
    assert calendar.shift_years("by June {2027}") == f"by June {2027 + years}"


def test_nothing_happens_after_the_present() -> None:
    present = datetime(2026, 11, 24, 9, tzinfo=UTC)

    assert Calendar(present).moment_on(date(2027, 1, 1)) == present
