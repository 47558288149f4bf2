"""A member recalls what it has submitted; and the verdicts as it had read them before a review was reopened."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import CycleState
from alliance.models import ChangesRequest, Report, Submission
from alliance.queries.local_dates import today
from alliance.queries.report_history import earlier_conclusion, replies_to_earlier
from alliance.queries.reports import last_changes_request, standing_submissions
from alliance.services.recalls import is_missed_at_once, recall_report
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.sign_off import RecallForm
from alliance.web.workspace.reports import get_report
from alliance.workflows import REPORT
from portal.kernel.text import format_date, format_moment
from portal.kernel.web import ActorRequest

_NAV = "workspace:report-list"


def report_recall(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a submission is recalled: what stays readable, and until when to submit again."""
    report = get_report(request, pk, "report.recall")
    url = reverse("workspace:report", args=[pk])
    refusal = REPORT.refusal(request.actor, report, "recall")
    submissions = standing_submissions(request.actor, report)
    request_for_changes = last_changes_request(request.actor, report) if submissions[1:] else None
    page = Confirmation(
        rule="report.recall",
        subject=report,
        heading=_("Recall the submission"),
        title=_("What will happen"),
        items=[] if refusal else _consequences(report, submissions, request_for_changes),
        label=_("Recall the submission"),
        cancel_url=url,
        message=_("The submission is recalled; the report can be changed again."),
        next_url=url,
        nav=_NAV,
        warning="" if refusal or submissions[1:] else _lateness(report),
        parent_title=report.cycle.title,
        refusal=refusal,
    )
    return confirm(
        request,
        page,
        lambda **values: recall_report(request.actor, report, **values),
        RecallForm,
        {"seen": submissions[0].number if submissions else None},
    )


def _consequences(
    report: Report, submissions: list[Submission], request_for_changes: ChangesRequest | None
) -> list[str]:
    last = submissions[0]
    facts = {
        "number": last.number,
        "at": format_moment(last.submitted_at),
        "name": last.signatory_name,
    }
    return [
        _("submission %(number)d of %(at)s, signed by %(name)s, stays on record with its receipt") % facts,
        _("the secretariat can still read it, marked as recalled, and what you write here as the reason"),
        *(
            _until_return(submissions[1], request_for_changes)
            if request_for_changes is not None
            else _until_deadline(report)
        ),
        _("your editors can change the report again: texts, figures, evidence, and who may read them"),
        _(
            "a piece of evidence can be left out of the next submission or have other readers; submission "
            "%(number)d keeps it as it was"
        )
        % facts,
        _("your colleagues and the secretariat are notified"),
        *(
            [_("on the public page of the cycle the report no longer counts as in review")]
            if report.cycle.state == CycleState.PUBLISHED
            else []
        ),
    ]


def _until_return(before: Submission, request: ChangesRequest) -> list[str]:
    facts = {"day": format_date(request.due_on), "number": before.number}
    return [
        _("the request for changes applies again: submit by %(day)s, 24:00") % facts,
        _("after that day the secretariat may go on with submission %(number)d") % facts,
    ]


def _until_deadline(report: Report) -> list[str]:
    facts = {"day": format_date(report.due_on), "grace": format_date(report.grace_ends_on)}
    if is_missed_at_once(report):
        return [_("the time to submit is over: the report counts as not filed until you submit it again")]
    return [
        _("the report is due by %(day)s, 24:00; a new submission after that day is marked late") % facts,
        _("if it is not submitted by %(grace)s, 24:00, it counts as not filed") % facts,
    ]


def _lateness(report: Report) -> str:
    if today() <= report.due_on:
        return ""
    message = _("The deadline was %(day)s: whatever you submit after the recall is late.")
    return message % {"day": format_date(report.due_on)}


@require_safe
def earlier_verdicts(request: ActorRequest, pk: int, decision: int) -> HttpResponse:
    """The verdicts as they were concluded before a review was reopened, beside those of now, and the replies."""
    report = get_report(request, pk)
    conclusion = earlier_conclusion(request.actor, report, decision)
    if conclusion is None:
        raise Http404
    context = {
        "base": "base/workspace.html",
        "nav": _NAV,
        "report": report,
        "conclusion": conclusion,
        "replies": replies_to_earlier(request.actor, conclusion),
        "back_url": reverse("workspace:report", args=[pk]),
        "back_title": report.cycle.title,
    }
    return render(request, "alliance/area/earlier_verdicts.html", context)
