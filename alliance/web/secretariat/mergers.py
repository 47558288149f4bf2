"""Pages before a member merges into another, and before that is taken back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.models import Organisation
from alliance.queries.access_loss import matters_left_open
from alliance.queries.access_return import missed_without_access
from alliance.queries.mergers import (
    exempted_by_merger,
    merger_invitees,
    open_drafts,
    possible_successors,
    take_back_refusal,
    time_since_merger,
)
from alliance.queries.organisations import ownerships
from alliance.services.mergers import MergerPlan, merge_organisation, take_back_merger
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.mergers import MergerForm
from alliance.web.forms.reasons import PublicReasonForm
from alliance.web.organisation.people import organisation_of
from portal.kernel.access import Actor
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest

_NAV = "secretariat:member-list"


def member_merge(request: ActorRequest, pk: int) -> HttpResponse:
    """Form and page of consequences before a member merges into another: each draft and each person by itself."""
    organisation = organisation_of(request, pk, "organisation.merge")
    url = reverse("secretariat:member", args=[pk])
    drafts = open_drafts(request.actor, organisation)
    people = merger_invitees(request.actor, organisation)
    page = Confirmation(
        rule="organisation.merge",
        subject=organisation,
        heading=_("Merge %(name)s into another member") % {"name": organisation.name},
        title=_("What will happen"),
        items=_consequences(request, organisation),
        label=_("Record the merger"),
        cancel_url=url,
        message=_("The merger is recorded and published."),
        next_url=url,
        nav=_NAV,
        kind="danger",
        parent_title=organisation.name,
    )
    form_class: Any = partial(
        MergerForm,
        successors=possible_successors(request.actor, organisation),
        drafts=drafts,
        people=people,
    )

    def act(
        successor: Organisation,
        on: date,
        reason: str,
        exempt: Collection[str] = (),
        invite: Collection[str] = (),
        *,
        final: bool,
    ) -> object:
        plan = MergerPlan(
            successor,
            on,
            reason,
            exempt={int(each) for each in exempt},
            invite={int(each) for each in invite},
            final=final,
        )
        return merge_organisation(request.actor, organisation, plan)

    initial: dict[str, object] = {"exempt": [row.pk for row in drafts], "invite": [row.pk for row in people]}
    return confirm(request, page, act, form_class, initial, _view(request, organisation))


def _view(request: ActorRequest, organisation: Organisation) -> PageView:
    """With what is open with the member, named below the form."""

    def context() -> Mapping[str, Any]:
        matters = matters_left_open(request.actor, organisation, merges=True)
        return {"organisation": organisation, "matters": matters}

    return PageView("alliance/secretariat/member_merge.html", context)


def _consequences(request: ActorRequest, organisation: Organisation) -> Sequence[str]:
    name = {"name": organisation.name}
    services = [row.service.name for row in ownerships(organisation) if not row.is_over]
    items = [
        _("%(name)s no longer takes part; this, the reason and the successor are published for good.") % name,
        _("What it signed, reported and received as verdicts stays its own, at its own address.") % name,
        _(
            "Its people lose access at once and are notified. Those whom you choose are invited to the successor."
        ),
    ]
    if services:
        moved = _("Its services are the successor’s from that day on: %(services)s.")
        items.append(moved % {"services": ", ".join(services)})
    items.append(
        _("The successor is notified. Pledges do not go over: the successor signs what it pledges itself.")
    )
    items.append(
        _(
            "It can be taken back until the successor has submitted a report for a period since. Where it already "
            "has, you are asked once more before anything is recorded."
        )
    )
    return items


def member_take_back_merger(request: ActorRequest, pk: int) -> HttpResponse:
    """Page of consequences before a merger is taken back; it says why where that is not possible."""
    organisation = organisation_of(request, pk, "organisation.take_back_merger")
    url = reverse("secretariat:member", args=[pk])
    refusal = take_back_refusal(request.actor, organisation)
    page = Confirmation(
        rule="organisation.take_back_merger",
        subject=organisation,
        heading=_("Take back the merger of %(name)s") % {"name": organisation.name},
        title=_("What will happen"),
        items=[] if refusal else _way_back(request, organisation),
        label=_("Take back"),
        cancel_url=url,
        message=_("The merger is taken back."),
        next_url=url,
        nav=_NAV,
        parent_title=organisation.name,
        refusal=refusal,
    )

    def act(reason: str) -> object:
        return take_back_merger(request.actor, organisation, reason)

    return confirm(request, page, act, PublicReasonForm)


def _way_back(request: ActorRequest, organisation: Organisation) -> Sequence[str]:
    facts = {
        "name": organisation.name,
        "successor": organisation.successor.name if organisation.successor else "",
        "day": format_date(organisation.merged_on),
    }
    reports, passed = exempted_by_merger(request.actor, organisation), time_since_merger(organisation)
    items = [
        _(
            "%(name)s takes part again; this and the reason are published. The publication of the merger stays."
        )
        % facts,
        _("Its people get access again. Invitations and rights at %(successor)s stay as they are.") % facts,
        _(
            "The services that went to %(successor)s on %(day)s, and have not changed hands since, are its own again."
        )
        % facts,
    ]
    if reports:
        count = ngettext(
            "%(n)d report that was exempted by the merger is due again: %(cycles)s.",
            "%(n)d reports that were exempted by the merger are due again: %(cycles)s.",
            len(reports),
        )
        named = (
            _("%(cycle)s, by %(day)s")
            % {"cycle": report.cycle.title, "day": format_date(report.due_on + passed)}
            for report in reports
        )
        items.append(count % {"n": len(reports), "cycles": "; ".join(named)})
    items.append(_("Proposed corrections that nobody there could answer have all their days again."))
    items.append(
        _(
            "For replies to verdicts, reports to submit and open findings there are again the days that were left."
        )
    )
    items += _missed_reports(request.actor, organisation)
    items.append(_("Both members are notified."))
    return items


def _missed_reports(actor: Actor, organisation: Organisation) -> list[str]:
    """What becomes of those that came to count as not filed since the merger, with the way on."""
    missed = missed_without_access(actor, organisation.pk)
    items: list[str] = []
    if missed.again:
        days = (
            _("%(cycle)s, by %(day)s") % {"cycle": report.cycle.title, "day": format_date(day)}
            for report, day in missed.again
        )
        items.append(f"{_('What came to count as not filed meanwhile is a draft again:')} {'; '.join(days)}")
    if missed.stay:
        sentence = _(
            "These stay not filed, since their cycle is published. The member can still file them; they are marked as "
            "late:"
        )
        items.append(f"{sentence} {', '.join(report.cycle.title for report in missed.stay)}")
    return items
