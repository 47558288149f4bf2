"""The cast: always the same people in the same roles."""

from dataclasses import dataclass
from datetime import date

from alliance.enums import Grant, OrganisationKind, OrganisationState
from alliance.models import Membership, Organisation, Ownership, Person, Service
from alliance.queries.actors import actor_for
from portal.kernel.access import Actor

PASSWORD = "correct horse battery"
EPOCH = date(2020, 1, 1)


def make_organisation(
    slug: str, kind: str = OrganisationKind.MEMBER, state: str = OrganisationState.ACTIVE
) -> Organisation:
    name = slug.replace("-", " ").title()
    return Organisation.objects.create(
        slug=slug, name_en=name, name_ru=f"{name} (ру)", kind=kind, state=state, since=EPOCH
    )


def make_service(organisation: Organisation, slug: str) -> Service:
    name = slug.replace("-", " ").title()
    service = Service.objects.create(slug=slug, name_en=name, name_ru=f"{name} (ру)")
    Ownership.objects.create(service=service, organisation=organisation, starts_on=EPOCH)
    return service


def make_person(name: str, organisation: Organisation, *grants: Grant, language: str = "en") -> Person:
    email = f"{name.lower()}@{organisation.slug}.example"
    person = Person.objects.create_user(email, PASSWORD, name=name, language=language)
    Membership.objects.create(
        person=person,
        organisation=organisation,
        grants=list(grants),
        office=f"{grants[0].label} of {organisation.slug}",
    )
    return person


def actor_of(person: Person) -> Actor:
    """The person, as who they act in their only organisation."""
    membership = Membership.objects.current().get(person=person)
    return actor_for(person.pk, membership.organisation_id)


@dataclass(frozen=True)
class Cast:
    """Alice drafts, Sven signs, Bob reads at Aurora; Carol is of Beacon, a rival; Rita reviews, Mona manages."""

    aurora: Organisation
    beacon: Organisation
    secretariat: Organisation
    alice: Person
    sven: Person
    bob: Person
    carol: Person
    rita: Person
    mona: Person

    def actor(self, name: str) -> Actor:
        """The actor of one of the cast by name: `cast.actor("alice")`."""
        return actor_of(getattr(self, name))


def make_cast() -> Cast:
    aurora, beacon = make_organisation("aurora-video"), make_organisation("beacon-search")
    secretariat = make_organisation("secretariat", OrganisationKind.SECRETARIAT)
    make_service(aurora, "aurora-kids")
    make_service(aurora, "aurora-live")
    make_service(beacon, "beacon-web")
    return Cast(
        aurora=aurora,
        beacon=beacon,
        secretariat=secretariat,
        alice=make_person("Alice", aurora, Grant.EDITOR),
        sven=make_person("Sven", aurora, Grant.SIGNATORY, Grant.ADMINISTRATOR),
        bob=make_person("Bob", aurora, Grant.READER, language="ru"),
        carol=make_person("Carol", beacon, Grant.EDITOR, Grant.SIGNATORY, Grant.ADMINISTRATOR),
        rita=make_person("Rita", secretariat, Grant.REVIEWER),
        mona=make_person("Mona", secretariat, Grant.MANAGER),
    )
