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
from alliance.queries.clock import today
from alliance.queries.cycles import UNFILED, cycle_preview, filing_list
from alliance.services import cycles
from alliance.web.confirm import Confirmation, confirm
from alliance.web.secretariat.cycles import visible_cycle
from alliance.web.secretariat.previews import preview_items
from portal.kernel.access import Actor
from portal.kernel.templatetags.portal_ui import day
from portal.kernel.web import ActorRequest

_NAV = "secretariat:cycle-list"


def cycle_open(request: ActorRequest, slug: str) -> HttpResponse:
    """Who will owe a report once the cycle is open; then it opens."""
    found = visible_cycle(request.actor, slug, "cycle.open")
    if found.state != CycleState.PLANNED:
        return _back(request, found, _("This has already been done."))
    owing = list(cycles.owing(found))
    owed = ngettext(
        "%(count)d member has to report by %(day)s: %(names)s",
        "%(count)d members have to report by %(day)s: %(names)s",
        len(owing),
    )
    names = ", ".join(member.name for member in owing) or _(
        "Nobody yet: no active member has acceded to this charter."
    )
    items = [
        owed % {"count": len(owing), "day": day(found.due_on), "names": names},
        *(_for_those_who_owe() if owing else ()),
        _("the dates and the charter of the cycle can no longer be changed"),
        _("nothing becomes public"),
    ]
    page = _page(
        found,
        "open",
        _("Open the cycle"),
        found.title,
        items,
        _("Cycle opened"),
        warning=""
        if owing
        else _("Nobody would have to report: members that accede later report from the next cycle on."),
    )
    return confirm(request, page, lambda: cycles.open_cycle(request.actor, found))


def _for_those_who_owe() -> tuple[str, str]:
    return (
        _("their people are notified by e-mail and in the inbox"),
        _("texts of the previous period are carried over, marked as not confirmed"),
    )


def cycle_close(request: ActorRequest, slug: str) -> HttpResponse:
    """What is still missing; then the cycle closes."""
    found = visible_cycle(request.actor, slug, "cycle.close")
    if found.state in (CycleState.CLOSED, CycleState.PUBLISHED):
        return _back(request, found, _("This has already been done."))
    unfiled = filing_list(request.actor, found).filter(state__in=UNFILED)
    names = [report.organisation.name for report in unfiled]
    missing = ngettext(
        "%(count)d report is not filed: %(names)s", "%(count)d reports are not filed: %(names)s", len(names)
    )
    items = [
        missing % {"count": len(names), "names": ", ".join(names)}
        if names
        else _("all reports are submitted"),
        _("reports submitted later are marked late"),
        _("after this the cycle can be published; nothing becomes public yet"),
    ]
    page = _page(
        found,
        "close",
        _("Close the cycle"),
        found.title,
        items,
        _("Cycle closed"),
    )
    return confirm(request, page, lambda: cycles.close_cycle(request.actor, found))


def cycle_publish(request: ActorRequest, slug: str) -> HttpResponse:
    """Exactly what becomes public; then it does."""
    found = visible_cycle(request.actor, slug, "cycle.publish")
    if found.state == CycleState.PUBLISHED:
        return _back(request, found, _nothing_left(request.actor, found))
    items = preview_items(cycle_preview(request.actor, found))
    replying = [report for report in filing_list(request.actor, found) if _may_reply(report)]
    warning = ""
    if replying:
        names = ", ".join(report.organisation.name for report in replying)
        warning = _(
            "Still within their days to reply: %(names)s. Later replies are published one by one."
        ) % {"names": names}
    page = _page(
        found,
        "publish",
        _("Publish the cycle"),
        _("This becomes visible to everyone:"),
        items,
        _("Cycle published"),
        warning=warning,
    )
    return confirm(request, page, lambda: cycles.publish_cycle(request.actor, found))


def _back(request: ActorRequest, found: Cycle, sentence: str) -> HttpResponse:
    """To the cycle, with the reason why the page has nothing to ask any more."""
    messages.info(request, sentence)
    return redirect("secretariat:cycle", found.slug)


def _nothing_left(actor: Actor, found: Cycle) -> str:
    """What a published cycle still has to publish: reports that were concluded afterwards, one by one."""
    later = filing_list(actor, found).filter(state=ReportState.CONCLUDED)
    names = ", ".join(report.organisation.name for report in later)
    if not names:
        return _("The cycle is already published: nothing is left to publish.")
    return _(
        "The cycle is already published. Concluded afterwards, and published one by one below: %(names)s."
    ) % {"names": names}


def _may_reply(report: Any) -> bool:
    return (
        report.state == ReportState.CONCLUDED
        and report.respond_by is not None
        and report.respond_by >= today()
    )


def _page(
    found: Cycle,
    action: str,
    heading: str,
    title: str,
    items: list[str],
    done: str,
    **others: str,
) -> Confirmation:
    url = reverse("secretariat:cycle", args=[found.slug])
    return Confirmation(
        rule=f"cycle.{action}",
        subject=found,
        heading=heading,
        title=title,
        items=items,
        label=heading,
        cancel_url=url,
        done=done,
        then=url,
        nav=_NAV,
        place=found.title,
        **others,
    )
