"""From a person to an actor: what they may do now, for which organisation."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
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
    return _standing(_memberships([person_id]).select_related("organisation"))


def _memberships(people: Collection[int]) -> QuerySet[Membership]:
    """All that these people ever held, as long as their accounts are open."""
    rows: QuerySet[Membership] = Membership.objects.filter(person__in=people, person__is_active=True)
    return rows.order_by("pk")


def _standing(rows: Iterable[Membership]) -> Standing:
    """From all memberships of one person."""
    rows, since = list(rows), timezone.now() - TIES_LAST
    ties = frozenset(row.organisation_id for row in rows if row.ended_at is None or row.ended_at > since)
    held = [
        row
        for row in rows
        if row.ended_at is None and may_hold(row.organisation.kind, row.organisation.state) and row.grants
    ]
    held.sort(key=lambda row: (row.organisation.kind == OrganisationKind.SECRETARIAT, row.started_at, row.pk))
    return Standing(held, ties)


def actor_from(standing: Standing, organisation_id: int | None) -> Actor:
    """The actor for the chosen organisation; ANYONE when the person has no access there or anywhere."""
    membership = standing.choose(organisation_id)
    return _actor(membership, standing) if membership else ANYONE


def _actor(membership: Membership, standing: Standing) -> Actor:
    is_host = membership.organisation.kind == OrganisationKind.SECRETARIAT
    return Actor(
        ActorKind.PERSON,
        person_id=membership.person_id,
        tenant_id=membership.organisation_id,
        tenant_kind=membership.organisation.kind,
        is_host=is_host,
        grants=frozenset(membership.grants),
        ties=standing.ties,
    )


def actor_for(person_id: int, organisation_id: int) -> Actor:
    """The actor that this person is in exactly this organisation now; ANYONE when they have no access there."""
    standing = standing_of(person_id)
    if all(held.organisation_id != organisation_id for held in standing.memberships):
        return ANYONE
    return actor_from(standing, organisation_id)


def recipient_for(person_id: int, organisation_id: int) -> Recipient | None:
    """Where and in which language to reach a person, as who they act; None when they have no access any more."""
    return next(iter(recipients_among([(person_id, organisation_id)])), None)


def recipients_among(pairs: Iterable[tuple[int, int]]) -> list[Recipient]:
    """Of these people in these organisations, each once, those who have access there now. One query."""
    wanted = list(dict.fromkeys(pairs))
    rows = _memberships({person for person, _organisation in wanted}).select_related("organisation", "person")
    by_person = defaultdict(list)
    for row in rows:
        by_person[row.person_id].append(row)
    standings = {person: _standing(held) for person, held in by_person.items()}
    found = {
        (held.person_id, held.organisation_id): _recipient(held, standing)
        for standing in standings.values()
        for held in standing.memberships
    }
    return [found[pair] for pair in wanted if pair in found]


def _recipient(held: Membership, standing: Standing) -> Recipient:
    person = held.person
    return Recipient(
        person.pk,
        held.organisation_id,
        person.email,
        person.name,
        person.language,
        _actor(held, standing),
        reachable=not person.is_unreachable,
        hours=person.time_format,
    )


def self_of(person: Person) -> Actor:
    """The person by themselves, for no organisation: who looks after their own account."""
    return Actor(ActorKind.PERSON, person_id=person.pk)


def recipients_in(organisations: Iterable[int], *grants: Grant) -> list[Recipient]:
    """The people of these organisations who hold at least one of the grants there. Two queries."""
    holders = Membership.objects.current().filter(
        organisation__in=set(organisations), grants__overlap=list(grants)
    )
    pairs = holders.order_by("organisation", "person__name").values_list("person_id", "organisation_id")
    return recipients_among(pairs)


def secretariat_id() -> int | None:
    return Organisation.objects.filter(kind=OrganisationKind.SECRETARIAT).values_list("pk", flat=True).first()
