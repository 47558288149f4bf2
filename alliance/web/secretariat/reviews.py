"""One review as a whole: begin, return, conclude, notes and questions."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import UNSETTLED_READING_STATES, ReportState, SecondReadingState
from alliance.models import Commitment, PublishedResponse, Report, ReviewAssignment, SecondReading, Submission
from alliance.queries.absences import members_unable_to_sign
from alliance.queries.cycle_publication import verdict_comparisons
from alliance.queries.findings import findings_from
from alliance.queries.local_dates import today
from alliance.queries.reply_days import reply_day_from_today, waits_for_signatory
from alliance.queries.report_history import last_reopening, report_history
from alliance.queries.review_context import all_questions, notes_on, unsettled_questions
from alliance.queries.review_drafts import drafts_without_step, steps_with_open_drafts
from alliance.queries.review_state import ReviewState, review_state
from alliance.queries.reviewers import allocation_acts, conflict_reason, lacks_other_reviewer
from alliance.queries.reviews import conclude_by, filed_reports
from alliance.queries.second_readings import (
    changed_since_read,
    readings_of,
    readings_of_earlier_submissions,
)
from alliance.queries.submission_contents import filed_report
from alliance.queries.withdrawals import public_replies, withdrawable_report
from alliance.services.documents import document_options
from alliance.services.reviews import (
    conclude_report,
    proposed_changes_day,
    request_changes,
    start_review,
)
from alliance.web.area import posted_data
from alliance.web.corrections.links import report_corrections
from alliance.web.forms.reviews import ConclusionForm, SummaryForm
from alliance.web.secretariat.review_desk import ReviewDesk
from alliance.web.secretariat.review_refusals import explained_refusal
from alliance.web.secretariat.review_steps import review_step_links, review_step_url, verdict_place_url
from alliance.workflows import REPORT
from portal.kernel.access import Actor
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    permissions,
    posts,
    refusals_on,
    typed_words,
)


def _report(actor: Actor, pk: int, rule: str = "") -> Report:
    report: Report = get_visible_or_404(filed_reports(actor), actor, rule=rule, pk=pk)
    return report


def get_report_and_review(actor: Actor, pk: int, rule: str = "") -> tuple[Report, ReviewState]:
    """The report and its review; 404 while nothing has been submitted. With a rule of its reviewer, one that it allows.

    Raises as `explained_refusal`.
    """
    with explained_refusal(actor, pk):
        report = _report(actor, pk, rule)
    state = review_state(actor, report)
    if state is None:
        raise Http404
    return report, state


def review_context(request: ActorRequest, report: Report, state: ReviewState) -> dict[str, Any]:
    """What every page of a review shows around its matter; `?only=changed` narrows the list of steps."""
    actor = request.actor
    only_changed = request.GET.get("only") == "changed" and bool(state.changed)
    return {
        "nav": "secretariat:review-list",
        "report": report,
        "state": state,
        "steps": review_step_links(report, state, only_changed=only_changed),
        "only_changed": only_changed,
        "conclude_by": conclude_by(report),
        "today": today(),
        "conflict_reason": conflict_reason(actor, report),
        "acts": allocation_acts(actor, report),
        **permissions(
            actor,
            report,
            may_review="report.review",
            may_note="note.write",
            may_keep_drafts="review_draft.save",
        ),
        "may_start": _may_start(actor, report),
        "in_review": report.state == ReportState.IN_REVIEW,
        **report_corrections(actor, report),
    }


def _may_start(actor: Actor, report: Report) -> bool:
    """Whether the actor may take the report into review now. One query, where the rules let them."""
    is_available = REPORT.is_available(actor, report, "start_review")
    return is_available and not REPORT.refusal(actor, report, "start_review", is_brief=True)


def review(request: ActorRequest, pk: int) -> HttpResponse:
    """One review: its progress, all questions and whose turn it is, notes on the whole report, the next steps."""
    report, state = get_report_and_review(request.actor, pk)
    desk = ReviewDesk(request, report, state, None)
    if request.method == "POST":
        response = desk.respond(lambda desk: redirect(desk.url))
        if response is not None:
            return response
    replies = public_replies(report)
    around, readings = review_context(request, report, state), readings_of(request.actor, report)
    context = {
        **around,
        "desk": desk,
        "drafts_without_step": drafts_without_step(request.actor, report, state, desk.drafts),
        "questions": all_questions(request.actor, report),
        "notes": notes_on(request.actor, report, None),
        "conclude_refusal": ""
        if state.missing
        else REPORT.refusal(request.actor, report, "conclude", is_brief=True),
        "blocking_reading_url": "" if state.missing else _blocking_reading_url(readings),
        "can_return": REPORT.is_available(request.actor, report, "request_changes")
        and report.organisation.has_access,
        "ways_back": _ways_back(request.actor, report),
        "history": report_history(request.actor, report),
        "documents": document_options(request.actor, report),
        "next_url": review_step_url(report, state.missing[0]) if state.missing else "",
        "lacks_other_reviewer": lacks_other_reviewer(request.actor, report, around["acts"]),
        "readings": readings,
        "assignments": ReviewAssignment.objects.visible_to(request.actor)
        .filter(report=report)
        .select_related("reviewer", "earlier_reviewer", "assigned_by"),
        "pause": report.pauses.visible_to(request.actor).select_related("paused_by").first(),
        "second_looks": state.to_confirm,
        "replies": replies,
        "waits_for_signatory": waits_for_signatory(report),
        "withdraw_links": _withdraw_links(report, replies),
        **permissions(
            request.actor, report, may_withdraw="publication.withdraw", may_confirm="verdict.confirm"
        ),
    }
    status = 409 if desk.posted.conflicts else 422 if request.method == "POST" else 200
    return render(request, "alliance/secretariat/review.html", context, status=status)


@require_safe
def review_filed(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """One submission of a report as a whole, earlier ones too."""
    report, state = get_report_and_review(request.actor, pk)
    submission = get_visible_or_404(Submission.objects, request.actor, report=report, number=number)
    context = {
        **review_context(request, report, state),
        "submission": submission,
        "filed": filed_report(request.actor, report, submission),
        "evidence_route": "secretariat:evidence",
    }
    return render(request, "alliance/secretariat/review_filed.html", context)


def _withdraw_links(
    report: Report, replies: Iterable[tuple[Commitment | None, PublishedResponse]]
) -> list[tuple[str, str]]:
    """Where a published report is withdrawn, and each public reply to its verdicts: labels with addresses."""
    number = withdrawable_report(report)
    numbers = [(_("Withdraw the publication"), number)] if number else []
    for commitment, reply in replies:
        label = (
            _("Withdraw the reply: %(commitment)s") % {"commitment": str(commitment)}
            if commitment
            else _("Withdraw the reply to all verdicts")
        )
        numbers.append((label, reply.valid_from))
    return [(label, reverse("secretariat:publication-withdraw", args=[number])) for label, number in numbers]


_WAYS_BACK = {
    "resume_review": "secretariat:review-resume",
    "take_back_request": "secretariat:review-take-back",
    "reopen": "secretariat:review-reopen",
}


def _ways_back(actor: Actor, report: Report) -> list[tuple[str, str]]:
    """The steps back that the actor may take now: each label with its address. What other steps need is not read."""
    return [
        (str(REPORT.steps[action].label), reverse(route, args=[report.pk]))
        for action, route in _WAYS_BACK.items()
        if REPORT.is_available(actor, report, action) and not REPORT.refusal(actor, report, action)
    ]


@posts()
def review_start(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a submitted report into review and go to its first measure."""
    report, state = get_report_and_review(request.actor, pk)
    start_review(request.actor, report)
    return redirect(review_step_url(report, state.steps[0]) if state.steps else "secretariat:review", pk=pk)


