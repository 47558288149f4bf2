"""Truths about reference counts: how far two counts are apart, and which days a period has."""

import re
from datetime import date
from decimal import Decimal

APART = Decimal(10)  # per cent of the reference; more than this is flagged

_YEAR = re.compile(r"(\d{4})")
_HALF = re.compile(r"(\d{4})-[Hh]([12])")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\s*/\s*(\d{4}-\d{2}-\d{2})")


def difference(reported: Decimal, reference: Decimal) -> tuple[Decimal, Decimal | None]:
    """Reported less reference, and the same in per cent of the reference; None where that is zero."""
    absolute = reported - reference
    if not reference:
        return absolute, None if absolute else Decimal(0)
    return absolute, absolute * 100 / reference


def is_apart(reported: Decimal, reference: Decimal) -> bool:
    """Whether the two are over 10 % of the reference apart; with a reference of zero, whether they differ."""
    absolute, percent = difference(reported, reference)
    return bool(absolute) if percent is None else abs(percent) > APART


def period_of(text: str) -> tuple[date, date] | None:
    """The first and last day of `2026`, `2026-H1`, `2026-01-01/2026-06-30`; None for anything else."""
    try:
        return _read_period(text.strip())
    except ValueError:  # a day that no calendar has
        return None


def _read_period(text: str) -> tuple[date, date] | None:
    if found := _YEAR.fullmatch(text):
        year = int(found[1])
        return date(year, 1, 1), date(year, 12, 31)
    if found := _HALF.fullmatch(text):
        year = int(found[1])
        return (
            (date(year, 1, 1), date(year, 6, 30))
            if found[2] == "1"
            else (date(year, 7, 1), date(year, 12, 31))
        )
    if found := _DAYS.fullmatch(text):
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        return (first, last) if first <= last else None
    return None
