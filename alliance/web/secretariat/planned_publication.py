"""The pages before a cycle is left to be published at an hour, and before that is cancelled."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, time
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alliance.enums import CycleState
from alliance.models import Cycle, Report
from alliance.queries.cycles import cycle_preview, cycle_previews, named_filing_list
from alliance.queries.local_dates import day_of, time_zone, today
from alliance.queries.planned_publication import publication_obstacles
from alliance.services.planned_publication import (
    cancel_publication,
    no_plan,
    not_closed,
    plan_key,
    plan_publication,
)
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.cycles import PublicationHourForm
from alliance.web.forms.renewable import SeenForm
from alliance.web.secretariat.cycles import get_cycle
from alliance.web.secretariat.report_rows import becoming_public
from alliance.web.secretariat.row_limits import most_rows
from portal.kernel.access import Actor
from portal.kernel.text import format_moment
from portal.kernel.web import ActorRequest

_USUAL_HOUR = time(10)


def cycle_plan_publication(request: ActorRequest, slug: str) -> HttpResponse:
    """Form to have a closed cycle published by itself at an hour: what that does, and what stands in the way today.

    And what would become public today, member by member; `?rows=all` asks for all of them. `?day=` fills in another
    day than the announced one.
    """
    cycle = get_cycle(request.actor, slug, "cycle.plan_publication")
    # of a cycle that is not closed nothing is shown
    is_closed = cycle.state == CycleState.CLOSED
    reports = list(named_filing_list(request.actor, cycle)) if is_closed else []
    page = _page(
        cycle,
        "plan_publication",
        _("Plan the publication"),
        [
            _("at that hour the cycle is published as by hand, with every report that is concluded by then"),
            _(
                "it is not published, and managers are notified, if a report is not submitted or not decided then, a "
                "verdict has to be confirmed, a member may still reply, or a correction is open"
            ),
            _("the hour is seen by the secretariat alone; until then every manager can cancel it"),
            _("what is public cannot be taken back"),
            *_present_plan(cycle),
            *_obstacle_items(request.actor, cycle, reports),
        ],
        _("The publication is planned."),
        refusal="" if is_closed else not_closed(),
    )
    return confirm(
        request,
        page,
        lambda **values: plan_publication(request.actor, cycle, **values),
        PublicationHourForm,
        _initial(cycle, request.GET.get("day", "")),
        PageView(
            "alliance/secretariat/cycle_plan_publication.html",
            # half as much as on the page on which a person publishes: here it is a look ahead
            lambda: _becoming_public(request.actor, cycle, reports, most=most_rows(request, parts=2)),
        ),
    )


def cycle_cancel_publication(request: ActorRequest, slug: str) -> HttpResponse:
    """Confirmation page before a planned publication is cancelled."""
    cycle = get_cycle(request.actor, slug, "cycle.cancel_publication")
    page = _page(
        cycle,
        "cancel_publication",
        _("Cancel the planned publication"),
        [
            _("the cycle is not published by itself on %(moment)s")
            % {"moment": format_moment(cycle.publish_at)},
            _("it stays closed until it is published by hand, or another hour is chosen"),
        ],
        _("The cycle is not published by itself any more."),
        refusal="" if cycle.publish_at else no_plan(),
    )
    return confirm(
        request,
        page,
        lambda **values: cancel_publication(request.actor, cycle, **values),
        SeenForm,
        {"seen": plan_key(cycle.publish_at)},
    )


def _becoming_public(
    actor: Actor, cycle: Cycle, reports: Sequence[Report], *, most: int | None
) -> Mapping[str, Any]:
    """What publishing the cycle would make public as things are now; nothing of one that is not closed."""
    if cycle.state != CycleState.CLOSED:
        return {}
    previews = cycle_previews(actor, cycle)
    return {
        **becoming_public(actor, cycle, reports, previews, most),
        "preview": cycle_preview(reports, previews),
        "total": len(reports),
    }


def _present_plan(cycle: Cycle) -> list[str]:
    """The plan that another hour replaces."""
    if cycle.publish_at is None:
        return []
    text = _("it is planned for %(moment)s now; the new hour takes its place")
    return [text % {"moment": format_moment(cycle.publish_at)}]


def _obstacle_items(actor: Actor, cycle: Cycle, reports: Sequence[Report]) -> list[str]:
    if cycle.state != CycleState.CLOSED:
        return []
    obstacles = publication_obstacles(actor, cycle, today(), reports).sentences
    return [_("today this stands in the way. %(what)s") % {"what": sentence} for sentence in obstacles]


def _initial(cycle: Cycle, asked_day: str) -> dict[str, object]:
    """The day that is asked for, else the planned or announced one; the planned hour, else the usual one."""
    day, hour = cycle.publish_on, _USUAL_HOUR
    if cycle.publish_at is not None:
        day, hour = day_of(cycle.publish_at), cycle.publish_at.astimezone(time_zone()).time()
    elif day is not None and day <= today():
        day = None
    with suppress(ValueError):
        day = date.fromisoformat(asked_day)
    return {"day": day, "hour": hour, "seen": plan_key(cycle.publish_at)}


def _page(
    cycle: Cycle, action: str, heading: str, items: list[str], message: str, refusal: str = ""
) -> Confirmation:
    url = reverse("secretariat:cycle", args=[cycle.slug])
    return Confirmation(
        rule=f"cycle.{action}",
        subject=cycle,
        heading=heading,
        title=capfirst(cycle.title),
        items=items,
        label=heading,
        cancel_url=url,
        message=message,
        next_url=url,
        nav="secretariat:cycle-list",
        parent_title=cycle.title,
        refusal=refusal,
    )
