"""Notices about people: appointed, gone, work handed over, an account that the secretariat has decided about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from alliance.enums import Role
from alliance.models import Membership, Person
from alliance.notify.recipients import notice, people_in, without_actor
from alliance.queries.actors import recipient_for, recipients_in
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Notice, Recipient

_SIGNATORIES_AND_ADMINISTRATORS = (Role.SIGNATORY, Role.ADMINISTRATOR, Role.MANAGER)
_ADMINISTRATORS = (Role.ADMINISTRATOR, Role.MANAGER)


@dataclass(frozen=True, slots=True)
class _Decision:
    """Which of the secretariat's decisions it was, for the one letter of all of them."""

    kind: str


# --- Who -------------------------------------------------------------------------------------


def _membership(event: Event) -> Membership:
    membership: Membership = Membership.objects.select_related("person").get(pk=event.target_id)
    return membership


def _appointment_recipients(event: Event) -> list[Recipient]:
    """The signatories and administrators there, and the person."""
    membership = _membership(event)
    person = recipient_for(membership.person_id, membership.organisation_id)
    recipients = {
        each.person_id: each
        for each in people_in(membership.organisation_id, *_SIGNATORIES_AND_ADMINISTRATORS)
    }
    return list(({person.person_id: person} | recipients if person else recipients).values())


def _successor(event: Event) -> list[Recipient]:
    recipient = recipient_for(event.data["successor"], _membership(event).organisation_id)
    return without_actor(event, [recipient] if recipient else [])


def _administrators_of_person(event: Event) -> list[Recipient]:
    """Of every organisation that the person belongs to; not the person, who may be one of them."""
    memberships = Membership.objects.current().filter(person_id=event.target_id)
    recipients = recipients_in(memberships.values_list("organisation_id", flat=True), *_ADMINISTRATORS)
    return [each for each in without_actor(event, recipients) if each.person_id != event.target_id]


# --- What ------------------------------------------------------------------------------------


def _people_page(actor: Actor) -> str:
    if actor.is_host:
        return reverse("secretariat:member", args=[actor.tenant_id])
    return reverse("workspace:people")


def _about_membership(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    rows = Membership.objects.visible_to(actor).select_related("person", "organisation")
    membership = rows.filter(pk=event.target_id).first()
    if membership is None:
        return None
    return {
        "site": read_site(),
        "membership": membership,
        "person": membership.person,
        "organisation": membership.organisation,
        "url": _people_page(actor),
    }


def _about_joining(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """With the page where rights are given."""
    context = _about_membership(actor, event)
    area = "secretariat" if actor.is_host else "workspace"
    return (
        {**context, "url": reverse(f"{area}:membership-grant", args=[event.target_id])} if context else None
    )


def _about_handover(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    context = _about_membership(actor, event)
    page = "secretariat:work" if actor.is_host else "workspace:work"
    return {**context, "url": reverse(page)} if context else None


def _about_account(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    person = Person.objects.visible_to(actor).filter(pk=event.target_id).first()
    if person is None:
        return None
    decided = _Decision(event.kind.partition(".")[2])
    return {"site": read_site(), "person": person, "decided": decided, "url": _people_page(actor)}


def _decision(kind: str) -> Notice:
    """One letter for all decisions."""
    return Notice(
        kind,
        "alliance/email/person_decided.html",
        _administrators_of_person,
        _about_account,
        ("person.name", "decided.kind"),
        group="security",
    )


NOTICES = (
    notice(
        "membership.appoint",
        _appointment_recipients,
        _about_membership,
        "person.name",
        "organisation.name",
        group="people",
    ),
    notice(
        "membership.leave",
        lambda event: without_actor(event, people_in(_membership(event).organisation_id, *_ADMINISTRATORS)),
        _about_membership,
        "person.name",
        "organisation.name",
        group="people",
    ),
    notice(
        "membership.join",
        lambda event: people_in(_membership(event).organisation_id, *_ADMINISTRATORS),
        _about_joining,
        "person.name",
        "organisation.name",
        group="people",
    ),
    notice("membership.hand_over", _successor, _about_handover, "person.name", group="people"),
    _decision("person.reset_factors"),
    _decision("person.close"),
    _decision("person.reopen"),
)
