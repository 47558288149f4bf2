"""Who is the fastest in a cycle: the least figure of the charter's first indicator that counts time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

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
    """The fastest of a published cycle; None where nobody reported a time.

    Two queries; one more for each indicator before the first that somebody reported.
    """
    indicators = Indicator.objects.visible_to(ANYONE).filter(
        _NOT_SUMMED,
        charter=cycle.charter_id,
        type=IndicatorType.FIGURE,
        value=ValueType.DURATION,
        direction=Direction.LOWER,
    )
    rows = (
        PublishedFigure.objects.current()
        .filter(cycle=cycle, cell="", status=FigureStatus.REPORTED, withheld=False, value__isnull=False)
        .select_related("organisation", "service")
        .order_by("value", "organisation__slug", "service__slug")
    )
    for indicator in indicators.order_by("measure__commitment__position", "measure__position", "position"):
        first = list(rows.filter(indicator_key=indicator.key)[:MOST_TIED])
        if first:
            return Fastest(indicator, [figure for figure in first if figure.value == first[0].value])
    return None
