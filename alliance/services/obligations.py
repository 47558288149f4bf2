"""Named writes on a member's obligation to report: exempt, remind, and withhold when the grace is over."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import DRAFT_REPORT_STATES, CycleState
from alliance.models import Cycle, Report
from alliance.queries.local_dates import today
from alliance.queries.obligations import is_overdue
from alliance.queries.reminders import last_reminder, reports_to_remind_of
from alliance.services import publications
from alliance.services.extensions import lapse_extension_request
from alliance.workflows import REPORT
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.text import require_reason


@transaction.atomic
def exempt_report(actor: Actor, report: Report, reason: str) -> Report:
    """Free a member from a report, with a reason that is published with the cycle.

    Raises Forbidden, WrongState, or DomainError without a reason.
    """
    cleaned_reason = require_reason(reason)
    exempted = REPORT.apply(actor, report, "exempt", changes={"exempt_reason": cleaned_reason})
    lapse_extension_request(exempted)
    if exempted.cycle.state == CycleState.PUBLISHED:
        publications.record_report_notice(actor, exempted)
    return exempted


@transaction.atomic
def remind_members(actor: Actor, cycle: Cycle) -> None:
    """Remind every member whose report is not submitted; the people there are notified through the event.

    Raises Forbidden, WrongState while the cycle is not open, or DomainError when nobody is left to remind
    or a reminder went out today.
    """
    locked = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    require(actor, "cycle.remind", locked)
    if locked.state != CycleState.OPEN:
        raise WrongState(_("Members can be reminded only while the cycle is open."))
    last = last_reminder(locked)
    if last and last.today:
        raise DomainError(_("Members were already reminded today; one reminder a day is allowed."))
    reports = [report.pk for report in reports_to_remind_of(actor, locked)]
    if not reports:
        raise DomainError(_("No one to remind: all reports are submitted."))
    journal.record(actor, "cycle.remind", locked, reports=reports)


@transaction.atomic
def mark_not_filed(report_id: int) -> bool:
    """Record, as SYSTEM, that a report was not filed: its days of grace are over by the database's clock.

    Changes nothing, and returns False, when it was filed, exempted or extended in the meantime.
    """
    report = Report.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=report_id)
    if not is_overdue(report, today()):
        return False
    missed = record_missed_report(report)
    if missed.cycle.state == CycleState.PUBLISHED:
        publications.record_report_notice(SYSTEM, missed)
    return True


def record_missed_report(report: Report, **data: object) -> Report:
    """Let a report count as not filed, as SYSTEM; `data` goes to the journal. Raises WrongState."""
    missed = REPORT.apply(SYSTEM, report, "miss", data=data)
    lapse_extension_request(missed)
    return missed


def enqueue_missed_reports() -> int:
    """Queue one job for each report whose days of grace are over; returns how many are new.

    The key holds the day that it was due: two schedulers queue it once, and a report that is extended
    afterwards is looked at again after its new day.
    """
    now = today()
    unfiled = Report.objects.filter(
        state__in=DRAFT_REPORT_STATES, changes_due_on=None, due_on__lt=now
    ).select_related("cycle")
    return sum(
        enqueue("miss_report", key=f"miss:{report.pk}:{report.due_on}", payload={"report": report.pk})
        for report in unfiled
        if report.grace_ends_on < now
    )
