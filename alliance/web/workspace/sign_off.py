"""The signatory's page, the receipts of what was submitted, and the preview."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.models import Report, Submission
from alliance.queries.attention import submission_blockers
from alliance.queries.four_eyes import readings_by_others
from alliance.queries.local_dates import today
from alliance.queries.reports import last_changes_request, questions_of, recall_of
from alliance.queries.sign_off import open_sign_off_request
from alliance.queries.signatures import signature_of
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services.documents import is_draft_offered
from alliance.services.shown_copies import ShownCopy
from alliance.services.submissions import statement_for, submit_report
from alliance.web.area import posted_data
from alliance.web.downloads import submission_attachment
from alliance.web.forms.sign_off import StatementForm
from alliance.web.step_up import step_up
from alliance.web.workspace.difference_rows import DifferenceRows
from alliance.web.workspace.report_preview import preview_measures, preview_pledges
from alliance.web.workspace.reports import get_report, report_context
from alliance.web.workspace.sign_off_requests import few_places
from alliance.workflows import REPORT
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate, refusals_on

_NAV = "workspace:report-list"
# rows of each section on the signatory's page; of figures other answers, then numbers
_ANSWERS, _NUMBERS, _TEXTS, _WARNINGS, _WITHHELD, _VERDICTS, _QUESTIONS = 6, 12, 5, 5, 8, 5, 8
_PREVIEWED = 6  # measures on a page of the preview


@require_http_methods(["GET", "HEAD", "POST"])
def report_submit(request: ActorRequest, pk: int) -> HttpResponse:
    """Form for the signatory to submit a report: what changed, what becomes visible to whom, the statement."""
    report = get_report(request, pk, "report.submit")
    if (again := step_up(request, "report.submit")) is not None:
        return again
    form = StatementForm(posted_data(request), statement=statement_for(report))
    if form.is_valid():
        with refusals_on(form), few_places():
            submission = submit_report(request.actor, report, shown=form.cleaned_data["shown"])
        if form.is_valid():
            messages.success(request, _("The report has been submitted. A receipt will arrive by e-mail."))
            if get_report(request, pk).late:  # perhaps midnight passed while the page was open
                messages.warning(request, _("It was submitted after the deadline and is marked as late."))
            return redirect("workspace:report-receipt", pk=pk, number=submission.number)
    if form.is_bound:
        form.ask_again()
    read_at = timezone.now()  # before the rows are read: an edit in between counts as one that came after
    copy = working_copy(report)
    rows = DifferenceRows(request.actor, copy)
    context = {
        **report_context(request, copy),
        **_sections(rows),
        "form": form,
        "shown": ShownCopy.of(copy, read_at),
        "read_at": read_at,
        "counts": _content_counts(copy, len(rows.withheld)),
        **_blocking_context(request, report),
        "is_ready": not submission_blockers(request.actor, copy),
        "sign_off_request": open_sign_off_request(request.actor, report),
        "four_eyes": readings_by_others(copy, request.actor.person_id),
        "signature": signature_of(request.actor),
        "may_send_back": REPORT.is_available(request.actor, report, "send_back"),
        **_requested(request, report),
    }
    return render(
        request, "alliance/workspace/report_submit.html", context, status=422 if form.is_bound else 200
    )


def _sections(rows: DifferenceRows) -> dict[str, object]:
    """The first rows of each section, and how many there are: the others stand on the page of all differences."""
    verdicts = rows.verdicts
    figures = rows.first_figures(_ANSWERS, _NUMBERS)
    return {
        "rows": rows,
        "baseline": rows.baseline,
        "figure_rows": rows.figure_rows(figures),
        "figures_left": len(rows.changed_figures) - len(figures),
        "text_rows": rows.text_rows(rows.changed_texts[:_TEXTS]),
        "texts_left": len(rows.changed_texts[_TEXTS:]),
        "warning_rows": rows.warning_rows(rows.warnings[:_WARNINGS]),
        "warnings_left": len(rows.warnings[_WARNINGS:]),
        "withheld_rows": rows.withheld_rows(rows.withheld[:_WITHHELD]),
        "withheld_left": len(rows.withheld[_WITHHELD:]),
        "verdict_rows": rows.verdict_rows(verdicts[:_VERDICTS]),
        "verdicts_left": len(verdicts[_VERDICTS:]),
        "unanswered": sum(not row.is_answered for row in verdicts),
    }


def _requested(request: ActorRequest, report: Report) -> dict[str, object]:
    """What the secretariat asked for where it has returned the report, and its questions with their answers."""
    changes = last_changes_request(request.actor, report) if report.changes_due_on else None
    asked = questions_of(request.actor, report) if changes else []
    return {
        "requested_changes": changes,
        "questions": asked[:_QUESTIONS],
        "questions_left": len(asked[_QUESTIONS:]),
    }


def _blocking_context(request: ActorRequest, report: Report) -> dict[str, str]:
    """What blocks the step for now; or why it cannot be taken at all, and then the page offers nothing."""
    steps = (each for each in REPORT.available(request.actor, report) if each.step.action == "submit")
    step = next(steps, None)
    if step is None:
        return {"blocked": "", "refusal": REPORT.refusal(request.actor, report, "submit")}
    return {"blocked": step.blocked, "refusal": ""}


def _content_counts(copy: WorkingCopy, withheld: int) -> list[str]:
    """What the submission holds, and who reads it; `withheld` entries the secretariat alone."""
    texts = sum(bool(copy.answers[key].text.strip()) for key in copy.frame.texts if key in copy.answers)
    return [
        _("Texts: %(answers)d; figures: %(figures)d") % {"answers": texts, "figures": len(copy.values)},
        f"{_('Evidence')}: {len(copy.evidence)}",
        _("From now on the secretariat can read all of it."),
        _("After the review it is published; answers only for the secretariat: %(count)d")
        % {"count": withheld},
        *_lateness(copy.frame.report),
    ]


def _lateness(report: Report) -> list[str]:
    """That it counts as late, by the first submission that stands, where it would."""
    if report.submitted_at is not None or today() <= report.due_on:
        return []
    message = _("The deadline was %(day)s: the report will be marked as late.")
    return [message % {"day": format_date(report.due_on)}]


@require_safe
def report_receipt(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """Receipt of a submission: what was filed, when and by whom."""
    report = get_report(request, pk)
    submission = get_visible_or_404(Submission.objects, request.actor, report=report, number=number)
    recall = recall_of(request.actor, submission)
    context = {"report": report, "submission": submission, "recall": recall, "nav": _NAV}
    return render(request, "alliance/workspace/report_receipt.html", context)


@require_safe
def report_submission(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """Download of the exact bytes that were filed; their SHA-256 is the digest on the receipt."""
    report = get_report(request, pk)
    submission = get_visible_or_404(Submission.objects, request.actor, report=report, number=number)
    return submission_attachment(report, submission)


@require_safe
def report_preview(request: ActorRequest, pk: int) -> HttpResponse:
    """Preview of the report as the public would read it, from the current working copy, some measures on a page."""
    report = get_report(request, pk)
    copy = working_copy(report)
    page = paginate(copy.frame.measures, request, _PREVIEWED)
    context = {
        **report_context(request, copy),
        "page": page,
        "preview_parts": preview_measures(copy, list(page.object_list)),
        "preview_pledges": [] if page.has_next() else preview_pledges(copy),
        "is_offered_as_pdf": is_draft_offered(request.actor, report),
    }
    return render(request, "alliance/workspace/report_preview.html", context)
