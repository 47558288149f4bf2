"""From a person to an actor: what they may do now, for which organisation."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Now, TruncDate
from django.utils import timezone

from alliance.access import has_portal_access, is_privileged
from alliance.enums import OrganisationKind, OrganisationState, Role
from alliance.models import DeclaredInterest, Membership, Organisation, Person
from alliance.queries.local_dates import time_zone
from portal.kernel.access import ANYONE, Actor, ActorKind, acting_as
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.notices import Recipient

COOLING_OFF_PERIOD = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class PersonMemberships:
    """The memberships of one person: those that count now, and the organisations that bar from reviewing.

    `lost`: the latest in each organisation to which they have no access now, because it has ended or the organisation
    is not active; the latest first. `open`: all that have not ended, those among them that give no rights yet, or none
    now. Where a session does not reach all, nothing here but `conflicts` is of the others.
    """

    memberships: Sequence[Membership]
    conflicts: frozenset[int]
    interests: frozenset[int] = frozenset()  # organisations in which the person has declared an interest
    lost: Sequence[Membership] = ()
    open: Sequence[Membership] = ()
    reaches_all: bool = True  # whether no other organisation is or may come within the session's reach

    @property
    def privileged_since(self) -> datetime | None:
        """Since when one of them gives rights that require a second factor; None where none does."""
        moments = (
            row.privileged_since or row.started_at
            for row in self.memberships
            if is_privileged(row.organisation.kind, row.roles)
        )
        return min(moments, default=None)

    @property
    def without_rights(self) -> list[Organisation]:
        """Active organisations that have the person as a member and have given no rights yet."""
        return [
            row.organisation
            for row in self.open
            if not row.roles and row.organisation.state == OrganisationState.ACTIVE
        ]

    def choose(self, organisation_id: int | None) -> Membership | None:
        """The membership in this organisation, or the first one."""
        matching = [
            membership for membership in self.memberships if membership.organisation_id == organisation_id
        ]
        return next(iter(matching or self.memberships), None)

    def only_in(self, organisation_id: int) -> "PersonMemberships":
        """What a session reaches that the provider of this organisation has vouched for; conflicts stay."""
        here = [row for row in self.memberships if row.organisation_id == organisation_id]
        lost = [row for row in self.lost if row.organisation_id == organisation_id]
        is_open = [row for row in self.open if row.organisation_id == organisation_id]
        reaches_all = len(is_open) == len(self.open)
        return PersonMemberships(here, self.conflicts, self.interests, lost, is_open, reaches_all)


def memberships_of(person_id: int) -> PersonMemberships:
    """One query: a person's memberships, ended ones of the last two years among them."""
    return _person_memberships(_memberships([person_id]).select_related("organisation"))


def _memberships(people: Collection[int]) -> QuerySet[Membership]:
    """All memberships that these people ever had, in no order, as long as their accounts are open.

    Each has `declared_interests`: the organisations in which the person has declared an interest.
    """
    interests = DeclaredInterest.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=TruncDate(Now(), tzinfo=time_zone())),
        person=OuterRef("person"),
    )
    rows = Membership.objects.filter(person__in=people, person__is_active=True).order_by()
    return rows.annotate(declared_interests=ArraySubquery(interests.order_by().values("organisation_id")))


def _person_memberships(rows: Iterable[Membership]) -> PersonMemberships:
    """From all memberships of one person."""
    rows, since = list(rows), timezone.now() - COOLING_OFF_PERIOD
    conflicts = frozenset(row.organisation_id for row in rows if row.ended_at is None or row.ended_at > since)
    memberships = [
        row
        for row in rows
        if row.ended_at is None
        and has_portal_access(row.organisation.kind, row.organisation.state)
        and row.roles
    ]
    memberships.sort(
        key=lambda row: (row.organisation.kind == OrganisationKind.SECRETARIAT, row.started_at, row.pk)
    )
    is_open = [row for row in rows if row.ended_at is None]
    interests = frozenset(rows[0].declared_interests) if rows else frozenset()  # type: ignore[attr-defined]  # annotated
    return PersonMemberships(memberships, conflicts, interests, _lost(rows), open=is_open)


