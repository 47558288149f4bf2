"""The keys of breakdown cells: `dimension=cell`, joined by `;`; parts of a category, months and quarters of a cycle."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from alliance.enums import Period, PeriodAggregation
from portal.kernel.text import SIGNIFICANT_DIGITS

MAX_LENGTH = 130  # of a cell's key, as the tables of figures take it
PERIOD = "period"  # the dimension of the months or quarters; no charter has a breakdown with this key
PART = "/"  # between a category and its part
MOST_PERIODS = {Period.MONTH: 12, Period.QUARTER: 4}  # that a year has


def part_key(category: str, part: str) -> str:
    """The key of a part of a category, within their breakdown."""
    return f"{category}{PART}{part}"


def whole_of(cell: str) -> str | None:
    """The cell that this one is a part of: a category, the total (an empty key), or None for the total itself."""
    if not cell:
        return None
    return cell.rpartition(PART)[0] if PART in cell else ""


# --- Months and quarters ---------------------------------------------------------------------


def period_cells(period: str, starts_on: date, ends_on: date) -> list[str]:
    """The cells of the months (`period=2026-07`) or quarters (`period=2026-q3`) that these days touch, in order."""
    if not period:
        return []
    return list(
        dict.fromkeys(f"{PERIOD}={_period_key(period, *month)}" for month in _months(starts_on, ends_on))
    )


def _months(starts_on: date, ends_on: date) -> Iterator[tuple[int, int]]:
    for number in range(starts_on.year * 12 + starts_on.month - 1, ends_on.year * 12 + ends_on.month):
        yield number // 12, number % 12 + 1


def _period_key(period: str, year: int, month: int) -> str:
    return f"{year}-{month:02}" if period == Period.MONTH else f"{year}-q{(month + 2) // 3}"


def is_period(cell: str) -> bool:
    return cell.startswith(f"{PERIOD}=")


def worked_out(aggregation: str, values: Sequence[Decimal]) -> Decimal | None:
    """The total over months or quarters, all of them in order; None where it is entered, or there are none."""
    if not values or aggregation in ("", PeriodAggregation.ENTERED):
        return None
    if aggregation == PeriodAggregation.SUM:
        return sum(values, Decimal(0))
    if aggregation == PeriodAggregation.LAST:
        return values[-1]
    if aggregation == PeriodAggregation.MAXIMUM:
        return max(values)
    return _rounded(sum(values, Decimal(0)) / len(values))


def _rounded(number: Decimal) -> Decimal:
    """A mean to two decimals; of a small one as many digits as a reader can tell apart."""
    places = min(SIGNIFICANT_DIGITS, max(2, 1 - number.adjusted()))
    return number.quantize(Decimal(1).scaleb(-places))