def review_request_changes(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to return a report to the member for changes, with a summary."""
    report, state = get_report_and_review(request.actor, pk, "report.request_changes")
    proposed, days = proposed_changes_day(report.cycle), report.cycle.response_days
    form = SummaryForm(posted_data(request), proposed=proposed, days=days)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            request_changes(request.actor, report, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Returned"))
            return redirect("secretariat:review-list")
    context = {
        **review_context(request, report, state),
        "form": form,
        "open_questions": unsettled_questions(request.actor, [report]),
        "blocked": REPORT.refusal(request.actor, report, "request_changes"),
        "typed": typed_words(form),
    }
    page, status = "alliance/secretariat/review_request_changes.html", 422 if form.is_bound else 200
    return render(request, page, context, status=status)


def _blocking_reading_url(readings: Iterable[SecondReading]) -> str:
    """Where its reviewer reads, or settles, the one that comes before the conclusion; empty where all are settled."""
    reading = next((each for each in readings if each.state in UNSETTLED_READING_STATES), None)
    if reading is None:
        return ""
    differs = reading.state == SecondReadingState.DIFFERS
    return reverse(f"secretariat:second-reading{'-settle' if differs else ''}", args=[reading.pk])


def _against_last_period(actor: Actor, report: Report, state: ReviewState) -> dict[str, Any]:
    """The verdicts that are not what the public reads of the last cycle, each with its page; not those taken back.

    That is the last published one for which the member has filed.
    """
    comparison = verdict_comparisons(actor, report.cycle, [report])[report.pk]
    if comparison.earlier is None:
        return {"earlier_cycle": None, "differences": [], "has_earlier_verdicts": False}
    steps = {step.code: step for step in state.steps if step.verdict is not None and not step.withdrawn}
    return {
        "earlier_cycle": comparison.earlier,
        "has_earlier_verdicts": not comparison.compared.isdisjoint(steps),
        "differences": [
            (difference, review_step_url(report, steps[difference.code]))
            for difference in comparison.differences
            if difference.code in steps
        ],
    }


def _concluded_message(report: Report) -> str:
    """Whether the member can now read the verdicts and reply. At most one query."""
    if not report.organisation.has_access:
        return _("Concluded. Nobody at the member has access to read the verdicts and reply.")
    if members_unable_to_sign([report.organisation_id]):
        return _("Concluded. The member can now read the verdicts.")
    return _("Concluded. The member can now read the verdicts and reply.")


def review_conclude(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a review is concluded: what is missing, and what concluding does."""
    report, state = get_report_and_review(request.actor, pk, "report.conclude")
    changed = changed_since_read(request.actor, report, state)
    form = ConclusionForm(posted_data(request), needs_reason=bool(changed))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            conclude_report(request.actor, report, form.cleaned_data["reason"])
        if form.is_valid():
            messages.success(request, _concluded_message(report))
            return redirect("secretariat:review-list")
    verdicts = sum(step.verdict is not None and not step.withdrawn for step in state.steps)
    readings = readings_of(request.actor, report)
    context = {
        **review_context(request, report, state),
        "form": form,
        "missing": [(step, verdict_place_url(report, step)) for step in state.unjudged],
        "verdicts": verdicts,
        "taken_back": state.verdict_count - verdicts,
        "questions": unsettled_questions(request.actor, [report]),
        "reply_until": reply_day_from_today(report.cycle),
        "is_unable_to_sign": report.organisation.has_access
        and members_unable_to_sign([report.organisation_id]),
        "second_looks": [(step, verdict_place_url(report, step)) for step in state.to_confirm],
        "changed_since_read": [(row, verdict_place_url(report, row.step)) for row in changed],
        "earlier_readings": readings_of_earlier_submissions(
            state.submissions, state.submission.number, readings
        ),
        "blocked": REPORT.refusal(request.actor, report, "conclude"),
        "typed": typed_words(form),
        "blocking_reading_url": _blocking_reading_url(readings),
        "findings": [finding for finding in findings_from(request.actor, report) if finding.is_open],
        **_against_last_period(request.actor, report, state),
        "earlier": last_reopening(request.actor, report),
        "drafted": [
            (step, review_step_url(report, step))
            for step in steps_with_open_drafts(request.actor, report, state)
        ],
    }
    page, status = "alliance/secretariat/review_conclude.html", 422 if form.is_bound else 200
    return render(request, page, context, status=status)
