"""Notices about invitations, for whoever sent them and the administrators: accepted, revoked, run out unanswered."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.enums import InvitationState, Role
from alliance.models import Invitation, Membership
from alliance.notify.recipients import in_the_morning, notice, people_in, without_actor
from alliance.queries.actors import recipient_for, secretariat_id
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient


def _invitation(event: Event) -> Invitation | None:
    """None when it is gone: its addressee was erased."""
    invitation: Invitation | None = Invitation.objects.filter(pk=event.target_id).first()
    return invitation


def _administrators(organisation_id: int) -> list[Recipient]:
    return people_in(organisation_id, Role.ADMINISTRATOR, Role.MANAGER)


def _inviter(invitation: Invitation) -> Recipient | None:
    """Who sent it, as a colleague there or as the secretariat's; None when they have no access any more."""
    if invitation.invited_by_id is None:
        return None
    places = [invitation.organisation_id, secretariat_id()]
    recipients = (recipient_for(invitation.invited_by_id, place) for place in places if place)
    return next(filter(None, recipients), None)


def _inviter_and_administrators(event: Event) -> list[Recipient]:
    """Not who accepted it, who may be an administrator from now on."""
    invitation = _invitation(event)
    if invitation is None:
        return []
    inviter = _inviter(invitation)
    recipients = ([inviter] if inviter else []) + _administrators(invitation.organisation_id)
    return without_actor(event, {each.person_id: each for each in recipients}.values())


def _inviter_or_administrators(event: Event) -> list[Recipient]:
    """Whoever waits for an answer: the administrators where the inviter has left."""
    invitation = _invitation(event)
    if invitation is None:
        return []
    inviter = _inviter(invitation)
    recipients = [inviter] if inviter else _administrators(invitation.organisation_id)
    return without_actor(event, recipients)


def _about_invitation(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    rows = Invitation.objects.visible_to(actor).select_related("organisation")
    invitation = rows.filter(pk=event.target_id).first()
    if invitation is None:
        return None
    people = reverse("secretariat:member", args=[invitation.organisation_id]) if actor.is_host else None
    return {
        "site": read_site(),
        "invitation": invitation,
        "organisation": invitation.organisation,
        "url": people or reverse("workspace:people"),
    }


def _about_acceptance(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    context = _about_invitation(actor, event)
    rows = Membership.objects.visible_to(actor).select_related("person")
    membership = rows.filter(pk=event.data["membership"]).first()
    if context is None or membership is None:
        return None
    return {**context, "membership": membership, "person": membership.person}


def _about_revocation(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """One that had run out and was replaced by a new one is no news."""
    context = _about_invitation(actor, event)
    return context if context and context["invitation"].expires_at > event.at else None


def _if_still_expired(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """One that was sent again meanwhile waits for an answer anew."""
    context = _about_invitation(actor, event)
    if context is None or context["invitation"].state != InvitationState.OPEN:
        return None
    return context if context["invitation"].expires_at <= event.at else None


NOTICES = (
    notice(
        "invitation.accept",
        _inviter_and_administrators,
        _about_acceptance,
        "person.name",
        "organisation.name_prepositional",
        group="people",
    ),
    notice(
        "invitation.revoke",
        _inviter_or_administrators,
        _about_revocation,
        "invitation.name",
        "organisation.name_accusative",
        group="people",
    ),
    notice(
        "invitation.expire",
        _inviter_or_administrators,
        _if_still_expired,
        "invitation.name",
        "organisation.name_accusative",
        group="people",
        timing=in_the_morning,
    ),
)
