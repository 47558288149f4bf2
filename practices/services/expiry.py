"""Named writes of the schedule: remind of alerts that expire, and of those that have."""

from datetime import date

from django.db import transaction

from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.jobs import enqueue
from practices.models import Practice
from practices.queries.expiry import due_expiry_reminders, is_expiry_due


def enqueue_expiry_reminders() -> int:
    """Queue one job for each reminder that is due; returns how many are new.

    The key holds the alert and its last day: two schedulers queue it once, and a later day has reminders of its own.
    """
    return sum(
        enqueue(
            "remind_expiry",
            key=reminder.key,
            payload={
                "practice": reminder.practice_id,
                "kind": reminder.kind,
                "on": reminder.last_day.isoformat(),
                "planned": reminder.planned_on.isoformat(),
            },
        )
        for reminder in due_expiry_reminders()
    )


@transaction.atomic
def record_expiry_reminder(kind: str, practice_id: int, last_day: date, planned_on: date) -> bool:
    """Remind, as SYSTEM, through the event; False when the alert was prolonged, retired or recalled meanwhile."""
    practice = Practice.objects.select_for_update(of=("self",)).get(pk=practice_id)
    if not is_expiry_due(kind, practice, last_day):
        return False
    journal.record(SYSTEM, kind, practice, on=last_day.isoformat(), planned=planned_on.isoformat())
    return True
