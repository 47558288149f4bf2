"""The public directory of supporters: its pages, its counts, and the charter that is open to them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import get_language

from alliance.enums import SupporterState
from alliance.models import Supporter
from alliance.queries.local_dates import today
from alliance.queries.supporters import SupporterFilter, narrow
from alliance.validators.supporter_names import in_latin
from portal.kernel.access import ANYONE
from portal.kernel.alphabet import AlphabetKey
from portal.kernel.publishing import cached_for_page


@dataclass(frozen=True, slots=True)
class SupporterCounts:
    """How many there are, since when, how many of this month; by kind and by region, the most first."""

    total: int
    since: date | None
    this_month: int
    by_kind: tuple[tuple[str, int], ...]
    by_region: tuple[tuple[str, int], ...]


def supporters() -> QuerySet[Supporter]:
    """Those in the directory. E-mail addresses and signatories are in a table that the public cannot read."""
    return Supporter.objects.visible_to(ANYONE).filter(state=SupporterState.LISTED)


def directory(filters: SupporterFilter, *, by_name: bool = False) -> QuerySet[Supporter]:
    """The supporters that are asked for, newest first, or by name."""
    rows = narrow(supporters(), filters)
    if by_name:
        return rows.order_by(AlphabetKey("plain_name", "name", language=get_language() or ""), "pk")
    return rows.order_by("-acceded_on", "-pk")


@cached_for_page
def supporter_counts() -> SupporterCounts:
    """The counts of the whole directory. Three queries."""
    rows = supporters().order_by()
    kinds = tuple(rows.values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind"))
    regions = tuple(rows.values_list("region").annotate(n=Count("pk")).order_by("-n", "region"))
    first_of_month = today().replace(day=1)
    dates = rows.aggregate(
        since=Min("acceded_on"), this_month=Count("pk", filter=Q(acceded_on__gte=first_of_month))
    )
    total = sum(count for _kind, count in kinds)
    return SupporterCounts(total, dates["since"], dates["this_month"], kinds, regions)


def region_spellings() -> dict[str, str]:
    """The regions as the directory writes them, the most frequent spelling of each, by their Latin letters."""
    spellings: dict[str, str] = {}
    for region, _count in supporter_counts().by_region:
        spellings.setdefault(in_latin(region), region)
    return spellings


@cached_for_page
def initials() -> tuple[str, ...]:
    """The letters under which there is anybody."""
    return tuple(supporters().order_by().values_list("initial", flat=True).distinct())
