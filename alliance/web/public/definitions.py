"""What an indicator means, written for readers: what is counted, in what, which side is better, what a total is."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import Aggregation, Direction, IndicatorScope, ValueType
from alliance.models import Indicator
from alliance.queries.public.indicator_lines import has_line

_DIRECTIONS: Mapping[str, str | Promise] = {
    Direction.HIGHER: gettext_lazy("The more, the better: the highest figure comes first."),
    Direction.LOWER: gettext_lazy("The less, the better: the lowest figure comes first."),
    Direction.NEUTRAL: gettext_lazy(
        "Neither side is better: members stand by name, and none is called best or last."
    ),
}
_TOTALS: Mapping[str, str | Promise] = {
    Aggregation.SUM: gettext_lazy(
        "A member’s figure is the sum over its services. Where one gave no number, the page says of how many it is."
    ),
    Aggregation.RATIO: gettext_lazy(
        "A member’s figure is worked out from the sums over its services, so that a large service weighs more."
    ),
    Aggregation.ENTERED: gettext_lazy(
        "A member’s figure is what it entered for all its services together: the same people may use several of them."
    ),
    Aggregation.NONE: gettext_lazy(
        "Each service stands for itself: such figures are neither added up nor averaged."
    ),
}
_VALUES: Mapping[str, str | Promise] = {
    ValueType.SHARE: gettext_lazy("A change is given in points: from 40 % to 50 % is ten points."),
    ValueType.DURATION: gettext_lazy("A time, in the unit that the charter asks for."),
}


def definitions_of(indicator: Indicator) -> list[tuple[str, str]]:
    """Terms with their sentences, in the order in which a reader asks."""
    total = (
        _TOTALS[indicator.aggregation]
        if indicator.scope == IndicatorScope.SERVICE
        else _("A member gives one figure for the whole organisation.")
    )
    counted = [indicator.guidance] if indicator.guidance else [indicator.title]
    counted += [str(_VALUES[indicator.value])] if indicator.value in _VALUES else []
    rows = [
        (_("What it means"), indicator.explanation),
        (_("What members are asked for"), " ".join(counted)),
        (_("Unit"), str(indicator.get_unit_display()) if indicator.unit else ""),
        (_("Direction"), str(_DIRECTIONS[indicator.direction]) if has_line(indicator) else ""),
        (_("Total"), str(total)),
        (
            _("Who counts"),
            _(
                "The member itself, as the charter words it. What others counted stands beside it, and changes nothing."
            ),
        ),
        (
            _("Definition changed"),
            _(
                "Where a member says that it counts differently now, the line stops, and nothing is compared across."
            ),
        ),
    ]
    return [(term, text) for term, text in rows if text]
