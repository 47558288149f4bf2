"""Named writes of the schedule: owe what is to be remembered today, and remind of it if it is still so."""

from datetime import date

from django.db import transaction

from alliance.models import Report
from alliance.queries.deadlines import due_reminders, is_still_due
from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.jobs import enqueue


def enqueue_reminders() -> int:
    """Owe one job for each reminder of today; gives back how many are new.

    The key holds the report, the day that it is about and the step: two schedulers owe it once, whatever restarts, and
    a later day has reminders of its own.
    """
    return sum(
        enqueue(
            "remind",
            key=one.key,
            payload={"report": one.report_id, "kind": one.kind, "on": one.day.isoformat()},
        )
        for one in due_reminders()
    )


@transaction.atomic
def record_reminder(kind: str, report_id: int, day: date) -> bool:
    """Remind, as SYSTEM, through the journal's line.

    Changes nothing, and says False, when it was filed, exempted, extended, replied to or taken up in the meantime.
    """
    report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
    if not is_still_due(kind, report, day):
        return False
    journal.record(SYSTEM, kind, report, on=day.isoformat())
    return True
