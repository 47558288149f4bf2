"""Notices about people: their rights, gone, work handed over, an account that was decided about or erased, a last
holder of a right lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import get_text_list
from django.utils.translation import gettext, pgettext, pgettext_lazy

from alliance.enums import Role
from alliance.models import Membership, Organisation, Person
from alliance.notify.recipients import FindRecipients, notice, people_in, secretariat_staff, without_actor
from alliance.queries.actors import recipient_for, recipients_in
from alliance.queries.people import roles_without_holder
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


@dataclass(frozen=True, slots=True)
class _Reader:
    """Whether the letter is about its reader."""

    is_concerned: bool


@dataclass(frozen=True, slots=True)
class _Vacancy:
    """Rights that nobody holds any more, in the words of whatever language is read."""

    roles: Sequence[str]

    @property
    def names(self) -> object:
        return lazy(_missing_roles, str)(tuple(self.roles))


# In the form that stands behind "has no": a case of its own in Russian.
_MISSING_ROLES = {
    Role.SIGNATORY: pgettext_lazy("has no", "signatory"),
    Role.ADMINISTRATOR: pgettext_lazy("has no", "administrator"),
    Role.MANAGER: pgettext_lazy("has no", "manager"),
}


def _missing_roles(roles: Sequence[str]) -> str:
    return get_text_list([str(_MISSING_ROLES[Role(role)]) for role in roles], pgettext("has no", "or"))


# --- Who -------------------------------------------------------------------------------------


def _membership(event: Event) -> Membership:
    membership: Membership = Membership.objects.select_related("person").get(pk=event.target_id)
    return membership


def _person_and(*roles: Role) -> FindRecipients:
    """The person whose membership it is, and those there who hold one of the roles; not who acted."""

    def recipients(event: Event) -> list[Recipient]:
        membership = _membership(event)
        person = recipient_for(membership.person_id, membership.organisation_id)
        others = people_in(membership.organisation_id, *roles)
        by_person = {each.person_id: each for each in ([person] if person else []) + others}
        return without_actor(event, by_person.values())

    return recipients


def _other_administrators(event: Event) -> list[Recipient]:
    """The administrators there, except who acted; nobody where it is a part of an act with its own letter."""
    if "within" in event.data:
        return []
    return without_actor(event, people_in(_membership(event).organisation_id, *_ADMINISTRATORS))


def is_about(event: Event, recipient: Recipient) -> str:
    """Why somebody cannot turn off a letter about their own rights; empty for all others."""
    return gettext("it is about your own rights") if event.data["person"] == recipient.person_id else ""


def must_appoint(event: Event, recipient: Recipient) -> str:
    """Why those who can appoint somebody cannot turn the letter off."""
    del event, recipient
    return gettext("you can appoint someone")


def _successor(event: Event) -> list[Recipient]:
    recipient = recipient_for(event.data["successor"], _membership(event).organisation_id)
    return without_actor(event, [recipient] if recipient else [])


def _administrators_of_person(event: Event) -> list[Recipient]:
    """Of every organisation that the person belongs to; not the person, who may be one of them.

    Nobody where it is a part of an act with its own letter.
    """
    if "within" in event.data:
        return []
    memberships = Membership.objects.current().filter(person_id=event.target_id)
    recipients = recipients_in(memberships.values_list("organisation_id", flat=True), *_ADMINISTRATORS)
    return [each for each in without_actor(event, recipients) if each.person_id != event.target_id]


def _administrators_and_managers(event: Event) -> list[Recipient]:
    """Those of the organisations that the person belongs to, and the managers of the secretariat."""
    recipients = [*_administrators_of_person(event), *without_actor(event, secretariat_staff(Role.MANAGER))]
    return list({each.person_id: each for each in recipients if each.person_id != event.target_id}.values())


def _administrators_of_erased(event: Event) -> list[Recipient]:
    """Of every organisation that the person belonged to until then."""
    return without_actor(event, recipients_in(event.data.get("organisations", ()), *_ADMINISTRATORS))


def _those_who_appoint(event: Event) -> list[Recipient]:
    """The administrators there who are left, and the secretariat's managers, each once."""
    recipients = people_in(event.target_id, *_ADMINISTRATORS) + secretariat_staff(Role.MANAGER)
    return list({each.person_id: each for each in recipients}.values())


