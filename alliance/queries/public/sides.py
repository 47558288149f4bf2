"""The two ends of a comparison of the record with itself."""

from dataclasses import dataclass

from django.db.models import Max

from alliance.models import Cycle, PublishedReport
from portal.kernel.publishing import cached_for_page


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a comparison: a cycle, as it is known after a publication (None: now)."""

    cycle: Cycle
    number: int | None = None

    @property
    def is_present(self) -> bool:
        """It is the cycle as it is known now."""
        return self.number is None


def as_known_now(side: Side) -> Side:
    """The side without its number, where nothing has become of the reports of its cycle since: it is the present one.

    So what is summed of a cycle long past is summed once, from whichever day somebody looks at it. One query for a
    cycle that no public page has asked for yet.
    """
    if side.number is None or side.number < _last_change(side.cycle.pk):
        return side
    return Side(side.cycle)


@cached_for_page
def _last_change(cycle_id: int) -> int:
    """The last publication that began or ended a report of the cycle; verdicts, figures and totals go with it."""
    rows = PublishedReport.objects.filter(cycle=cycle_id).order_by()
    numbers = rows.aggregate(begun=Max("valid_from"), ended=Max("valid_to"))
    return max(filter(None, numbers.values()), default=0)


def valid_on(side: Side, parameter: str, table: str) -> str:
    """The condition, in SQL, that a row of a projection holds on that side; its number is the query's `parameter`."""
    if side.number is None:
        return f"{table}.valid_to IS NULL"
    return f"{table}.valid_from <= %({parameter})s AND ({table}.valid_to IS NULL OR {table}.valid_to > %({parameter})s)"
