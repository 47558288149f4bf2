"""Ways back of a review, each with its page of consequences; and the verdicts as they were before a reopening."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alliance.enums import ReportState
from alliance.models import Report, Response, Submission
from alliance.queries.extensions import closed_request_sentences
from alliance.queries.judged_subjects import reply_subject
from alliance.queries.local_dates import today
from alliance.queries.reply_days import waits_for_signatory
from alliance.queries.report_history import earlier_conclusion, replies_to_earlier
from alliance.queries.review_state import ReviewState
from alliance.services.review_decisions import reopen_review, resume_review, take_back_request
from alliance.web.confirm import Confirmation, confirm
from alliance.web.downloads import submission_attachment
from alliance.web.forms.reviews import DecisionForm, ReasonedDecisionForm
from alliance.web.secretariat.reviews import get_report_and_review
from alliance.workflows import REPORT
from portal.kernel.access import Actor
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest, get_visible_or_404


def review_resume(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before the review of a returned report goes on without a new submission."""
    report, state = get_report_and_review(request.actor, pk, "report.resume_review")
    page = _page(
        request.actor,
        report,
        "resume_review",
        _("Resume the review"),
        [
            *_going_on(request.actor, report, state),
            _("what it has written since stays in its draft, which only it can read"),
            _("its editors and signatories are notified, with the reason")
            if _has_time(report)
            else _notified_without_reason(report),
        ],
        _("The review goes on."),
        warning=_running_time(report),
    )
    return confirm(
        request,
        page,
        lambda **values: resume_review(request.actor, report, **values),
        ReasonedDecisionForm if _has_time(report) else DecisionForm,
    )


def review_take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a request for changes is taken back."""
    report, state = get_report_and_review(request.actor, pk, "report.take_back_request")
    page = _page(
        request.actor,
        report,
        "take_back_request",
        _("Take back the request for changes"),
        [
            *_going_on(request.actor, report, state),
            _("the request stays in the history, marked as taken back"),
            _notified_without_reason(report),
        ],
        _("The request is taken back."),
        warning=_waiting_signature(report),
    )
    return confirm(
        request, page, lambda **values: take_back_request(request.actor, report, **values), DecisionForm
    )


def review_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a concluded review is reopened: what the member reads, and what becomes of replies."""
    report, _state = get_report_and_review(request.actor, pk, "report.reopen")
    has_access = report.organisation.has_access
    page = _page(
        request.actor,
        report,
        "reopen",
        _("Reopen the review"),
        [
            _("the verdicts can be changed again; until then they stay as they are"),
            _("%(name)s still reads the verdicts as they were concluded, in the history of the report")
            % {"name": report.organisation.name}
            if has_access
            else _("the verdicts stay as they were concluded in the history of the report"),
            *_reply_items(request.actor, report),
            _("the day to conclude by moves by the days that the report was with the member"),
            _("its editors and signatories are notified, with this reason")
            if has_access
            else _("nobody at the member has access, and nobody there is notified"),
            _("nothing becomes public; both conclusions stay on record"),
        ],
        _("The review is open again."),
    )
    return confirm(
        request,
        page,
        lambda **values: reopen_review(request.actor, report, **values),
        ReasonedDecisionForm,
    )


def _page(
    actor: Actor,
    report: Report,
    action: str,
    heading: str,
    items: list[str],
    message: str,
    warning: str = "",
) -> Confirmation:
    url = reverse("secretariat:review", args=[report.pk])
    return Confirmation(
        rule=f"report.{action}",
        subject=report,
        heading=heading,
        title=f"{report.organisation.name}, {report.cycle.title}",
        items=items,
        label=heading,
        cancel_url=url,
        message=message,
        next_url=url,
        nav="secretariat:review-list",
        warning=warning,
        parent_title=report.organisation.name,
        refusal=REPORT.refusal(actor, report, action),
    )


def _going_on(actor: Actor, report: Report, state: ReviewState) -> list[str]:
    """Which submission is reviewed, how many verdicts it has, and what the member can do no more, or has asked for."""
    submission = state.submission
    given, steps = len(state.steps) - len(state.missing), len(state.steps)
    facts = {
        "number": submission.number,
        "day": format_date(submission.submitted_at),
        "signatory": submission.signatory_name,
    }
    return [
        _("submission %(number)d of %(day)s is reviewed, signed by %(signatory)s") % facts,
        ngettext(
            "%(given)d of %(n)d verdict is given and stays",
            "%(given)d of %(n)d verdicts are given and stay",
            steps,
        )
        % {"given": given, "n": steps},
        _("%(name)s can no longer change the report or submit it") % {"name": report.organisation.name},
        *closed_request_sentences(actor, report),
        _("the day to conclude by moves by the days that the report was with the member"),
    ]


def _running_time(report: Report) -> str:
    if not _has_time(report):
        return _waiting_signature(report)
    message = _("The member has until %(day)s to submit again: give a reason.")
    return message % {"day": format_date(report.deadline)}


def _has_time(report: Report) -> bool:
    """Whether it can still be submitted in time: nobody can whose people have no access."""
    is_running = report.changes_due_on is not None and today() <= report.changes_due_on
    return is_running and report.organisation.has_access


def _notified_without_reason(report: Report) -> str:
    if report.organisation.has_access:
        return _("its editors and signatories are notified; a reason is optional")
    return _("nobody at the member has access, and nobody there is notified; a reason is optional")


def _waiting_signature(report: Report) -> str:
    if report.state != ReportState.AWAITING_SIGN_OFF or not report.organisation.has_access:
        return ""
    return _("The member has sent the report for sign-off: a new submission may be on its way.")


def _reply_items(actor: Actor, report: Report) -> list[str]:
    items: list[str] = []
    has_access = report.organisation.has_access
    if report.respond_by is not None and has_access and not waits_for_signatory(report):
        sentence = _("it could reply until %(day)s; after the next conclusion it has %(days)s for it again")
        days = report.cycle.response_days
        term = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
        items.append(sentence % {"day": format_date(report.respond_by), "days": term})
    rows = Response.objects.visible_to(actor).filter(report=report, replaced_at=None)
    replies = rows.select_related("commitment")
    subjects = [reply_subject(row.commitment) for row in replies]
    if subjects:
        sentence = (
            _("replies that it has signed stay, and it may sign new ones: %(subjects)s")
            if has_access
            else _("replies that it has signed stay: %(subjects)s")
        )
        items.append(sentence % {"subjects": ", ".join(subjects)})
    return items


@require_safe
def earlier_verdicts(request: ActorRequest, pk: int, decision: int) -> HttpResponse:
    """The verdicts as they were concluded before a review was reopened, beside those of now, and the replies."""
    report, _state = get_report_and_review(request.actor, pk)
    conclusion = earlier_conclusion(request.actor, report, decision)
    if conclusion is None:
        raise Http404
    context = {
        "base": "base/secretariat.html",
        "nav": "secretariat:review-list",
        "report": report,
        "conclusion": conclusion,
        "replies": replies_to_earlier(request.actor, conclusion),
        "back_url": reverse("secretariat:review", args=[pk]),
        "back_title": report.organisation.name,
    }
    return render(request, "alliance/area/earlier_verdicts.html", context)


@require_safe
def review_submission(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """Download of the exact bytes of one submission, recalled or not; their SHA-256 is the digest on the receipt."""
    report, _state = get_report_and_review(request.actor, pk)
    submission = get_visible_or_404(Submission.objects, request.actor, report=report, number=number)
    return submission_attachment(report, submission)
