"""Named writes on a member's obligation to report: exempt, extend, remind, and withhold when the grace is over."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import DRAFT_REPORT_STATES, CycleState
from alliance.models import Cycle, Report
from alliance.queries.local_dates import today
from alliance.queries.reminders import last_reminder, reports_to_remind_of
from alliance.services import publications
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
    if exempted.cycle.state == CycleState.PUBLISHED:
        publications.record_report_notice(actor, exempted)
    return exempted


@transaction.atomic
def extend_report(actor: Actor, report: Report, due_on: date, reason: str) -> Report:
    """Give a member until a later day; the reason is shown to the member and the secretariat.

    Raises Forbidden, WrongState once it was filed or the grace is over, or DomainError without a reason
    or without a later day.
    """
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    require(actor, "report.extend", locked)
    if why := extension_blocking_reason(locked):
        raise WrongState(why)
    cleaned_reason = require_reason(reason)
    if due_on <= locked.due_on:
        raise DomainError(_("The new deadline must be later than the present one."), field="due_on")
    before, locked.due_on, locked.extension_reason = locked.due_on, due_on, cleaned_reason
    locked.save(update_fields=["due_on", "extension_reason"])
    journal.record(actor, "report.extend", locked, before=before.isoformat(), due_on=due_on.isoformat())
    publications.refresh_public_standing(locked)
    return locked


def extension_blocking_reason(report: Report) -> str:
    """Why the deadline of this report cannot be extended; empty where it can."""
    if report.state in REPORT.acts["extend"]:
        return ""
    return _(
        "This deadline can no longer be extended: the report has been submitted, is not required, or "
        "its days of grace are over."
    )


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
    if report.state not in DRAFT_REPORT_STATES or today() <= report.grace_ends_on:
        return False
    missed = REPORT.apply(SYSTEM, report, "miss")
    if missed.cycle.state == CycleState.PUBLISHED:
        publications.record_report_notice(SYSTEM, missed)
    return True


def enqueue_missed_reports() -> int:
    """Queue one job for each report whose days of grace are over; returns how many are new.

    The key holds the day that it was due: two schedulers queue it once, and a report that is extended
    afterwards is looked at again after its new day.
    """
    now = today()
    unfiled = Report.objects.filter(state__in=DRAFT_REPORT_STATES, due_on__lt=now).select_related("cycle")
    return sum(
        enqueue("miss_report", key=f"miss:{report.pk}:{report.due_on}", payload={"report": report.pk})
        for report in unfiled
        if report.grace_ends_on < now
    )
