"""From a person to an actor: what they may do now, for which organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from alliance.access import may_hold
from alliance.enums import Grant, OrganisationKind
from alliance.models import Membership, Organisation, Person
from portal.kernel.access import ANYONE, Actor, ActorKind
from portal.kernel.notices import Recipient

TIES_LAST = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Standing:
    """The memberships of one person: those that count now, and the ties that bar from reviewing."""

    memberships: Sequence[Membership]
    ties: frozenset[int]

    def choose(self, organisation_id: int | None) -> Membership | None:
        """The membership in this organisation, or the first one."""
        wanted = [held for held in self.memberships if held.organisation_id == organisation_id]
        return next(iter(wanted or self.memberships), None)


def standing_of(person_id: int) -> Standing:
    """One query: a person's memberships, ended ones of the last two years among them."""
    rows = Membership.objects.filter(person_id=person_id, person__is_active=True).select_related(
        "organisation"
    )
    since = timezone.now() - TIES_LAST
    ties = frozenset(row.organisation_id for row in rows if row.ended_at is None or row.ended_at > since)
    held = [
        row
        for row in rows
        if row.ended_at is None and may_hold(row.organisation.kind, row.organisation.state) and row.grants
    ]
    held.sort(key=lambda row: (row.organisation.kind == OrganisationKind.SECRETARIAT, row.started_at, row.pk))
    return Standing(held, ties)


def actor_from(person_id: int, standing: Standing, organisation_id: int | None) -> Actor:
    """The actor for the chosen organisation; ANYONE when the person has no access there or anywhere."""
    membership = standing.choose(organisation_id)
    if membership is None:
        return ANYONE
    return Actor(
        ActorKind.PERSON,
        person_id=person_id,
        tenant_id=membership.organisation_id,
        tenant_kind=membership.organisation.kind,
        is_host=membership.organisation.kind == OrganisationKind.SECRETARIAT,
        grants=frozenset(membership.grants),
        ties=standing.ties,
    )


def actor_for(person_id: int, organisation_id: int) -> Actor:
    """The actor that this person is in exactly this organisation now; ANYONE when they have no access there."""
    standing = standing_of(person_id)
    if all(held.organisation_id != organisation_id for held in standing.memberships):
        return ANYONE
    return actor_from(person_id, standing, organisation_id)


def recipient_for(person_id: int, organisation_id: int) -> Recipient | None:
    """Where and in which language to reach a person, as who they act; None when they have no access any more."""
    actor = actor_for(person_id, organisation_id)
    person = Person.objects.filter(pk=person_id).first()
    if person is None or not actor.is_person:
        return None
    return Recipient(
        person.pk,
        organisation_id,
        person.email,
        person.name,
        person.language,
        actor,
        reachable=not person.is_unreachable,
        hours=person.time_format,
    )


def self_of(person: Person) -> Actor:
    """The person by themselves, for no organisation: who looks after their own account."""
    return Actor(ActorKind.PERSON, person_id=person.pk)


def recipients_in(organisation_id: int, *grants: Grant) -> list[Recipient]:
    """The people of an organisation who hold at least one of the grants."""
    holders = Membership.objects.current().filter(
        organisation_id=organisation_id, grants__overlap=list(grants)
    )
    found = (
        recipient_for(person_id, organisation_id) for person_id in holders.values_list("person_id", flat=True)
    )
    return [recipient for recipient in found if recipient]


def secretariat_id() -> int | None:
    return Organisation.objects.filter(kind=OrganisationKind.SECRETARIAT).values_list("pk", flat=True).first()
