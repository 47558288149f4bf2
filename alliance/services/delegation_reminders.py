"""Reminders of sections that colleagues have to write: one before their day, and one after it."""

from datetime import date, timedelta

from django.db import transaction

from alliance.access import with_portal_access
from alliance.enums import DelegationState
from alliance.models import Delegation
from alliance.queries.delegations import has_ended
from alliance.queries.local_dates import day_of, today
from alliance.queries.reminder_steps import working_day_after, working_day_before
from alliance.services.delegations import record_reminder
from portal.kernel.access import SYSTEM
from portal.kernel.jobs import enqueue

DAYS_BEFORE = 2
_BEFORE, _AFTER = "before", "after"
_NOT_LATER_THAN = timedelta(days=14)  # after an outage, or where the report was submitted and recalled


def enqueue_delegation_reminders() -> int:
    """Queue a reminder of each section whose day comes soon or has just passed; each is queued once for each day.

    None where the people of the member have no access.
    """
    now = today()
    rows = Delegation.objects.filter(
        with_portal_access(),
        state=DelegationState.OPEN,
        due_on__range=(now - _NOT_LATER_THAN, now + timedelta(days=DAYS_BEFORE + 2)),
    ).select_related("report")
    due = ((row, step) for row in rows if not has_ended(row) and (step := _step(row, now)))
    return sum(
        enqueue(
            "remind_delegation",
            key=f"delegation:{row.pk}:{row.assignee_id}:{row.due_on}:{step}",
            payload={"delegation": row.pk, "on": row.due_on.isoformat(), "assignee": row.assignee_id},
        )
        for row, step in due
    )


def _step(delegation: Delegation, now: date) -> str:
    """Which reminder is due now; none before a day that was given on such short notice that it is still in mind."""
    due_on = delegation.due_on
    if now >= working_day_after(due_on + timedelta(days=1)):
        return _AFTER
    before = working_day_before(due_on - timedelta(days=DAYS_BEFORE))
    return _BEFORE if before <= now <= due_on and day_of(delegation.given_at) < before else ""


@transaction.atomic
def record_delegation_reminder(delegation_id: int, day: date, assignee: int) -> bool:
    """Remind, as SYSTEM, of a section; False when it was handed back, handed on or given another day meanwhile."""
    rows = Delegation.objects.select_for_update(of=("self",)).prefetch_related("report")
    delegation = rows.filter(pk=delegation_id, assignee=assignee, due_on=day).first()
    if delegation is None or delegation.state != DelegationState.OPEN or has_ended(delegation):
        return False
    record_reminder(SYSTEM, delegation)
    return True
