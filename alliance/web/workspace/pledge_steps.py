"""The pages before a pledge is signed, revised, withdrawn, or its draft discarded."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.enums import PledgeState
from alliance.models import Pledge
from alliance.queries.pledges import commitment_of_pledge, pledge_rows
from alliance.queries.published_states import (
    is_withdrawn,
)
from alliance.services import pledges
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from alliance.web.forms.renewable import SeenVersionForm
from alliance.web.pledge_reports import beside_reports
from alliance.web.workspace.pledges import get_pledge
from portal.kernel.access import Actor
from portal.kernel.text import format_date
from portal.kernel.web import ActorRequest

_NAV = "workspace:pledge-list"
_DANGEROUS_STEPS = ("withdraw", "discard")


def _page(
    pledge: Pledge, action: str, heading: str, title: str, items: list[str], message: str, next_url: str = ""
) -> Confirmation:
    url = reverse("workspace:pledge", args=[pledge.pk])
    return Confirmation(
        rule=f"pledge.{action}",
        subject=pledge,
        heading=heading,
        title=title,
        items=items,
        label=heading,
        cancel_url=url,
        message=message,
        next_url=next_url or url,
        nav=_NAV,
        kind="danger" if action in _DANGEROUS_STEPS else "primary",
    )


def pledge_sign(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a pledge is signed: its text, and what happens then."""
    pledge = get_pledge(request.actor, pk)
    items = [
        *_pledge_lines(request.actor, pledge),
        _("your name and job title are shown on it"),
        _("the secretariat sees it; once it is countersigned, everyone does"),
        _("it cannot be changed after that: a change is a new revision"),
    ]
    page = _page(
        pledge, "sign", _("Sign the pledge"), _("You sign for your organisation:"), items, _("Signed")
    )
    return confirm(
        request,
        page,
        lambda version: pledges.sign_pledge(request.actor, pledge, version),
        SeenVersionForm,
        {"version": pledge.version},
    )


def pledge_revise(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page to draft the next revision; the published one stays in force until that is countersigned."""
    pledge = get_pledge(request.actor, pk)
    items = [
        _("a draft with the same text is created; only your organisation sees it"),
        _("the published pledge remains in force until the revision is signed and countersigned"),
    ]
    page = _page(
        pledge, "revise", _("New revision"), _("What will happen"), items, _("Pledge revision started")
    )
    return confirm(request, page, lambda: pledges.revise_pledge(request.actor, pledge))


def pledge_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a pledge is withdrawn: what everyone will read."""
    pledge = get_pledge(request.actor, pk)
    items = [
        _("everyone sees that your organisation has withdrawn this pledge, and the reason given here"),
        *beside_reports(pledge, PledgeState.WITHDRAWN),
        _("the pledge itself stays readable, with that notice; this cannot be undone"),
    ]
    if is_withdrawn("pledge", str(pledge.record)):
        items = [
            _(
                "its publication is withdrawn: nobody reads your reason unless the secretariat publishes it again; "
                "this cannot be undone"
            ),
        ]
    title = _("What will happen")
    page = _page(pledge, "withdraw", _("Withdraw the pledge"), title, items, _("Withdrawn"))
    return confirm(
        request, page, lambda reason: pledges.withdraw_pledge(request.actor, pledge, reason), ReasonForm
    )


def pledge_discard(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a draft pledge is deleted: what is lost and what stays."""
    pledge = get_pledge(request.actor, pk)
    published = pledge_rows(request.actor).filter(record=pledge.record, state=PledgeState.PUBLISHED).first()
    items = [
        *_pledge_lines(request.actor, pledge),
        _("the published pledge remains; you can start another revision at any time")
        if published
        else _("it disappears from the lists; you can start another pledge at any time"),
        _("only your organisation has seen it, and no notification is sent; this cannot be undone"),
    ]
    page = _page(
        pledge,
        "discard",
        _("Delete the draft"),
        _("This will be deleted:"),
        items,
        _("Draft pledge deleted"),
        reverse("workspace:pledge", args=[published.pk]) if published else reverse(_NAV),
    )
    return confirm(
        request,
        page,
        lambda version: pledges.discard_pledge(request.actor, pledge, version),
        SeenVersionForm,
        {"version": pledge.version},
    )


def _pledge_lines(actor: Actor, pledge: Pledge) -> list[str]:
    """The content of the pledge, line by line."""
    services = [service.name for service in pledge.services.all()]
    commitment = commitment_of_pledge(actor, pledge)
    measures = [row for row in getattr(commitment, "optional", []) if row.key in pledge.measure_keys]
    return [
        _("text: “%(words)s”") % {"words": pledge.text},
        f"{_('Services')}: {', '.join(services)}" if services else _("For the whole organisation"),
        *(f"{_('Measure')}: {row.code} {row.title}" for row in measures),
        *(
            f"{_('Target')}: {row.text}"
            + (f", {_('by %(day)s') % {'day': format_date(row.due_on)}}" if row.due_on else "")
            for row in pledge.targets.all()
        ),
    ]
