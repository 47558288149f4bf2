"""Checks of reference counts: how far two counts are apart, and which days a period has."""

import re
from datetime import date
from decimal import Decimal

DEVIATION_LIMIT = Decimal(10)  # per cent of the reference; more than this is flagged

_YEAR = re.compile(r"(\d{4})")
_HALF = re.compile(r"(\d{4})-[Hh]([12])")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\s*/\s*(\d{4}-\d{2}-\d{2})")


def difference_and_percent(reported: Decimal, reference: Decimal) -> tuple[Decimal, Decimal | None]:
    """Reported less reference, and the same in per cent of the reference; None where that is zero."""
    absolute = reported - reference
    if not reference:
        return absolute, None if absolute else Decimal(0)
    return absolute, absolute * 100 / reference


def exceeds_deviation_limit(reported: Decimal, reference: Decimal) -> bool:
    """Whether the two are over 10 % of the reference apart; with a reference of zero, whether they differ."""
    absolute, percent = difference_and_percent(reported, reference)
    return bool(absolute) if percent is None else abs(percent) > DEVIATION_LIMIT


def period_of(text: str) -> tuple[date, date] | None:
    """The first and last day of `2026`, `2026-H1`, `2026-01-01/2026-06-30`; None for anything else."""
    try:
        return _read_period(text.strip())
    except ValueError:  # a day that no calendar has
        return None


def _read_period(text: str) -> tuple[date, date] | None:
    if match := _YEAR.fullmatch(text):
        year = int(match[1])
        return date(year, 1, 1), date(year, 12, 31)
    if match := _HALF.fullmatch(text):
        year = int(match[1])
        return (
            (date(year, 1, 1), date(year, 6, 30))
            if match[2] == "1"
            else (date(year, 7, 1), date(year, 12, 31))
        )
    if match := _DAYS.fullmatch(text):
        first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
        return (first, last) if first <= last else None
    return None
