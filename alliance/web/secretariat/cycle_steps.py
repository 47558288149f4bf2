"""The pages before a cycle opens, closes, is opened again, is public: what will happen, then the act."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import CycleState, ReportState
from alliance.models import Cycle
from alliance.queries.charter_signatures import earlier_versions_signed
from alliance.queries.cycles import filing_list, first_timers, named
from alliance.queries.last_steps import with_last_step
from alliance.queries.local_dates import today
from alliance.services import cycles
from alliance.services.cycle_decisions import Override, ReportStates
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.cycles import OverrideForm, ReopenForm
from alliance.web.secretariat.cycle_consequences import closing, publishing, reopening
from alliance.web.secretariat.cycles import get_cycle
from alliance.web.secretariat.row_limits import most_rows
from alliance.workflows import CYCLE
from portal.kernel.access import Actor
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest, RefusedRedirect

_NAV = "secretariat:cycle-list"


def cycle_open(request: ActorRequest, slug: str) -> HttpResponse:
    """Confirmation page before a cycle is opened: which members have to report."""
    cycle = get_cycle(request.actor, slug, "cycle.open")
    if cycle.state != CycleState.PLANNED:
        return _redirect_back(request, cycle, _already_done(request.actor, cycle))
    members = cycles.organisations_required_to_report(cycle)
    count = members.count()
    sentence = ngettext(
        "%(count)d member has to report by %(day)s",
        "%(count)d members have to report by %(day)s",
        count,
    )
    nobody = _("nobody has to report yet: no active member has acceded to this charter")
    consequences = (
        _("their editors, signatories and administrators are notified"),
        _("texts of the previous period are carried over, marked as not confirmed"),
    )
    items = [
        sentence % {"count": count, "day": format_date(cycle.due_on)} if count else nobody,
        *(consequences if count else ()),
        _(
            "the charter of the cycle can no longer be changed; its dates only move later, with a public reason"
        ),
        _("everyone sees the cycle, its dates and its charter; nothing else becomes public"),
    ]
    page = _page(
        cycle,
        "open",
        _("Open the cycle"),
        cycle.title,
        items,
        _("Cycle opened"),
        warning=_opening_warning(cycle, has_members=count > 0),
        refusal=cycles.opening_refusal(cycle),
    )
    shown = list(named(members)[: most_rows(request)])
    view = PageView(
        "alliance/secretariat/cycle_open.html",
        lambda: {
            "cycle": cycle,
            "members": shown,
            "earlier_versions": earlier_versions_signed(cycle.charter, members),
            "total": count,
            "first_timers": first_timers(request.actor, cycle, shown),
        },
    )
    return confirm(request, page, lambda: cycles.open_cycle(request.actor, cycle), view=view)


def _opening_warning(cycle: Cycle, *, has_members: bool) -> str:
    """What somebody who opens a cycle by mistake would be sorry about: there is no way back to a plan."""
    if not has_members:
        return _("No member would have to report: members that accede later can be included one by one.")
    if cycle.starts_on > today():
        message = _("The period begins only on %(day)s. An open cycle cannot become a plan again.")
        return message % {"day": format_date(cycle.starts_on)}
    return ""


def cycle_close(request: ActorRequest, slug: str) -> HttpResponse:
    """Confirmation page before a cycle is closed: what becomes of each report, today and when it closes by itself."""
    cycle = get_cycle(request.actor, slug, "cycle.close")
    if cycle.state in (CycleState.CLOSED, CycleState.PUBLISHED) and request.method != "POST":
        return _redirect_back(request, cycle, _already_done(request.actor, cycle))

    def act(shown: ReportStates | None, **stated: str) -> None:
        cycles.close_cycle(request.actor, cycle, shown=shown, override=Override(**stated))

    page = _page(cycle, "close", _("Close the cycle"), cycle.title, [], _("Cycle closed"))
    view = _view(request, cycle, "cycle_close", closing)
    return confirm(request, page, act, OverrideForm, view=view)


def cycle_reopen(request: ActorRequest, slug: str) -> HttpResponse:
    """Confirmation page before a closed cycle is opened again: which reports become drafts, and who is told why."""
    cycle = get_cycle(request.actor, slug, "cycle.reopen")
    if cycle.state == CycleState.OPEN and request.method != "POST":
        return _redirect_back(request, cycle, _already_done(request.actor, cycle))

    def act(shown: ReportStates | None, reason: str) -> None:
        cycles.reopen_cycle(request.actor, cycle, reason, shown=shown)

    page = _page(cycle, "reopen", _("Reopen the cycle"), cycle.title, [], _("Cycle reopened"))
    view = _view(request, cycle, "cycle_reopen", reopening)
    return confirm(request, page, act, ReopenForm, view=view)


def cycle_publish(request: ActorRequest, slug: str) -> HttpResponse:
    """Confirmation page before a cycle is published: exactly what becomes public."""
    cycle = get_cycle(request.actor, slug, "cycle.publish")
    if cycle.state == CycleState.PUBLISHED and request.method != "POST":
        return _redirect_back(request, cycle, _nothing_to_publish_reason(request.actor, cycle))

    def act(shown: ReportStates | None, **stated: str) -> None:
        cycles.publish_cycle(request.actor, cycle, shown=shown, override=Override(**stated))

    page = _page(cycle, "publish", _("Publish the cycle"), cycle.title, [], _("Cycle published"))
    view = _view(request, cycle, "cycle_publish", publishing)
    return confirm(request, page, act, OverrideForm, view=view)


def _view(
    request: ActorRequest, cycle: Cycle, template: str, consequences: Callable[..., Mapping[str, Any]]
) -> PageView:
    """What the act does, report by report; `?rows=all` asks for the rows of all members, however many there are."""
    most = most_rows(request)
    return PageView(
        f"alliance/secretariat/{template}.html",
        lambda: consequences(request.actor, cycle, most=most),
    )


def _already_done(actor: Actor, cycle: Cycle) -> str:
    """That there is nothing to ask any more, and who was quicker."""
    return with_last_step(actor, _("This has already been done."), CYCLE, cycle)


def _redirect_back(request: ActorRequest, cycle: Cycle, message: str) -> HttpResponse:
    """To the cycle, with the reason why the page has nothing to ask any more."""
    messages.info(request, message)
    return RefusedRedirect(reverse("secretariat:cycle", args=[cycle.slug]))


def _nothing_to_publish_reason(actor: Actor, cycle: Cycle) -> str:
    """What a published cycle still has to publish: reports that were concluded afterwards, one by one."""
    later = filing_list(actor, cycle).filter(state=ReportState.CONCLUDED)
    names = ", ".join(report.organisation.name for report in later)
    if not names:
        nothing = _("The cycle is already published: nothing is left to publish.")
        return with_last_step(actor, nothing, CYCLE, cycle)
    later_ones = _(
        "The cycle is already published. Reports concluded afterwards are published one by one below: %(names)s."
    )
    return with_last_step(actor, later_ones % {"names": names}, CYCLE, cycle)


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