# --- What ------------------------------------------------------------------------------------


def _people_page(actor: Actor) -> str:
    if actor.is_host:
        return reverse("secretariat:member", args=[actor.tenant_id])
    return reverse("workspace:people")


def _name_of_actor(event: Event) -> str:
    """The name of the person who did it; empty where it was the portal itself."""
    person = Person.objects.filter(pk=event.person_id or 0).first()
    return person.name if person else ""


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


def _about_rights(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """Rights before and after; None where only the job title was changed."""
    context = _about_membership(actor, event)
    if context is None or event.data["before"] == event.data["grants"]:
        return None
    is_concerned = context["person"].pk == actor.person_id
    return {
        **context,
        "before": event.data["before"],
        "grants": event.data["grants"],
        "reader": _Reader(is_concerned),
        "by": _name_of_actor(event),
    }


def _about_end(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    context = _about_membership(actor, event)
    if context is None:
        return None
    return {**context, "by": _name_of_actor(event)}


def _about_erased(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    rows = Membership.objects.visible_to(actor).select_related("person", "organisation")
    memberships = rows.filter(person_id=event.target_id, organisation_id=actor.tenant_id or 0)
    membership = memberships.order_by("-ended_at").first()
    if membership is None:
        return None
    return {
        "site": read_site(),
        "person": membership.person,
        "membership": membership,
        "organisation": membership.organisation,
        "url": _people_page(actor),
    }


def _about_vacancy(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The organisation and the rights that nobody holds still; None when somebody was appointed meanwhile."""
    organisation = Organisation.objects.visible_to(actor).filter(pk=event.target_id).first()
    vacant = roles_without_holder(organisation) if organisation else []
    roles = [role for role in vacant if role in event.data["grants"]]
    if organisation is None or not roles:
        return None
    url = reverse("secretariat:member", args=[organisation.pk]) if actor.is_host else _people_page(actor)
    return {"site": read_site(), "organisation": organisation, "vacancy": _Vacancy(roles), "url": url}


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


def _about_frozen_account(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """Where the secretariat is led to the account itself."""
    context = _about_account(actor, event)
    if context is None or not actor.is_host:
        return context
    return {**context, "url": reverse("secretariat:person", args=[event.target_id])}


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
        "membership.grant",
        _person_and(*_ADMINISTRATORS),
        _about_rights,
        "person.name",
        "organisation.name_prepositional",
        "reader.is_concerned",
        group="people",
        compulsory=is_about,
    ),
    notice(
        "membership.appoint",
        _person_and(*_SIGNATORIES_AND_ADMINISTRATORS),
        _about_rights,
        "person.name",
        "organisation.name_prepositional",
        "reader.is_concerned",
        group="people",
        compulsory=is_about,
    ),
    notice(
        "membership.end",
        _other_administrators,
        _about_end,
        "person.name",
        "organisation.name_prepositional",
        group="people",
    ),
    notice(
        "membership.leave",
        _other_administrators,
        _about_membership,
        "person.name",
        "organisation.name_genitive",
        group="people",
    ),
    notice(
        "membership.join",
        lambda event: people_in(_membership(event).organisation_id, *_ADMINISTRATORS),
        _about_joining,
        "person.name",
        "organisation.name_genitive",
        group="people",
    ),
    notice(
        "person.erase",
        _administrators_of_erased,
        _about_erased,
        "person.name",
        "organisation.name_genitive",
        group="people",
    ),
    notice(
        "organisation.lose_holder",
        _those_who_appoint,
        _about_vacancy,
        "organisation.name_prepositional",
        "vacancy.names",
        group="people",
        compulsory=must_appoint,
    ),
    notice("membership.hand_over", _successor, _about_handover, "person.name", group="people"),
    _decision("person.reset_factors"),
    _decision("person.close"),
    _decision("person.reopen"),
    *(
        notice(kind, _administrators_and_managers, _about_frozen_account, "person.name", group="security")
        for kind in ("person.freeze", "person.thaw")
    ),
)
