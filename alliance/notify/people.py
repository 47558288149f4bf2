"""Notices about people: appointed, gone, work handed over, an account that the secretariat has decided about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from alliance.enums import Grant
from alliance.models import Membership, Person
from alliance.notify.who import but_the_actor, notice, people_of
from alliance.queries.actors import recipient_for, recipients_in
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.models import Event
from portal.kernel.notices import Notice, Recipient

_CHIEFS = (Grant.SIGNATORY, Grant.ADMINISTRATOR, Grant.MANAGER)
_ADMINISTRATORS = (Grant.ADMINISTRATOR, Grant.MANAGER)


@dataclass(frozen=True, slots=True)
class _Decided:
    """Which of the secretariat's decisions it was, for one letter that says them all."""

    what: str


# --- Who -------------------------------------------------------------------------------------


def _membership(event: Event) -> Membership:
    found: Membership = Membership.objects.select_related("person").get(pk=event.target_id)
    return found


def _told_of_appointment(event: Event) -> list[Recipient]:
    """Whoever signs and administers there, and the person."""
    held = _membership(event)
    person = recipient_for(held.person_id, held.organisation_id)
    found = {one.person_id: one for one in people_of(held.organisation_id, *_CHIEFS)}
    return list(({person.person_id: person} | found if person else found).values())


def _administrators(event: Event) -> list[Recipient]:
    return but_the_actor(event, people_of(_membership(event).organisation_id, *_ADMINISTRATORS))


def _successor(event: Event) -> list[Recipient]:
    found = recipient_for(event.data["successor"], _membership(event).organisation_id)
    return but_the_actor(event, [found] if found else [])


def _administrators_of_person(event: Event) -> list[Recipient]:
    """Of every organisation that the person belongs to; not the person, who may be one of them."""
    held = Membership.objects.current().filter(person_id=event.target_id)
    found = recipients_in(held.values_list("organisation_id", flat=True), *_ADMINISTRATORS)
    return [one for one in but_the_actor(event, found) if one.person_id != event.target_id]


# --- What ------------------------------------------------------------------------------------


def _people_page(actor: Actor) -> str:
    if actor.is_host:
        return reverse("secretariat:member", args=[actor.tenant_id])
    return reverse("workspace:people")


def _about_membership(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    rows = Membership.objects.visible_to(actor).select_related("person", "organisation")
    held = rows.filter(pk=event.target_id).first()
    if held is None:
        return None
    return {
        "site": read_site(),
        "membership": held,
        "person": held.person,
        "organisation": held.organisation,
        "url": _people_page(actor),
    }


def _about_work(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    context = _about_membership(actor, event)
    page = "secretariat:work" if actor.is_host else "workspace:work"
    return {**context, "url": reverse(page)} if context else None


def _about_account(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    person = Person.objects.visible_to(actor).filter(pk=event.target_id).first()
    if person is None:
        return None
    decided = _Decided(event.kind.partition(".")[2])
    return {"site": read_site(), "person": person, "decided": decided, "url": _people_page(actor)}


def _decision(kind: str) -> Notice:
    """One letter says what was decided, whatever it was."""
    return Notice(
        kind,
        "alliance/email/person_decided.html",
        _administrators_of_person,
        _about_account,
        ("person.name", "decided.what"),
        group="security",
    )


NOTICES = (
    notice(
        "membership.appoint",
        _told_of_appointment,
        _about_membership,
        "person.name",
        "organisation.name",
        group="people",
    ),
    notice(
        "membership.leave",
        _administrators,
        _about_membership,
        "person.name",
        "organisation.name",
        group="people",
    ),
    notice("membership.hand_over", _successor, _about_work, "person.name", group="people"),
    _decision("person.reset_factors"),
    _decision("person.close"),
    _decision("person.reopen"),
)
