"""Named writes on a member's obligation to report: exempt, remind, and withhold when the grace is over."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import CycleState
from alliance.models import Cycle, Report, ReportExemption, ReportReminder
from alliance.queries.local_dates import today
from alliance.queries.obligations import IS_UNFILED, ended_memberships, is_overdue
from alliance.queries.reminders import nobody_to_remind_reason, reminder_recipients
from alliance.services import publications
from alliance.services.extensions import lapse_extension_request, reopen_extension_request
from alliance.services.second_readings import withdraw_readings_of_report
from alliance.workflows import REPORT
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.text import clean_text, require_reason


@transaction.atomic
def exempt_report(actor: Actor, report: Report, reason: str) -> Report:
    """Free a member from a report, with a reason that is published with the cycle; second readings of it end.

    Raises Forbidden, WrongState, or DomainError without a reason.
    """
    require(actor, "report.exempt", report)
    cleaned_reason = require_reason(reason)
    exemption = ReportExemption.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        reason=cleaned_reason,
        decided_by_id=person_of(actor),
    )
    changes, data = {"exempt_reason": cleaned_reason}, {"exemption": exemption.pk}
    exempted = REPORT.apply(actor, report, "exempt", changes=changes, data=data)
    lapse_extension_request(exempted)
    withdraw_readings_of_report(actor, exempted, within="report.exempt")
    if exempted.cycle.state == CycleState.PUBLISHED:
        publications.record_report_notice(actor, exempted)
    return exempted


def put_back_to_draft(report: Report, due_on: date) -> Report:
    """Require a report again by that day, as SYSTEM, that was exempted by what is taken back now. Raises WrongState.

    A request for more time that the exemption closed is open again.
    """
    restored = REPORT.apply(SYSTEM, report, "restore", changes={"exempt_reason": "", "due_on": due_on})
    reopen_extension_request(restored)
    return restored


@transaction.atomic
def remind_members(
    actor: Actor, cycle: Cycle, report_ids: Collection[int] | None = None, text: str = ""
) -> list[Report]:
    """Remind members of these reports, or of all that are not submitted; returns those that were reminded.

    The people there are notified through the event, and read the manager's own words, if there are any. Whoever has
    filed, cannot be reached or was reminded today is left out. Raises Forbidden, WrongState while the cycle is not
    open, or DomainError when nobody is left to remind.
    """
    locked = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=cycle.pk)
    require(actor, "cycle.remind", locked)
    if locked.state != CycleState.OPEN:
        raise WrongState(_("Members can be reminded only while the cycle is open."))
    cleaned_text = clean_text(text, field="text").strip()
    recipients = reminder_recipients(actor, locked, report_ids)
    reports = [each.report for each in recipients if not each.left_out]
    if not reports:
        raise DomainError(nobody_to_remind_reason(recipients))
    reminders = ReportReminder.objects.bulk_create(
        ReportReminder(
            report=report,
            organisation_id=report.organisation_id,
            text=cleaned_text,
            sent_by_id=person_of(actor),
            sent_at=clock.now(),
        )
        for report in reports
    )
    journal.record(actor, "cycle.remind", locked, reports=[report.pk for report in reports])
    for report, reminder in zip(reports, reminders, strict=True):  # it belongs to the story of each, too
        journal.record(actor, "report.remind", report, reminder=reminder.pk)
    return reports


@transaction.atomic
def mark_not_filed(report_id: int) -> bool:
    """Record, as SYSTEM, that a report was not filed: its days of grace are over by the database's clock.

    Changes nothing, and returns False, when it was filed, exempted or extended in the meantime, or when the membership
    ended before it was due.
    """
    report = Report.objects.select_for_update(of=("self",)).prefetch_related("cycle").get(pk=report_id)
    if not is_overdue(report, today()) or ended_memberships([report]):
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


def restore_missed_report(report: Report) -> None:
    """Let a report that is locked no longer count as not filed, as SYSTEM: its days of grace run again.

    It is a draft again; a late one that awaits sign-off goes on doing so. A request for more time that was closed as it
    counted as not filed is open again.
    """
    if report.was_not_filed:
        report.was_not_filed = False
        report.save(update_fields=["was_not_filed"])
    else:
        report = REPORT.apply(SYSTEM, report, "restore")
    reopen_extension_request(report)


def enqueue_missed_reports() -> int:
    """Queue one job for each report whose days of grace are over; returns how many are new.

    The key holds the day that it was due: two schedulers queue it once, and a report that is extended
    afterwards is looked at again after its new day.
    """
    now = today()
    unfiled = Report.objects.filter(IS_UNFILED, due_on__lt=now).select_related("cycle")
    return sum(
        enqueue("miss_report", key=f"miss:{report.pk}:{report.due_on}", payload={"report": report.pk})
        for report in unfiled
        if report.grace_ends_on < now
    )
