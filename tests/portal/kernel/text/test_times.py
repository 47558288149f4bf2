"""The time of day, as the reader wants it written."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from portal.kernel import text

NOON = datetime(2026, 3, 1, 11, 5, tzinfo=UTC)  # five past two in Moscow


@pytest.mark.parametrize(
    ("hour", "expected"), [(0, "12:07\xa0AM"), (9, "9:07\xa0AM"), (12, "12:07\xa0PM"), (23, "11:07\xa0PM")]
)
def test_the_hours_of_half_a_day(hour: int, expected: str) -> None:
    with text.use_time_format(text.CLOCK_12):
        assert text.format_time(datetime(2026, 3, 1, hour, 7, tzinfo=UTC)) == expected


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_place_that_says_a_time_follows_the_choice(language: str) -> None:
    with translation.override(language):
        assert text.format_local_time(NOON) == "14:05"
        with text.use_time_format(text.CLOCK_12):
            assert text.format_local_time(NOON) == "2:05\xa0PM"
            assert "2:05\xa0PM" in text.format_moment(NOON)


def test_a_choice_ends_with_its_request() -> None:
    with text.use_time_format():
        text.set_time_format(text.CLOCK_12)
    assert text.format_time(NOON) == "11:05"
