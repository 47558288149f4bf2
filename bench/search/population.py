"""Who shares and who reads in a bench: organisations, people in them, affiliates, working groups."""

from dataclasses import dataclass

from alliance.enums import OrganisationKind, OrganisationState, Role
from alliance.models import Membership, Organisation, Person
from alliance.queries.actors import actor_for
from portal.kernel import clock
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as
from practices.access import person_token
from practices.enums import AffiliationRelation, AffiliationState
from practices.models import Affiliation, GroupMembership, WorkingGroup

_KINDS = [OrganisationKind.MEMBER] * 12 + [OrganisationKind.PARTNER] * 4 + [OrganisationKind.SECRETARIAT]


@dataclass(frozen=True)
class Population:
    """Ids to name readers with, and some of the people as those who search."""

    organisations: list[int]
    people: list[tuple[int, int]]  # person and organisation
    groups: list[int]
    actors: dict[str, Actor]

    def names(self) -> list[str]:
        return [person_token(*person) for person in self.people]


def make_population() -> Population:
    """Seventeen organisations with three people each, one affiliate, three working groups."""
    with acting_as(SYSTEM):
        organisations = [
            Organisation.objects.create(
                slug=f"organisation-{number}",
                name=f"Organisation {number}",
                kind=kind,
                state=OrganisationState.ACTIVE,
            )
            for number, kind in enumerate(_KINDS)
        ]
        people = [_person(organisation, number) for organisation in organisations for number in range(3)]
    first = organisations[0]
    with acting_as(SYSTEM):
        groups = _groups(first, organisations[12], people)
    return Population(
        [organisation.pk for organisation in organisations],
        people,
        [group.pk for group in groups],
        {
            "a member": actor_for(*people[0]),
            "an affiliate": actor_for(*people[36]),
            "a partner": actor_for(*people[40]),
            "the secretariat": actor_for(*people[-1]),
            "the public": ANYONE,
        },
    )


def _groups(
    first: Organisation, affiliate: Organisation, people: list[tuple[int, int]]
) -> list[WorkingGroup]:
    person, now = people[0][0], clock.now()
    Affiliation.objects.create(
        organisation=first,
        affiliate=affiliate,
        relation=AffiliationRelation.CONTRACTOR,
        purpose="Moderation",
        state=AffiliationState.IN_FORCE,
        lapses_on=now,
        proposed_by_id=person,
        confirmed_by_id=person,
        approved_by_id=person,
        approved_at=now,
    )
    groups = [WorkingGroup.objects.create(name=f"Group {number}", organisation=first) for number in range(3)]
    for group in groups:
        for person, organisation in people[group.pk % 5 :: 5]:
            GroupMembership.objects.create(group=group, person_id=person, organisation_id=organisation)
    return groups


def _person(organisation: Organisation, number: int) -> tuple[int, int]:
    person = Person.objects.create(email=f"{number}@{organisation.slug}.example", name=f"Person {number}")
    Membership.objects.create(person=person, organisation=organisation, roles=[Role.EDITOR])
    return person.pk, organisation.pk
