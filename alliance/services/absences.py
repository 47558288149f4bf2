"""The days that ran on while a member's people had no access: they have them again once they are back."""

from django.db import transaction
from django.db.models import Q

from alliance.enums import CONCLUDED_REPORT_STATES, OPEN_FINDING_STATES, RETURNED_REPORT_STATES
from alliance.models import REPORT_LOCK_ORDER, Finding, Organisation, Report
from alliance.queries.absences import Period, absences, last_day_without
from alliance.queries.local_dates import day_of
from alliance.queries.obligations import IS_UNFILED
from alliance.queries.public.record import withdrawal_of_record
from alliance.queries.published_states import record_name
from alliance.services.extensions import move_deadline
from alliance.services.findings import move_finding_day
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as


@transaction.atomic
def give_days_back(actor: Actor, organisation: Organisation) -> None:
    """Move each day that had not passed when its people lost access by as long as they had none.

    The last day for a reply to verdicts, the day by which a report is submitted, or submitted again, the days of open
    findings that wait for the member. A reply to a corrected verdict needs no move: `reply_openings` leaves those days
    out. The entries of findings are the actor's, who let the member back in. A report that is withdrawn has its days
    for a reply back for as long as it was public.
    """
    with acting_as(SYSTEM):
        periods = absences([organisation.pk]).get(organisation.pk)
        if not periods:
            return
        reports = _move_report_days(organisation, periods[-1])
        findings = _move_finding_days(actor, organisation, periods[-1])
        if reports or findings:
            facts = {"reports": reports, "findings": findings}
            journal.record(SYSTEM, "organisation.give_days_back", organisation, **facts)


def _move_report_days(organisation: Organisation, absence: Period) -> list[int]:
    """Returns the reports that have another day."""
    lost_on = absence[0]
    runs_on = (
        Q(IS_UNFILED, due_on__gte=lost_on)
        | Q(state__in=RETURNED_REPORT_STATES, changes_due_on__gte=lost_on)
        | Q(respond_by__gte=lost_on)
    )
    rows = Report.objects.select_for_update(of=("self",)).filter(runs_on, organisation=organisation)
    rows = rows.select_related("organisation", "cycle")
    moved: list[int] = []
    for report in rows.order_by(*REPORT_LOCK_ORDER):
        before = report.due_on, report.changes_due_on, report.respond_by
        if report.is_unfiled or (report.state in RETURNED_REPORT_STATES and report.changes_due_on):
            move_deadline(report, last_day_without([absence], lost_on, report.deadline))
        if report.respond_by is not None:
            begin = day_of(report.concluded_at) if report.concluded_at else lost_on
            report.respond_by = last_day_without(_while_public(report, absence), begin, report.respond_by)
        if (report.due_on, report.changes_due_on, report.respond_by) != before:
            report.save(update_fields=["due_on", "changes_due_on", "respond_by"])
            moved.append(report.pk)
    return moved


def _while_public(report: Report, absence: Period) -> list[Period]:
    """The absence until the report was withdrawn: the days from then on come back once it is published again."""
    withdrawal = withdrawal_of_record("report", record_name(report)) if report.is_withdrawn else None
    if withdrawal is None:
        return [absence]
    lost_on, again_on = absence
    withdrawn_on = day_of(withdrawal.at)
    return [(lost_on, min(again_on, withdrawn_on))] if lost_on < withdrawn_on else []


def _move_finding_days(actor: Actor, organisation: Organisation, absence: Period) -> list[int]:
    """Of what the member has read and not reported done. Returns the findings that have another day."""
    lost_on = absence[0]
    rows = Finding.objects.select_for_update(of=("self",)).filter(
        organisation=organisation,
        state__in=OPEN_FINDING_STATES,
        claimed_at=None,
        report__state__in=CONCLUDED_REPORT_STATES,
        due_on__gte=lost_on,
    )
    moved: list[int] = []
    for finding in rows.select_related("report").order_by("pk"):
        concluded_at = finding.report.concluded_at
        begin = day_of(concluded_at) if concluded_at else lost_on
        day = last_day_without([absence], begin, finding.due_on)
        if day != finding.due_on:
            move_finding_day(actor, finding, day)
            moved.append(finding.pk)
    return moved
