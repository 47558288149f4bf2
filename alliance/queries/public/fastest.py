"""Who is the fastest in a cycle: the least figure of the charter's first indicator that counts time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Min, Q

from alliance.enums import Aggregation, Direction, FigureStatus, IndicatorScope, IndicatorType, ValueType
from alliance.models import Cycle, Indicator, PublishedFigure
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_page

MOST_TIED = 4  # of those that are equally fast so many are read
# a total over services would not be the time that any of them takes
_NOT_SUMMED = Q(scope=IndicatorScope.ORGANISATION) | Q(aggregation=Aggregation.NONE)


@dataclass(frozen=True, slots=True)
class Fastest:
    """The indicator, and the figures that share the first place in its ranking, by name."""

    indicator: Indicator
    figures: Sequence[PublishedFigure]


@cached_for_page
def fastest(cycle: Cycle) -> Fastest | None:
    """The fastest of a published cycle; None where nobody reported a time. Three queries."""
    indicators = Indicator.objects.visible_to(ANYONE).filter(
        _NOT_SUMMED,
        charter=cycle.charter_id,
        type=IndicatorType.FIGURE,
        value=ValueType.DURATION,
        direction=Direction.LOWER,
    )
    ordered = list(indicators.order_by("measure__commitment__position", "measure__position", "position"))
    rows = PublishedFigure.objects.current().filter(
        cycle=cycle,
        indicator_key__in=[each.key for each in ordered],
        cell="",
        status=FigureStatus.REPORTED,
        withheld=False,
        value__isnull=False,
    )
    least = dict(rows.order_by().values_list("indicator_key").annotate(Min("value")))
    indicator = next((each for each in ordered if each.key in least), None)
    if indicator is None:
        return None
    first = rows.filter(indicator_key=indicator.key, value=least[indicator.key])
    named = first.select_related("organisation", "service").order_by("organisation__slug", "service__slug")
    return Fastest(indicator, list(named[:MOST_TIED]))
