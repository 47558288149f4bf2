"""Named writes of the schedule: queue the reminders of today, and send each if it still applies."""

from datetime import date, timedelta

from django.db import transaction

from alliance.enums import OrganisationKind
from alliance.models import Organisation, Report, ReportReminder
from alliance.queries.deadlines import DUE, OVERDUE, due_reminders, is_still_due
from alliance.queries.local_dates import today
from alliance.queries.stalled import stalled_work
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM
from portal.kernel.jobs import enqueue


def enqueue_stalled_reminder() -> bool:
    """Queue the week's look at what nobody takes on; False where it was queued before.

    The key holds the Monday: two schedulers queue it once, and a week whose Monday had no schedule is looked at later.
    """
    now = today()
    return enqueue("remind_stalled", key=f"stalled:{now - timedelta(days=now.weekday())}", payload={})


@transaction.atomic
def record_stalled_reminder() -> bool:
    """Notify the managers, as SYSTEM, of what nobody takes on; False when there is nothing, or no secretariat."""
    secretariat = Organisation.objects.filter(kind=OrganisationKind.SECRETARIAT).first()
    if secretariat is None or not stalled_work(SYSTEM).count:
        return False
    journal.record(SYSTEM, "organisation.remind_stalled", secretariat)
    return True


def enqueue_reminders() -> int:
    """Queue one job for each reminder of today; returns how many are new.

    The key holds the report, the day that it is about and the step: two schedulers queue it once, and
    a later day has reminders of its own.
    """
    return sum(
        enqueue(
            "remind",
            key=due_reminder.key,
            payload={
                "report": due_reminder.report_id,
                "kind": due_reminder.kind,
                "on": due_reminder.day.isoformat(),
                "planned": due_reminder.planned_on.isoformat(),
            },
        )
        for due_reminder in due_reminders()
    )


@transaction.atomic
def record_reminder(kind: str, report_id: int, day: date, planned_on: date) -> bool:
    """Remind, as SYSTEM, through the event, which says for which day the reminder was planned.

    Changes nothing, and returns False, when it was filed, exempted, extended, replied to or taken up in the meantime.
    """
    report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
    if not is_still_due(kind, report, day):
        return False
    if kind in (DUE, OVERDUE):
        ReportReminder.objects.create(
            report=report, organisation_id=report.organisation_id, sent_at=clock.now()
        )
    journal.record(SYSTEM, kind, report, on=day.isoformat(), planned=planned_on.isoformat())
    return True
