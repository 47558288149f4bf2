"""How many reports of a cycle were submitted by when, beside the cycle before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min
from django.db.models.functions import TruncDate

from alliance.models import Cycle, Submission
from alliance.queries.local_dates import time_zone, today
from portal.kernel.access import Actor

DayCounts = Sequence[tuple[date, int]]
_DAYS_BEFORE, _MOST_DAYS_BEFORE, _MOST_DAYS_AFTER = 28, 120, 60  # around the day on which reports are due


@dataclass(frozen=True, slots=True)
class FilingCurve:
    """By which day how many reports were first submitted, and not recalled; and the same of the cycle before.

    A day of the cycle before stands as many days before or after the deadline as it did then.
    """

    first: date
    last: date
    own: DayCounts
    earlier: DayCounts

    @property
    def is_empty(self) -> bool:
        return not any(count for _day, count in [*self.own, *self.earlier])


def filing_curve(actor: Actor, cycle: Cycle, earlier: Cycle | None) -> FilingCurve:
    """The curves from four weeks before reports are due, or from the first submission, until today or the grace ends.

    One query.
    """
    cycles = [cycle, *([earlier] if earlier is not None else [])]
    counts = _first_submissions(actor, cycles)
    own, other = counts[cycle.pk], counts[earlier.pk] if earlier is not None else {}
    now = (today() - cycle.due_on).days
    offsets = [*own, *other]
    start = max(min([*offsets, now, -_DAYS_BEFORE]), -_MOST_DAYS_BEFORE)
    end = min(max([*offsets, cycle.grace_days + 7]), _MOST_DAYS_AFTER)
    return FilingCurve(
        cycle.due_on + timedelta(days=start),
        cycle.due_on + timedelta(days=end),
        _rising(own, cycle.due_on, start, min(now, end)),
        _rising(other, cycle.due_on, start, end) if earlier is not None else (),
    )


def _first_submissions(actor: Actor, cycles: Sequence[Cycle]) -> dict[int, dict[int, int]]:
    """By cycle: how many reports were first submitted so many days after the day on which they were due.

    What was recalled does not count, as it does not where the reports themselves are counted.
    """
    rows = (
        Submission.objects.visible_to(actor)
        .standing()
        .filter(report__cycle__in=cycles)
        .order_by()
        .values("report", "report__cycle_id")
        .annotate(day=TruncDate(Min("submitted_at"), tzinfo=time_zone()))
        .values_list("report__cycle_id", "day")
    )
    due = {cycle.pk: cycle.due_on for cycle in cycles}
    counts: dict[int, Counter[int]] = {cycle.pk: Counter() for cycle in cycles}
    for cycle_id, day in rows:
        counts[cycle_id][(day - due[cycle_id]).days] += 1
    return {pk: dict(count) for pk, count in counts.items()}


def _rising(counts: Mapping[int, int], due_on: date, start: int, end: int) -> DayCounts:
    """The sums by the first day, by each day on which they rise, by the last; none where that is before the first."""
    if end < start:
        return ()
    offsets = sorted({start, end, *(offset for offset in counts if start < offset < end)})
    return [
        (due_on + timedelta(days=offset), sum(n for day, n in counts.items() if day <= offset))
        for offset in offsets
    ]
