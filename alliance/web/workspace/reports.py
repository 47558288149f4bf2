"""A member's reports: the list, and one report as a whole."""

from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import RETURNED_REPORT_STATES
from alliance.models import Commitment, Delegation, Measure, Report
from alliance.queries.attention import report_steps
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.cycle_calendar import own_calendar
from alliance.queries.delegations import live_delegations, measures_given_to, report_sections
from alliance.queries.extensions import asking_blocking_reason, extension_requests_of
from alliance.queries.four_eyes import unconfirmed_measures
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.reply_days import reply_end, waits_for_signatory
from alliance.queries.report_history import report_history
from alliance.queries.report_progress import Progress
from alliance.queries.reports import last_changes_request, questions_of, reports, submissions_of
from alliance.queries.service_owners import parts_of_period
from alliance.queries.sign_off import last_sign_off_request
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services.documents import document_options
from alliance.web.calendar_files import calendar_response
from alliance.web.corrections.links import report_corrections
from alliance.web.corrections.replies import replies_in_time
from alliance.web.workspace.next_step import next_step
from alliance.workflows import REPORT, REPORT_BEFORE_SUBMISSION, REPORT_EDITABLE
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    paginate,
    permissions,
)

_NAV = "workspace:report-list"


def get_report(request: ActorRequest, pk: int, rule: str = "") -> Report:
    report: Report = get_visible_or_404(reports(request.actor), request.actor, rule=rule, pk=pk)
    return report


@require_safe
def report_list(request: ActorRequest) -> HttpResponse:
    """List of the organisation's reports, due and filed."""
    page = paginate(
        without_charter_texts(reports(request.actor), "cycle__charter", "earlier_charter"), request
    )
    return render(request, "alliance/workspace/report_list.html", {"page": page})


@require_safe
def report_calendar_file(request: ActorRequest) -> HttpResponse:
    """The days of the organisation's own reports that are not over, as a file for calendar programs."""
    page = reverse("workspace:report-list")
    entries = [(entry, page) for entry in own_calendar(request.actor)]
    return calendar_response(_("Our reports"), "reports", entries, of=f"report-{request.actor.tenant_id}")


@require_safe
def report(request: ActorRequest, pk: int) -> HttpResponse:
    """One report: its state, what comes next, its chapters, receipts, questions."""
    report = get_report(request, pk)
    copy = working_copy(report)
    shared = report_context(request, copy)
    delegations: list[Delegation] = shared["delegations"]  # type: ignore[assignment]  # of a page's context
    context = {
        **shared,
        "sections": report_sections(request.actor, copy, delegations),
        "steps": sorted(report_steps(request.actor, copy), key=lambda each: each.step.action != "submit"),
        "reply_until": reply_end(report),
        "waits_for_signatory": waits_for_signatory(report),
        "reopened_replies": replies_in_time(request.actor, report),
        "questions": questions_of(request.actor, report),
        "is_draft": report.is_unfiled,
        "due_at": end_of_day(report.due_on),
        "grace_ends_at": end_of_day(report.grace_ends_on),
        "extension_requests": extension_requests_of(request.actor, report),
        **report_corrections(request.actor, report),
        "may_ask_extension": REPORT.is_available(request.actor, report, "ask_extension")
        and not asking_blocking_reason(report),
        "documents": document_options(request.actor, report, copy.frame),
        "history": report_history(request.actor, report),
        "sign_off_request": last_sign_off_request(request.actor, report),
        "partial_services": parts_of_period(report),
        "unread_count": len(unconfirmed_measures(copy)),
        **permissions(
            request.actor,
            report,
            may_confirm="report.confirm",
            may_withdraw_extension="extension_request.withdraw",
        ),
    }
    return render(request, "alliance/workspace/report.html", context)


def report_context(request: ActorRequest, copy: WorkingCopy) -> dict[str, object]:
    """What every page of one report shows."""
    report = copy.frame.report
    delegations = live_delegations(request.actor, report)
    return {
        "report": report,
        "copy": copy,
        "chapters": commitment_progress(copy),
        "submissions": submissions_of(request.actor, report),
        "changes": last_changes_request(request.actor, report)
        if report.state in RETURNED_REPORT_STATES and report.changes_due_on
        else None,
        "changes_end": end_of_day(report.changes_due_on) if report.changes_due_on else None,
        "is_overdue": report.is_unfiled and report.due_on < today(),
        "in_work": report.state in REPORT_EDITABLE,
        "before_sign_off": report.state in REPORT_BEFORE_SUBMISSION,
        "editable": REPORT.is_available(request.actor, report, "edit"),
        "next_step": next_step(request.actor, copy),
        **permissions(request.actor, report, may_disclose="report.disclose"),
        "delegations": delegations,
        "own_measures": measures_given_to(request.actor.person_id, delegations, copy.frame),
        "nav": _NAV,
    }


@dataclass
class CommitmentProgress:
    """A commitment with its measures: how far each has come, and what is wrong in it."""

    commitment: Commitment
    measures: list[tuple[Measure, Progress, int]] = field(default_factory=list)

    @property
    def progress(self) -> Progress:
        parts = [progress for _measure, progress, _wrong in self.measures]
        return Progress(sum(part.done for part in parts), sum(part.required for part in parts))

    @property
    def fault_count(self) -> int:
        return sum(wrong for _measure, _progress, wrong in self.measures)


def commitment_progress(copy: WorkingCopy) -> list[CommitmentProgress]:
    wrong = {finding.place.indicator for finding in copy.errors}
    chapters: dict[int, CommitmentProgress] = {}
    for measure in copy.frame.measures:
        chapter = chapters.setdefault(measure.commitment.pk, CommitmentProgress(measure.commitment))
        faults = sum(row.key in wrong for row in measure.figures)
        chapter.measures.append((measure.measure, copy.progress(measure), faults))
    return list(chapters.values())
