"""Dates and moments in the reader's language."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from portal.kernel.text import format_date, format_end, format_moment

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "expected"), [("en", f"14{NB}August{NB}2026"), ("ru", f"14{NB}августа{NB}2026{NB}г.")]
)
def test_days_are_unbroken(language: str, expected: str) -> None:
    with translation.override(language):
        assert format_date(date(2026, 8, 14)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", f"14{NB}August{NB}2026, 16:20{NB}MSK"), ("ru", f"14{NB}августа{NB}2026{NB}г., 16:20{NB}МСК")],
)
def test_a_moment_names_its_zone(language: str, expected: str) -> None:
    with translation.override(language):
        assert format_moment(datetime(2026, 8, 14, 13, 20, tzinfo=UTC)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", f"14{NB}August{NB}2026, 24:00{NB}MSK"), ("ru", f"14{NB}августа{NB}2026{NB}г., 24:00{NB}МСК")],
)
def test_a_term_that_ends_at_midnight_names_the_day_that_is_over_then(language: str, expected: str) -> None:
    with translation.override(language):
        assert format_end(datetime(2026, 8, 14, 21, tzinfo=UTC)) == expected
        assert format_end(datetime(2026, 8, 14, 20, 59, tzinfo=UTC)) == expected.replace("24:00", "23:59")


def test_a_day_after_which_clocks_go_forward_at_midnight_ends_at_its_24() -> None:
    """There is no 00:00 then: the next day begins at 01:00."""
    with timezone.override(ZoneInfo("Africa/Cairo")):
        assert format_end(datetime(2026, 4, 23, 22, tzinfo=UTC)) == f"23{NB}April{NB}2026, 24:00{NB}EEST"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Yekaterinburg", f"14{NB}August{NB}2026, 18:20{NB}UTC+5"),
        ("Asia/Kathmandu", f"14{NB}August{NB}2026, 19:05{NB}UTC+5:45"),
        ("America/Sao_Paulo", f"14{NB}August{NB}2026, 10:20{NB}UTC-3"),
    ],
)
def test_a_zone_without_letters_of_its_own_is_named_by_its_distance(zone: str, expected: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        assert format_moment(datetime(2026, 8, 14, 13, 20, tzinfo=UTC)) == expected
