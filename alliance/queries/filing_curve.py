"""How many reports of a cycle were submitted by when, beside the cycle before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate

from alliance.models import Cycle, Submission
from alliance.queries.local_dates import time_zone, today
from portal.kernel.access import Actor

_FIRST_WEEK, _WEEKS_AT_LEAST, _WEEKS_AFTER = 16, 4, 6


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """So many reports were first submitted by this day; `earlier` by the same day of the cycle before, if any."""

    day: date
    now: int | None  # None for a day that is still to come
    earlier: int | None


def filing_curve(actor: Actor, cycle: Cycle, earlier: Cycle | None) -> list[CurvePoint]:
    """A point for each week before and after the day on which reports are due, and for today. One query."""
    cycles = [cycle, *([earlier] if earlier is not None else [])]
    by_offset = _first_submissions(actor, cycles)
    own, other = by_offset[cycle.pk], by_offset[earlier.pk] if earlier is not None else {}
    now = (today() - cycle.due_on).days
    return [
        CurvePoint(
            cycle.due_on + timedelta(days=offset),
            _sum_until(own, offset) if offset <= now else None,
            _sum_until(other, offset) if earlier is not None else None,
        )
        for offset in _offsets([*own, *other], cycle, now)
    ]


def _first_submissions(actor: Actor, cycles: Sequence[Cycle]) -> dict[int, dict[int, int]]:
    """By cycle: how many reports were first submitted so many days after the day on which they were due."""
    rows = (
        Submission.objects.visible_to(actor)
        .filter(number=1, report__cycle__in=cycles)
        .annotate(day=TruncDate("submitted_at", tzinfo=time_zone()))
        .order_by()
        .values_list("report__cycle_id", "day")
        .annotate(n=Count("pk"))
    )
    due = {cycle.pk: cycle.due_on for cycle in cycles}
    counts: dict[int, dict[int, int]] = {cycle.pk: {} for cycle in cycles}
    for cycle_id, day, count in rows:
        counts[cycle_id][(day - due[cycle_id]).days] = count
    return counts


def _offsets(submitted: Sequence[int], cycle: Cycle, now: int) -> list[int]:
    """Weeks around the due day, with today and the last day of grace among them."""
    first = min([*submitted, -7 * _WEEKS_AT_LEAST])
    start = max(first // 7, -_FIRST_WEEK)
    last = max([*submitted, cycle.grace_days, now])
    end = min(-(-last // 7), _WEEKS_AFTER)
    offsets = {7 * week for week in range(start, end + 1)}
    if offsets and min(offsets) < now < max(offsets):
        offsets.add(now)
    return sorted(offsets)


def _sum_until(counts: Mapping[int, int], offset: int) -> int:
    return sum(count for day, count in counts.items() if day <= offset)
