"""Pages before sign-off is asked for, a report is returned to its editors, or the request is taken back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from alliance.models import Report
from alliance.queries.attention_items import faults_of
from alliance.queries.sign_off import open_sign_off_request
from alliance.queries.working_copy import working_copy
from alliance.services.sign_off import ask_for_sign_off, send_report_back, withdraw_sign_off
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.renewable import SeenForm
from alliance.web.forms.sign_off import ReturnForm, SignOffRequestForm
from alliance.web.workspace.reports import get_report
from alliance.workflows import REPORT
from portal.kernel.errors import Gaps
from portal.kernel.web import ActorRequest

_NAV = "workspace:report-list"
_MAX_NAMED = 10  # places that a refusal names one by one: a report may have more than a thousand


@contextmanager
def few_places() -> Iterator[None]:
    """Shorten a refusal that names every place of a report: the first ones, and how many more there are."""
    try:
        yield
    except Gaps as refusal:
        faults = dict(list(refusal.faults.items())[:_MAX_NAMED])
        further = len(refusal.faults) - len(faults)
        if further:
            sentence = ngettext(
                "%(n)d more place: see “What needs your eyes”",
                "%(n)d more places: see “What needs your eyes”",
                further,
            )
            faults[_("And")] = sentence % {"n": further}
        raise Gaps(str(refusal), faults) from refusal


def _page(report: Report, action: str, refusal: str, **words: object) -> Confirmation:
    url = reverse("workspace:report", args=[report.pk])
    return Confirmation(
        rule=f"report.{action}",
        subject=report,
        cancel_url=url,
        next_url=url,
        nav=_NAV,
        parent_title=report.cycle.title,
        refusal=refusal,
        **words,  # type: ignore[arg-type]  # the texts of the page
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report_ask_for_sign_off(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before the signatories are asked for sign-off, with a message to them."""
    report = get_report(request, pk)
    refusal = REPORT.refusal(request.actor, report, "ask_for_sign_off")
    page = _page(
        report,
        "ask_for_sign_off",
        refusal,
        heading=_("Ask for sign-off"),
        title=_("What will happen"),
        items=[
            _(
                "The report cannot be changed until a signatory submits or returns it, or you take the request back."
            ),
            _("The signatories are notified and read your message. The secretariat never does."),
        ],
        label=_("Ask for sign-off"),
        message=_("Report sent for sign-off"),
        warning="" if refusal else _obstacles(report),
    )

    def act(**values: str) -> Report:
        with few_places():
            return ask_for_sign_off(request.actor, report, **values)

    return confirm(request, page, act, SignOffRequestForm)


def _obstacles(report: Report) -> str:
    """How much is missing before sign-off can be asked for."""
    count = len(faults_of(working_copy(report).blockers))
    sentence = ngettext(
        "%(n)d place is not ready: see “What needs your eyes” first.",
        "%(n)d places are not ready: see “What needs your eyes” first.",
        count,
    )
    return sentence % {"n": count} if count else ""


@require_http_methods(["GET", "HEAD", "POST"])
def report_send_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a report is returned to its editors, with what has to change."""
    report = get_report(request, pk)
    page = _page(
        report,
        "send_back",
        REPORT.refusal(request.actor, report, "send_back"),
        heading=_("Return the report"),
        title=_("The editors can change the report again:"),
        items=[
            _("The editors, and whoever asked for sign-off, are notified and read your reason."),
            _("The secretariat never reads it."),
        ],
        label=_("Return"),
        message=_("Returned"),
    )
    return confirm(
        request,
        page,
        lambda **values: send_report_back(request.actor, report, **values),
        ReturnForm,
        _seen(request, report),
    )


def _seen(request: ActorRequest, report: Report) -> dict[str, object]:
    """Which request for sign-off the page is of."""
    open_request = open_sign_off_request(request.actor, report)
    return {"seen": open_request.pk if open_request else None}


@require_http_methods(["GET", "HEAD", "POST"])
def report_withdraw_sign_off(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before the person who asked for sign-off takes the request back."""
    report = get_report(request, pk)
    page = _page(
        report,
        "withdraw_sign_off",
        REPORT.refusal(request.actor, report, "withdraw_sign_off"),
        heading=_("Take back the request for sign-off"),
        title=_("What will happen"),
        items=[
            _("The report can be changed again. Nobody can sign what they were shown before."),
            _("The signatories are notified."),
        ],
        label=_("Take back the request for sign-off"),
        message=_("The request for sign-off is taken back."),
    )
    return confirm(
        request,
        page,
        lambda **values: withdraw_sign_off(request.actor, report, **values),
        SeenForm,
        _seen(request, report),
    )
