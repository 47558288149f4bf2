"""A report that asks for each kind of value there is."""

from alliance.enums import CharterState
from alliance.models import Charter, Report
from alliance.services.charters import load_charter
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.test_charter_limits import Data, indicator, narrative, options, raw, with_indicators
from tests.alliance.test_periods_and_parts import HARM
from tests.factories import Cast, make_cycle, make_report


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
    with acting_as(SYSTEM):
        charter: Charter = load_charter(SYSTEM, raw(content)).charter
        Charter.objects.filter(pk=charter.pk).update(state=CharterState.IN_FORCE)
        charter.refresh_from_db()
    return make_report(make_cycle(charter), cast.aurora)


def _without_number(data: Data) -> Data:
    return {key: value for key, value in data.items() if key != "unit"} | {
        "aggregation": "none",
        "direction": "neutral",
    }
