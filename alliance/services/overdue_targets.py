"""That the day of a target is over and nothing published decides it: said to its member once."""

from datetime import date, timedelta

from django.db import transaction

from alliance.enums import TargetState
from alliance.models import Pledge
from alliance.queries.local_dates import today
from alliance.queries.public.overdue import OverdueTarget, overdue_targets
from alliance.queries.public.targets import published_targets
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM
from portal.kernel.jobs import enqueue

_LOOK_BACK = timedelta(days=7)  # of a schedule that stood still


def enqueue_overdue_targets() -> int:
    """Queue one job for each target whose day is over since; how many are new. A corrected day has its own."""
    now = clock.now()
    return sum(_enqueue(target) for target in overdue_targets(now - _LOOK_BACK, now))


def _enqueue(target: OverdueTarget) -> bool:
    pledge = Pledge.objects.filter(record=target.record, revision=target.revision).first()
    if pledge is None:
        return False
    return enqueue(
        "note_overdue_target",
        key=f"overdue:{target.record}:{target.number}:{target.due_on}",
        payload={"pledge": pledge.pk, "number": target.number, "on": target.due_on.isoformat()},
    )


@transaction.atomic
def record_overdue_target(pledge_id: int, number: int, day: date) -> bool:
    """Journal, as SYSTEM, that a target is overdue; False where it was decided, moved or withdrawn meanwhile."""
    pledge = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge_id)
    standing = next((each for each in published_targets(pledge.record) if each.number == number), None)
    is_late = standing is not None and standing.state == TargetState.LATE and standing.due_on == day
    if not is_late or day >= today():
        return False
    journal.record(SYSTEM, "pledge.target_overdue", pledge, number=number, on=day.isoformat())
    return True
