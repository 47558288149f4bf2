"""How many users a service has in a month, as its owner publishes it: a band, so that a rate is a span."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from alliance.enums import UserBand
from alliance.models import Ownership
from alliance.queries.public.readings import ReadingSeries
from alliance.queries.service_owners import still_running
from portal.kernel.text import format_number

_PER = 1_000_000
_TWO_DIGITS = Context(prec=2, rounding=ROUND_HALF_UP)
_BOUNDS: Mapping[str, tuple[int, int | None]] = {
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
        low = _digits(value / self.most) if self.most else None
        high = _digits(value / self.least) if self.least else None
        if low is None:
            return f"≤\N{NO-BREAK SPACE}{high}" if high is not None else ""
        if high is None:
            return f"≥\N{NO-BREAK SPACE}{low}"
        return low if low == high else f"{low}–{high}"


def _digits(share: Decimal) -> str:
    rounded = _TWO_DIGITS.plus(share * _PER)
    return format_number(rounded.quantize(Decimal(1)) if rounded >= 10 else rounded.normalize())


def user_spans_of(lines: Sequence[ReadingSeries]) -> dict[Owner, UserSpan]:
    """By line, where it is published: of a service, or of all services that the organisation runs now.

    The same people may use several services: of all together there are at least as many as of the largest, at most as
    many as of each added up. Unknown where one of them publishes none. One query.
    """
    ids = {line.organisation.pk for line in lines}
    rows = Ownership.objects.filter(still_running(), organisation_id__in=ids)
    bands: dict[Owner, list[str]] = defaultdict(list)
    for organisation_id, service_id, band in rows.values_list(
        "organisation_id", "service_id", "service__monthly_users"
    ):
        bands[organisation_id, service_id].append(band)
        bands[organisation_id, None].append(band)
    return {
        owner: _together([_BOUNDS[band] for band in each])
        for line in lines
        if (each := bands.get(owner := (line.organisation.pk, line.service_id))) and all(each)
    }


def _together(bounds: Sequence[tuple[int, int | None]]) -> UserSpan:
    highest = [most for _least, most in bounds]
    known = [most for most in highest if most is not None]
    return UserSpan(max(least for least, _most in bounds), sum(known) if len(known) == len(highest) else None)
