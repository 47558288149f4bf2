"""The pages before a cycle opens, closes, is public: what will happen, then the act."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import CycleState, ReportState
from alliance.models import Cycle
from alliance.queries.cycles import UNFILED, cycle_preview, filing_list
from alliance.queries.local_dates import today
from alliance.services import cycles
from alliance.web.confirm import Confirmation, confirm
from alliance.web.secretariat.cycles import get_cycle
from alliance.web.secretariat.previews import preview_items
from portal.kernel.access import Actor
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest

_NAV = "secretariat:cycle-list"


def cycle_open(request: ActorRequest, slug: str) -> HttpResponse:
    """Confirmation page before a cycle is opened: which members have to report."""
    cycle = get_cycle(request.actor, slug, "cycle.open")
    if cycle.state != CycleState.PLANNED:
        return _redirect_back(request, cycle, _("This has already been done."))
    members = list(cycles.organisations_required_to_report(cycle))
    sentence = ngettext(
        "%(count)d member has to report by %(day)s: %(names)s",
        "%(count)d members have to report by %(day)s: %(names)s",
        len(members),
    )
    names = ", ".join(member.name for member in members) or _(
        "None yet: no active member has acceded to this charter."
    )
    consequences = (
        _("their editors, signatories and administrators are notified"),
        _("texts of the previous period are carried over, marked as not confirmed"),
    )
    items = [
        sentence % {"count": len(members), "day": format_date(cycle.due_on), "names": names},
        *(consequences if members else ()),
        _("the dates and the charter of the cycle can no longer be changed"),
        _("everyone sees the cycle, its dates and its charter; nothing else becomes public"),
    ]
    page = _page(
        cycle,
        "open",
        _("Open the cycle"),
        cycle.title,
        items,
        _("Cycle opened"),
        warning=""
        if members
        else _("No member would have to report: members that accede later report from the next cycle on."),
    )
    return confirm(request, page, lambda: cycles.open_cycle(request.actor, cycle))


def cycle_close(request: ActorRequest, slug: str) -> HttpResponse:
    """Confirmation page before a cycle is closed: which reports are missing."""
    cycle = get_cycle(request.actor, slug, "cycle.close")
    if cycle.state in (CycleState.CLOSED, CycleState.PUBLISHED):
        return _redirect_back(request, cycle, _("This has already been done."))
    unfiled = filing_list(request.actor, cycle).filter(state__in=UNFILED)
    names = [report.organisation.name for report in unfiled]
    missing = ngettext(
        "%(count)d report is not filed: %(names)s", "%(count)d reports are not filed: %(names)s", len(names)
    )
    items = [
        missing % {"count": len(names), "names": ", ".join(names)}
        if names
        else _("all reports are submitted"),
        _("reports can still be submitted; after their deadline they are marked late"),
        _("after this the cycle can be published; nothing becomes public yet"),
    ]
    page = _page(
        cycle,
        "close",
        _("Close the cycle"),
        cycle.title,
        items,
        _("Cycle closed"),
    )
    return confirm(request, page, lambda: cycles.close_cycle(request.actor, cycle))


def cycle_publish(request: ActorRequest, slug: str) -> HttpResponse:
    """Confirmation page before a cycle is published: exactly what becomes public."""
    cycle = get_cycle(request.actor, slug, "cycle.publish")
    if cycle.state == CycleState.PUBLISHED:
        return _redirect_back(request, cycle, _nothing_to_publish_reason(request.actor, cycle))
    items = preview_items(cycle_preview(request.actor, cycle))
    replying = [report for report in filing_list(request.actor, cycle) if _may_reply(report)]
    warning = ""
    if replying:
        names = ", ".join(report.organisation.name for report in replying)
        warning = _("These members can still reply: %(names)s. Later replies are published one by one.") % {
            "names": names
        }
    page = _page(
        cycle,
        "publish",
        _("Publish the cycle"),
        _("This becomes visible to everyone:"),
        items,
        _("Cycle published"),
        warning=warning,
    )
    return confirm(request, page, lambda: cycles.publish_cycle(request.actor, cycle))


def _redirect_back(request: ActorRequest, cycle: Cycle, message: str) -> HttpResponse:
    """To the cycle, with the reason why the page has nothing to ask any more."""
    messages.info(request, message)
    return redirect("secretariat:cycle", cycle.slug)


def _nothing_to_publish_reason(actor: Actor, cycle: Cycle) -> str:
    """What a published cycle still has to publish: reports that were concluded afterwards, one by one."""
    later = filing_list(actor, cycle).filter(state=ReportState.CONCLUDED)
    names = ", ".join(report.organisation.name for report in later)
    if not names:
        return _("The cycle is already published: nothing is left to publish.")
    return _(
        "The cycle is already published. Reports concluded afterwards are published one by one below: %(names)s."
    ) % {"names": names}


def _may_reply(report: Any) -> bool:
    return (
        report.state == ReportState.CONCLUDED
        and report.respond_by is not None
        and report.respond_by >= today()
    )


def _page(
    cycle: Cycle,
    action: str,
    heading: str,
    title: str,
    items: list[str],
    message: str,
    **options: str,
) -> Confirmation:
    url = reverse("secretariat:cycle", args=[cycle.slug])
    return Confirmation(
        rule=f"cycle.{action}",
        subject=cycle,
        heading=heading,
        title=title,
        items=items,
        label=heading,
        cancel_url=url,
        message=message,
        next_url=url,
        nav=_NAV,
        parent_title=cycle.title,
        **options,
    )
