"""How many users a service has in a month, as its owner publishes it: a band, so that a rate is a span.

The band is that of now, and none of an earlier day is known: so figures of the last published cycle have a rate, and
none before it. A rate is worked out from two public numbers alone. Where the figure is withheld, or one of the services
publishes no band, there is neither a rate nor the span that it would be of. `user_rates` has the same in SQL.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from django.db.models import Q

from alliance.enums import UserBand, ValueType
from alliance.models import Cycle, Indicator, Ownership
from alliance.queries.local_dates import today
from alliance.queries.public.cycles import latest_cycle
from alliance.queries.public.readings import Reading, ReadingSeries
from alliance.queries.service_owners import still_running
from portal.kernel.publishing import number_read_as_of
from portal.kernel.text import format_number

PER = 1_000_000  # users
_TWO_DIGITS = Context(prec=2, rounding=ROUND_HALF_UP)
USER_BOUNDS: Mapping[str, tuple[int, int | None]] = {
    UserBand.UNDER_10K: (0, 10_000),
    UserBand.FROM_10K: (10_000, 100_000),
    UserBand.FROM_100K: (100_000, 1_000_000),
    UserBand.FROM_1M: (1_000_000, 10_000_000),
    UserBand.FROM_10M: (10_000_000, 50_000_000),
    UserBand.OVER_50M: (50_000_000, None),
}

Owner = tuple[int, int | None]  # organisation, service


@dataclass(frozen=True, slots=True)
class UserSpan:
    """At least and at most so many people; no upper bound where the last band is open."""

    least: int
    most: int | None

    def rate(self, value: Decimal) -> str:
        """So many for each million users, as a span in two digits: "12–120", from an open band "≤ 24"."""
        low, high = (None if end is None else format_number(end) for end in self.rates(value))
        if low is None:
            return f"≤\N{NO-BREAK SPACE}{high}" if high is not None else ""
        if high is None:
            return f"≥\N{NO-BREAK SPACE}{low}"
        return low if low == high else f"{low}–{high}"

    def rates(self, value: Decimal) -> tuple[Decimal | None, Decimal | None]:
        """At least and at most so many for each million users, in two digits: a band knows no more."""
        return _rounded_rate(value, self.most), _rounded_rate(value, self.least)


def _rounded_rate(value: Decimal, users: int | None) -> Decimal | None:
    if not users:
        return None
    rounded = _TWO_DIGITS.plus(value * PER / users)
    return rounded.quantize(Decimal(1)) if rounded >= 10 else rounded.normalize()


def rated_cycle() -> Cycle | None:
    """The cycle whose figures have rates: the last published one; None where the record is read as of a day."""
    return latest_cycle() if number_read_as_of() is None else None


def rate_spans(indicator: Indicator, cycle: Cycle, lines: Sequence[ReadingSeries]) -> dict[Owner, UserSpan]:
    """The spans that figures of a cycle are divided by: of counts, never of a median or a share. One query at most."""
    is_rated = indicator.value == ValueType.COUNT and cycle == rated_cycle()
    return user_spans_of(lines, cycle) if is_rated else {}


def number_to_rate(reading: Reading, span: UserSpan | None) -> Decimal | None:
    """The published number that the span divides; None where either of both is not public.

    Neither is the number of some services alone: the users are those of all of them.
    """
    return reading.value if span and reading.has_value and not reading.is_partial else None


def changed_hands_since(cycle: Cycle) -> Q:
    """Of ownerships, those by which the services of a period are not those of now: over meanwhile, or begun since."""
    over = Q(starts_on__lte=cycle.ends_on, ends_on__gte=cycle.starts_on, ends_on__lt=today())
    return over | (still_running() & Q(starts_on__gt=cycle.ends_on))


def user_spans_of(lines: Sequence[ReadingSeries], cycle: Cycle | None = None) -> dict[Owner, UserSpan]:
    """By line, where it is published: of a service, or of all services that the organisation runs now.

    The same people may use several services: of all together there are at least as many as of the largest, at most as
    many as of each added up. Unknown where one of them publishes none, or where the services of the `cycle` are not
    those of now. One query.
    """
    ids = {line.organisation.pk for line in lines}
    counted = still_running() | changed_hands_since(cycle) if cycle else still_running()
    rows = Ownership.objects.filter(counted, organisation_id__in=ids)
    bands: dict[Owner, list[str]] = defaultdict(list)
    for organisation_id, service_id, band, starts_on, ends_on in rows.values_list(
        "organisation_id", "service_id", "service__monthly_users", "starts_on", "ends_on"
    ):
        is_over = ends_on is not None and ends_on < today()
        if not is_over:
            bands[organisation_id, service_id].append(band)
        is_other = is_over or (cycle is not None and starts_on > cycle.ends_on)
        bands[organisation_id, None].append("" if is_other else band)
    return {
        owner: _together([USER_BOUNDS[band] for band in each])
        for line in lines
        if (each := bands.get(owner := (line.organisation.pk, line.service_id))) and all(each)
    }


def _together(bounds: Sequence[tuple[int, int | None]]) -> UserSpan:
    highest = [most for _least, most in bounds]
    known = [most for most in highest if most is not None]
    return UserSpan(max(least for least, _most in bounds), sum(known) if len(known) == len(highest) else None)
