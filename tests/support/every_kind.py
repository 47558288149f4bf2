"""Reports that ask for parts of two levels and months, and for each kind of value there is."""

from alliance.models import Report
from tests.factories import Cast, make_cycle, make_report
from tests.support.charter_content import (
    HARM,
    MONTHLY,
    Data,
    indicator,
    load_in_force,
    narrative,
    options,
    with_indicators,
)


def make_report_by_harm_and_month(cast: Cast) -> Report:
    """A report for the first half of 2026 on one figure by harm with parts, `i-0`, and one by month, `i-1`."""
    content = with_indicators(
        indicator(0, breakdowns=["harm"], exclusive=True, scope="organisation"),
        indicator(1, **MONTHLY),
        breakdowns=[HARM],
    )
    return make_report(make_cycle(load_in_force(content)), cast.aurora)


def make_report_of_every_kind(cast: Cast) -> Report:
    """A report that asks for each kind of value, by service and of the whole, in parts of two levels, by month."""
    own = {"scope": "organisation"}
    content = with_indicators(
        narrative(),
        indicator(0, breakdowns=["harm"], exclusive=True),
        indicator(1, period="month", period_aggregation="sum", **own),
        indicator(2, period="quarter", period_aggregation="maximum", value="amount", **own),
        indicator(3, value="share", unit="percent", aggregation="ratio"),
        indicator(4, value="duration", unit="hours", aggregation="none"),
        _without_number(indicator(5, value="yes_no", **own)),
        _without_number(indicator(6, value="choice", choices=options(3), **own)),
        breakdowns=[HARM],
    )
    return make_report(make_cycle(load_in_force(content)), cast.aurora)


def _without_number(data: Data) -> Data:
    return {key: value for key, value in data.items() if key != "unit"} | {
        "aggregation": "none",
        "direction": "neutral",
    }