def _lost(rows: Sequence[Membership]) -> list[Membership]:
    """Who has no rights yet has lost nothing."""
    latest_first = sorted(
        rows, key=lambda row: (row.ended_at is None, row.ended_at or row.started_at), reverse=True
    )
    known = {
        row.organisation_id
        for row in rows
        if row.ended_at is None and has_portal_access(row.organisation.kind, row.organisation.state)
    }
    lost: dict[int, Membership] = {}
    for row in latest_first:
        if row.organisation_id not in known:
            lost.setdefault(row.organisation_id, row)
    return list(lost.values())


def actor_from(memberships: PersonMemberships, organisation_id: int | None) -> Actor:
    """The actor for the chosen organisation; ANYONE when the person has no access there or anywhere."""
    membership = memberships.choose(organisation_id)
    return _actor(membership, memberships) if membership else ANYONE


def _actor(membership: Membership, memberships: PersonMemberships) -> Actor:
    is_host = membership.organisation.kind == OrganisationKind.SECRETARIAT
    return Actor(
        ActorKind.PERSON,
        person_id=membership.person_id,
        tenant_id=membership.organisation_id,
        tenant_kind=membership.organisation.kind,
        is_host=is_host,
        roles=frozenset(membership.roles),
        conflicts=memberships.conflicts | memberships.interests,
    )


def actor_for(person_id: int, organisation_id: int) -> Actor:
    """The actor that this person is in exactly this organisation now; ANYONE when they have no access there."""
    with acting_as(ANYONE, identifying=True):
        memberships = memberships_of(person_id)
    if all(membership.organisation_id != organisation_id for membership in memberships.memberships):
        return ANYONE
    return actor_from(memberships, organisation_id)


def recipient_for(person_id: int, organisation_id: int) -> Recipient | None:
    """Where and in which language to reach a person, as who they act; None when they have no access any more."""
    return next(iter(recipients_among([(person_id, organisation_id)])), None)


def recipients_among(pairs: Iterable[tuple[int, int]]) -> list[Recipient]:
    """Of these people in these organisations, each once, those who have access there now. Two queries."""
    unique_pairs = list(dict.fromkeys(pairs))
    rows = _memberships({person for person, _organisation in unique_pairs}).select_related("person")
    rows = rows.prefetch_related("organisation")  # made once for all its people
    by_person = defaultdict(list)
    with acting_as(ANYONE, identifying=True):
        for row in rows:
            by_person[row.person_id].append(row)
    memberships_by_person = {person: _person_memberships(own_rows) for person, own_rows in by_person.items()}
    recipients = {
        (membership.person_id, membership.organisation_id): _recipient(membership, memberships)
        for memberships in memberships_by_person.values()
        for membership in memberships.memberships
    }
    return [recipients[pair] for pair in unique_pairs if pair in recipients]


def _recipient(membership: Membership, memberships: PersonMemberships) -> Recipient:
    person = membership.person
    return Recipient(
        person.pk,
        membership.organisation_id,
        person.email,
        person.name,
        person.language,
        _actor(membership, memberships),
        reachable=not person.is_unreachable,
        time_format=person.time_format,
        time_zone=person.time_zone,
        morning_hour=person.morning_hour,
        tenant=membership.organisation,
        acts_for_several=len(memberships.memberships) > 1,
    )


def actor_without_organisation(person: Person) -> Actor:
    """The person by themselves, for no organisation: for their own account, whatever they have left."""
    return Actor(ActorKind.PERSON, person_id=person.pk)


def recipients_in(organisations: Iterable[int], *roles: Role) -> list[Recipient]:
    """The people of these organisations who hold at least one of the roles there. Three queries."""
    holders = Membership.objects.current().filter(
        organisation__in=set(organisations), roles__overlap=list(roles)
    )
    pairs = holders.order_by("organisation_id", ByAlphabet("person__name")).values_list(
        "person_id", "organisation_id"
    )
    return recipients_among(pairs)


def secretariat_id() -> int | None:
    return Organisation.objects.filter(kind=OrganisationKind.SECRETARIAT).values_list("pk", flat=True).first()
