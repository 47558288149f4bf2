"""From a finished working copy to a receipt: ask, send back, submit, preview."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.enums import Disclosure
from alliance.models import Report, Submission
from alliance.queries.attention import submission_blockers
from alliance.queries.local_dates import today
from alliance.queries.reports import recall_of
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services.reports import ask_for_sign_off, send_report_back
from alliance.services.shown_copies import ShownCopy
from alliance.services.submissions import statement_for, submit_report
from alliance.validators.figures import Finding
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.downloads import submission_attachment
from alliance.web.forms.working_copy import StatementForm
from alliance.web.step_up import step_up
from alliance.web.workspace.place_links import PlaceLinks
from alliance.web.workspace.report_preview import preview_measures
from alliance.web.workspace.reports import get_report, report_context
from alliance.workflows import REPORT
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest, get_visible_or_404, refusals_on

_NAV = "workspace:report-list"


@require_http_methods(["GET", "HEAD", "POST"])
def report_ask_for_sign_off(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before the signatories are asked for sign-off."""
    report = get_report(request, pk)
    ready = working_copy(report).is_ready
    page = Confirmation(
        rule="report.ask_for_sign_off",
        subject=report,
        heading=_("Ask for sign-off"),
        title=_("What will happen"),
        items=[
            _("The report can no longer be changed until a signatory submits or returns it."),
            _("The signatories are notified."),
        ],
        label=_("Ask for sign-off"),
        cancel_url=reverse("workspace:report", args=[pk]),
        message=_("Report sent for sign-off"),
        next_url=reverse("workspace:report", args=[pk]),
        warning="" if ready else _("Something is still missing: complete it first."),
        nav=_NAV,
    )
    return confirm(request, page, lambda: ask_for_sign_off(request.actor, report))


@require_http_methods(["GET", "HEAD", "POST"])
def report_send_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a report is returned to its editors."""
    report = get_report(request, pk)
    page = Confirmation(
        rule="report.send_back",
        subject=report,
        heading=_("Return the report"),
        title=_("The editors can change the report again:"),
        items=[_("The editors are notified.")],
        label=_("Return"),
        cancel_url=reverse("workspace:report", args=[pk]),
        message=_("Returned"),
        next_url=reverse("workspace:report", args=[pk]),
        nav=_NAV,
    )
    return confirm(request, page, lambda: send_report_back(request.actor, report))


@require_http_methods(["GET", "HEAD", "POST"])
def report_submit(request: ActorRequest, pk: int) -> HttpResponse:
    """Form for the signatory to submit a report: what changed, what becomes visible to whom, the statement."""
    report = get_report(request, pk, "report.submit")
    if (again := step_up(request, "report.submit")) is not None:
        return again
    form = StatementForm(posted_data(request), statement=statement_for(report))
    if form.is_valid():
        with refusals_on(form):
            submission = submit_report(request.actor, report, shown=form.cleaned_data["shown"])
        if form.is_valid():
            messages.success(request, _("The report has been submitted. A receipt will arrive by e-mail."))
            return redirect("workspace:report-receipt", pk=pk, number=submission.number)
    if form.is_bound:
        form.ask_again()
    read_at = timezone.now()  # before the rows are read: an edit in between counts as one that came after
    copy = working_copy(report)
    links = PlaceLinks(copy.frame)
    context = {
        **report_context(request, copy),
        "form": form,
        "shown": ShownCopy.of(copy, read_at),
        "counts": _content_counts(copy),
        **_blocking_context(request, report),
        "is_ready": not submission_blockers(request.actor, copy),
        "warnings": [_warning_row(copy, links, warning) for warning in copy.warnings],
    }
    return render(
        request, "alliance/workspace/report_submit.html", context, status=422 if form.is_bound else 200
    )


def _warning_row(copy: WorkingCopy, links: PlaceLinks, warning: Finding) -> tuple[str, str, str]:
    """The address of the figure, the warning with the name of its place, and the note that answers it."""
    sentence = f"{copy.frame.words_of(warning.place)}: {warning}"
    return links.figure_url(warning.place), sentence, copy.figures[warning.place].note


def _blocking_context(request: ActorRequest, report: Report) -> dict[str, str]:
    """What blocks the step for now; or why it cannot be taken at all, and then the page offers nothing."""
    steps = (each for each in REPORT.available(request.actor, report) if each.step.action == "submit")
    step = next(steps, None)
    if step is None:
        return {"blocked": "", "refusal": REPORT.refusal(request.actor, report, "submit")}
    return {"blocked": step.blocked, "refusal": ""}


def _content_counts(copy: WorkingCopy) -> list[str]:
    """What the submission holds, and who reads it."""
    drafts = [*copy.answers.values(), *copy.given_figures.values()]
    withheld = sum(draft.disclosure == Disclosure.SECRETARIAT for draft in drafts)
    return [
        _("Texts: %(answers)d; figures: %(figures)d")
        % {"answers": len(copy.answers), "figures": len(copy.given_figures)},
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
    """Preview of the report as the public would read it, from the current working copy."""
    report = get_report(request, pk)
    copy = working_copy(report)
    return render(
        request,
        "alliance/workspace/report_preview.html",
        {**report_context(request, copy), "preview_parts": preview_measures(copy)},
    )
