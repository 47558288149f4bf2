"""What the secretariat does about one required report: extend it or not, exempt it, publish it after its cycle."""

from dataclasses import replace

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.enums import ExtensionRequestState
from alliance.models import ExtensionRequest, Report
from alliance.queries.cycles import report_publication_preview
from alliance.queries.extensions import (
    answered_meanwhile,
    closed_request_sentences,
    extension_blocking_reason,
    open_extension_request,
)
from alliance.queries.local_dates import end_of_day
from alliance.queries.planned_publication import open_correction_sentences
from alliance.queries.reply_days import reply_end
from alliance.queries.second_looks import publication_refusal
from alliance.services.cycle_decisions import shown_state
from alliance.services.cycles import publish_concluded_report
from alliance.services.extensions import extend_report, refuse_extension
from alliance.services.obligations import exempt_report
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.reasons import ExtensionForm, ReasonForm
from alliance.web.forms.renewable import SeenForm
from alliance.web.secretariat.previews import preview_items
from alliance.web.secretariat.report_rows import becoming_public
from portal.kernel.access import Actor
from portal.kernel.text import format_date, format_end
from portal.kernel.web import ActorRequest, get_visible_or_404, redirect_refused


def _get_report(actor: Actor, pk: int, rule: str = "") -> Report:
    report: Report = get_visible_or_404(
        Report.objects.select_related("organisation", "cycle__charter"), actor, rule=rule, pk=pk
    )
    return report


def _page(
    report: Report, action: str, heading: str, items: list[str], message: str, title: str = ""
) -> Confirmation:
    url = reverse("secretariat:cycle", args=[report.cycle.slug])
    return Confirmation(
        rule=f"report.{action}",
        subject=report,
        heading=heading,
        title=title or f"{report.organisation.name}, {report.cycle.title}",
        items=items,
        label=heading,
        cancel_url=url,
        message=message,
        next_url=url,
        nav="secretariat:cycle-list",
        parent_title=report.cycle.title,
    )


def report_extend(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to extend one member's deadline, with the reason; where it cannot be, the cycle's page says why.

    What was posted stays on its page: there the service refuses.

    Where the member has asked for it, the form proposes the day that it asks for.
    """
    report = _get_report(request.actor, pk, "report.extend")
    if request.method != "POST" and (why := extension_blocking_reason(report)):
        return redirect_refused(request, reverse("secretariat:cycle", args=[report.cycle.slug]), why)
    items = [
        _("it was due on %(day)s") % {"day": format_end(end_of_day(report.deadline))},
        _("the member and the secretariat see the new deadline and the reason; nothing becomes public"),
        _("after that day its review can go on without a new submission")
        if report.changes_due_on
        else _("the days of grace are counted from the new deadline"),
    ]
    asked = open_extension_request(request.actor, report)
    if asked is not None:
        items = [*_request_items(asked), *items]
    initial: dict[str, object] = {"extension_request": 0, "seen": report.deadline.isoformat()}
    if asked is not None:
        initial |= {"due_on": asked.requested_due_on, "extension_request": asked.pk}
    page = _page(
        report,
        "extend",
        _("Extend the deadline"),
        items,
        _("The deadline is extended; the member is notified."),
    )
    return confirm(
        request, page, lambda **values: extend_report(request.actor, report, **values), ExtensionForm, initial
    )


def _request_items(asked: ExtensionRequest) -> list[str]:
    values = {"name": asked.asked_by.name, "day": format_date(asked.requested_due_on)}
    return [_("%(name)s asks for %(day)s") % values, _("the reason: %(reason)s") % {"reason": asked.reason}]


def extension_refuse(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to refuse more time, with the reason; where the request is closed already, the cycle's page says so."""
    asked = get_visible_or_404(
        ExtensionRequest.objects.select_related(
            "report__organisation", "report__cycle", "asked_by", "decided_by"
        ),
        request.actor,
        rule="extension_request.refuse",
        pk=pk,
    )
    if asked.state != ExtensionRequestState.OPEN and request.method != "POST":
        cycle_url = reverse("secretariat:cycle", args=[asked.report.cycle.slug])
        return redirect_refused(request, cycle_url, answered_meanwhile(asked))
    items = [
        *_request_items(asked),
        _("the report stays due on %(day)s") % {"day": format_end(end_of_day(asked.report.deadline))},
        _("the editors and signatories of the member are notified, and read your reason"),
    ]
    page = replace(
        _page(
            asked.report,
            "extend",
            _("Refuse more time"),
            items,
            _("The request is refused; the member is notified."),
        ),
        rule="extension_request.refuse",
        subject=asked,
    )
    return confirm(request, page, lambda reason: refuse_extension(request.actor, asked, reason), ReasonForm)


def report_exempt(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a member is exempted from its report; the reason becomes public with the cycle."""
    report = _get_report(request.actor, pk)
    items = [
        _("the member no longer reports for this cycle; it can be included again while the cycle is open")
        if report.joined_on
        else _("the member no longer reports for this cycle; this cannot be undone"),
        _(
            "the exemption and its reason become public together with the cycle, or at once if it is "
            "already published"
        ),
        *closed_request_sentences(request.actor, report),
    ]
    page = _page(report, "exempt", _("Grant exemption"), items, _("Member exempted from a report"))
    return confirm(request, page, lambda reason: exempt_report(request.actor, report, reason), ReasonForm)


def report_publish(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page to publish a report concluded after its cycle was published: what becomes public.

    And which corrections are open, how its verdicts differ from the last ones, and until when they can be replied to,
    as before a whole cycle is published.
    """
    report = _get_report(request.actor, pk, "report.publish")
    preview = report_publication_preview(request.actor, report)
    items = [
        f"{report.organisation.name}, {report.cycle.title}",
        *preview_items(preview),
        *open_correction_sentences(request.actor),
    ]
    title = _("This becomes visible to everyone:")
    page = _page(report, "publish", _("Publish the report"), items, _("Published"), title)
    if refusal := publication_refusal(request.actor, report):
        page = replace(page, refusal=refusal)
    view = PageView(
        "alliance/secretariat/report_publish.html",
        lambda: {
            **becoming_public(request.actor, report.cycle, [report], {report.pk: preview}),
            "reply_until": reply_end(report),
        },
    )
    return confirm(
        request,
        page,
        lambda seen: publish_concluded_report(request.actor, report, seen=seen),
        SeenForm,
        {"seen": shown_state(report.state, report.concluded_at)},
        view,
    )
