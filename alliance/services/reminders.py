"""Named writes of the schedule: owe what is to be remembered today, and remind of it if it is still so."""

from datetime import date

from django.db import transaction

from alliance.models import Report
from alliance.queries.deadlines import is_still_owed, reminders_owed
from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.outbox import enqueue


def owe_reminders() -> int:
    """Owe one job for each reminder of today; gives back how many are new.

    The key holds the report, the day that it is about and the step: two schedulers owe it once, whatever restarts, and
    a later day has reminders of its own.
    """
    return sum(
        enqueue(
            "remind",
            key=one.key,
            payload={"report": one.report_id, "kind": one.kind, "on": one.on.isoformat()},
        )
        for one in reminders_owed()
    )


@transaction.atomic
def remind(kind: str, report_id: int, on: date) -> bool:
    """Remind, as SYSTEM, through the journal's line.

    Changes nothing, and says False, when it was filed, exempted, extended, replied to or taken up in the meantime.
    """
    report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
    if not is_still_owed(kind, report, on):
        return False
    journal.record(SYSTEM, kind, report, on=on.isoformat())
    return True
