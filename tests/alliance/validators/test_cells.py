"""Keys and names of months and quarters, and the totals that are worked out from them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies

from alliance.models import Charter
from alliance.queries.public.wording import cell_title, in_charter_order
from alliance.validators.cells import period_cells, worked_out


# a busy machine is slow to make the first examples
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    starts_on=strategies.dates(date(1990, 1, 1), date(2090, 1, 1)),
    days=strategies.integers(0, 1200),
    period=strategies.sampled_from(["month", "quarter"]),
)
def test_the_cells_of_a_cycle_are_in_order_and_each_has_a_name(
    starts_on: date, days: int, period: str
) -> None:
    charter = Charter(breakdowns=[])
    ends_on = date.fromordinal(starts_on.toordinal() + days)

    cells = period_cells(period, starts_on, ends_on)

    assert in_charter_order(charter, reversed(cells)) == cells == sorted(set(cells))
    with translation.override("en"):
        assert len({cell_title(charter, cell) for cell in cells}) == len(cells)
    assert str(starts_on.year) in cells[0]
    assert str(ends_on.year) in cells[-1]


@given(strategies.lists(strategies.integers(0, 10**9).map(Decimal), min_size=1, max_size=12))
def test_a_worked_out_total_is_what_its_name_says(values: list[Decimal]) -> None:
    results: dict[str, Any] = {
        name: worked_out(name, values) for name in ("sum", "mean", "last", "maximum", "entered")
    }

    assert (results["sum"], results["last"], results["maximum"]) == (sum(values), values[-1], max(values))
    assert min(values) <= results["mean"] <= max(values)
    assert results["entered"] is None
