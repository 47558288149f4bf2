"""Everybody who may stand in some relation to a practice of Aurora's, and the practice itself."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from alliance.enums import OrganisationKind, OrganisationState, Role
from alliance.models import Membership, Organisation, Person
from alliance.queries.actors import actor_for
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as
from practices.access import person_token
from practices.enums import PracticeState
from practices.models import GroupMembership, Practice, WorkingGroup
from tests.factories.affiliations import make_affiliation
from tests.factories.cast import actor_of, make_organisation, make_person


@dataclass(frozen=True)
class ReaderRelations:
    """The actors by their relation, and whom a practice names."""

    actors: dict[str, Actor]
    people: dict[str, Person]  # by their relation too; nobody is the public
    readers: dict[str, Any]
    source: int

    def practice(self, label: str, state: str = PracticeState.SHARED) -> Practice:
        """A practice of Aurora's by Alice with this label, which names the same readers under any label."""
        with acting_as(SYSTEM):
            return Practice.objects.create(
                organisation_id=self.source,
                author_people=[self._name("author")],
                label=label,
                state=state,
                **self.readers,
            )

    def _name(self, relation: str) -> str:
        actor = self.actors[relation]
        return person_token(actor.person_id, actor.tenant_id)


def make_working_group(name: str, by: Organisation, *members: tuple[Person, Organisation]) -> WorkingGroup:
    """A group with these people in it, of whom nobody leads it."""
    with acting_as(SYSTEM):
        group: WorkingGroup = WorkingGroup.objects.create(name=name, organisation=by)
        for person, place in members:
            GroupMembership.objects.create(group=group, person=person, organisation=place)
    return group


def make_relations() -> ReaderRelations:
    member, partner = OrganisationKind.MEMBER, OrganisationKind.PARTNER
    places = {
        slug: make_organisation(slug, kind)
        for slug, kind in (
            ("aurora", member), ("beacon", member), ("cedar", member), ("fjord", partner), ("dune", member),
            ("ember", member), ("petals", partner), ("lessons", partner), ("asleep", member),
            ("secretariat", OrganisationKind.SECRETARIAT), ("school", OrganisationKind.SUPPORTER),
        )
    }  # fmt: skip
    who = {
        "author": ("Alice", "aurora"), "colleague": ("Bob", "aurora"),
        "named": ("Carol", "beacon"), "colleague_of_named": ("Beth", "beacon"),
        "staff": ("Nadia", "cedar"), "affiliate": ("Anna", "fjord"),
        "in_group": ("Dana", "dune"), "beside_group": ("Timur", "dune"),
        "other": ("Mei", "ember"), "partner_named": ("Petra", "petals"), "partner": ("Lena", "lessons"),
        "host_named": ("Rita", "secretariat"), "host": ("Mona", "secretariat"),
        "suspended": ("Igor", "asleep"), "moved": ("Theo", "beacon"), "supporter": ("Susan", "school"),
    }  # fmt: skip
    people = {
        relation: make_person(name, places[slug], Role.EDITOR) for relation, (name, slug) in who.items()
    }
    theo = people["moved"]
    Membership.objects.filter(person=theo).update(ended_at=timezone.now())
    Membership.objects.create(person=theo, organisation=places["ember"], roles=[Role.EDITOR])
    make_affiliation(places["cedar"], places["fjord"], people["staff"])
    group = make_working_group("Grooming", places["aurora"], (people["in_group"], places["dune"]))
    places["asleep"].state = OrganisationState.SUSPENDED
    places["asleep"].save()
    actors = {
        relation: actor_for(person.pk, places["asleep"].pk) if relation == "suspended" else actor_of(person)
        for relation, person in people.items()
    }
    named_people = [("named", "beacon"), ("host_named", "secretariat"), ("moved", "beacon")]
    return ReaderRelations(
        {**actors, "public": ANYONE},
        people,
        {
            "reader_people": [
                person_token(people[relation].pk, places[slug].pk) for relation, slug in named_people
            ],
            "reader_organisations": [places[slug].pk for slug in ("cedar", "petals", "asleep")],
            "reader_groups": [group.pk],
        },
        places["aurora"].pk,
    )
