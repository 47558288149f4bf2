"""The pages before the steps of an affiliation: what each does, whose records it opens or closes, who is notified."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from alliance.web.area import area_of
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.web import ActorRequest
from practices.models import Affiliation
from practices.queries.affiliations import opened_records
from practices.services import affiliations
from practices.web.affiliations.texts import opened_sentences
from practices.web.affiliations.views import get_affiliation, nav_of
from practices.workflows import AFFILIATION


def affiliation_confirm(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before the affiliate confirms: what its staff will be able to read, and from when."""
    row = get_affiliation(request.actor, key, "affiliation.confirm")
    items = [
        _(
            "if the secretariat confirms it too, everybody at %(affiliate)s can read what others share with "
            "%(organisation)s as TLP:AMBER; until then nothing changes"
        )
        % _declined_names(row),
        _("TLP:AMBER+STRICT and TLP:RED stay closed to you, and nothing may be passed on"),
        _("the sources are notified, see your organisation among their readers, and see who opens what"),
        _(
            "you can take the confirmation back until the secretariat has decided, and end the affiliation at any time"
        ),
    ]
    page = _page(
        request,
        row,
        "confirm",
        _("Confirm the affiliation"),
        items,
        _("Confirmed. It now waits for the secretariat."),
    )
    return confirm(request, page, lambda: affiliations.confirm_affiliation(request.actor, row))


def affiliation_take_back(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before the affiliate takes its confirmation back."""
    row = get_affiliation(request.actor, key, "affiliation.take_back")
    items = [
        _("the secretariat can no longer put it in force"),
        _("you can confirm it again, or decline it, until its last day"),
    ]
    heading, message = _("Take back the confirmation"), _("It waits for your confirmation again.")
    page = _page(request, row, "take_back", heading, items, message)
    return confirm(request, page, lambda: affiliations.take_back_affiliation(request.actor, row))


def affiliation_approve(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before the secretariat puts it in force: whose records it opens, how many, who is notified."""
    row = get_affiliation(request.actor, key, "affiliation.approve")
    opened = opened_sentences(opened_records(row.organisation_id, row.affiliate_id))
    items = [
        _(
            "everybody at %(affiliate)s can read at once what others have shared with %(organisation)s as TLP:AMBER"
        )
        % _declined_names(row),
        *(_("it opens records of %(source)s") % {"source": sentence} for sentence in opened),
        *([] if opened else [_("at present there is nothing that it opens")]),
        _(
            "each of these organisations is notified, and sees %(affiliate)s through %(organisation)s among the "
            "readers of each record"
        )
        % {**_names(row), "organisation": row.organisation.name_accusative},
        _(
            "whoever shares something with %(organisation)s later is shown before that %(affiliate)s will read it too"
        )
        % {**_names(row), "organisation": row.organisation.name_instrumental},
        _("only the secretariat and the two organisations read the reason"),
        _("each of the three can end it at any time"),
    ]
    page = _page(
        request, row, "approve", _("Put the affiliation in force"), items, _("The affiliation is in force.")
    )
    return confirm(
        request, page, lambda reason: affiliations.approve_affiliation(request.actor, row, reason), ReasonForm
    )


def affiliation_decline(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before the affiliate or the secretariat declines a proposal."""
    row = get_affiliation(request.actor, key, "affiliation.decline")
    items = [
        _("nobody reads anything by it"),
        _("the other organisations concerned are notified, and read the reason on its page"),
        _("%(organisation)s can propose it again") % _names(row),
    ]
    page = _page(
        request, row, "decline", _("Decline the affiliation"), items, _("Affiliation declined"), kind="danger"
    )
    return confirm(
        request, page, lambda reason: affiliations.decline_affiliation(request.actor, row, reason), ReasonForm
    )


def affiliation_withdraw(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before an organisation withdraws its proposal."""
    row = get_affiliation(request.actor, key, "affiliation.withdraw")
    items = [
        _("%(affiliate)s is notified; nobody reads anything by it") % _names(row),
        _("%(organisation)s can propose it again") % _names(row),
    ]
    page = _page(
        request, row, "withdraw", _("Withdraw the proposal"), items, _("Proposal withdrawn"), kind="danger"
    )
    return confirm(request, page, lambda: affiliations.withdraw_affiliation(request.actor, row))


def affiliation_end(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before one of the three ends an affiliation: what is read no more, and who is notified."""
    row, actor = get_affiliation(request.actor, key, "affiliation.end"), request.actor
    # whose records they are is for the two who may know that: the affiliate sees what it reads in the library
    counted = actor.is_host or actor.tenant_id == row.organisation_id
    opened = opened_sentences(opened_records(row.organisation_id, row.affiliate_id)) if counted else []
    items = [
        _(
            "everybody at %(affiliate)s loses access at once to what others share with %(organisation)s as "
            "TLP:AMBER, in open sessions, by tokens, and in what they follow or search for"
        )
        % _declined_names(row),
        *(_("it closes records of %(source)s") % {"source": sentence} for sentence in opened),
        _(
            "the sources, the two organisations and the secretariat are notified; the sources do not read the reason"
        ),
        _("what has been read, copied or saved cannot be taken back"),
        _("%(organisation)s can propose it again") % _names(row),
    ]
    page = _page(request, row, "end", _("End the affiliation"), items, _("Affiliation ended"), kind="danger")
    return confirm(
        request, page, lambda reason: affiliations.end_affiliation(request.actor, row, reason), ReasonForm
    )


def _names(row: Affiliation) -> dict[str, str]:
    return {"organisation": row.organisation.name, "affiliate": row.affiliate.name}


def _declined_names(row: Affiliation) -> dict[str, str]:
    """The names for a sentence about the people of the affiliate and what is shared with the organisation."""
    return {
        "organisation": row.organisation.name_instrumental,
        "affiliate": row.affiliate.name_genitive,
    }


def _page(
    request: ActorRequest,
    row: Affiliation,
    action: str,
    heading: str,
    items: list[str],
    message: str,
    **more: Any,
) -> Confirmation:
    url = area_of(request.actor).url("affiliation", row.key)
    return Confirmation(
        rule=AFFILIATION.rule(action), subject=row, heading=heading, title=_("What will happen"), items=items,
        label=heading, cancel_url=url, message=message, next_url=url, nav=nav_of(request.actor),
        parent_title=row.affiliate.name, refusal=AFFILIATION.refusal(request.actor, row, action), **more,
    )  # fmt: skip
