"""The cast: always the same people in the same roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from alliance.enums import OrganisationKind, OrganisationState, Role
from alliance.models import Membership, Organisation, Ownership, Person, Service
from alliance.queries.actors import actor_from, memberships_of
from portal.kernel.access import Actor

PASSWORD = "correct horse battery"
EPOCH = date(2020, 1, 1)


def make_organisation(
    slug: str, kind: str = OrganisationKind.MEMBER, state: str = OrganisationState.ACTIVE
) -> Organisation:
    (organisation,) = Organisation.objects.bulk_create([_organisation(slug, kind, state)])
    return organisation


def make_service(organisation: Organisation, slug: str) -> Service:
    (service,) = make_services((organisation, slug))
    return service


def make_services(*owned: tuple[Organisation, str]) -> list[Service]:
    """Services, each of its organisation. Two queries."""
    services = Service.objects.bulk_create([Service(slug=slug, **_names(slug)) for _owner, slug in owned])
    Ownership.objects.bulk_create(
        Ownership(service=service, organisation=organisation, starts_on=EPOCH)
        for service, (organisation, _slug) in zip(services, owned, strict=True)
    )
    return services


def make_person(name: str, organisation: Organisation, *roles: Role, language: str = "en") -> Person:
    (person,) = make_people((name, organisation, roles, language))
    return person


def make_people(*members: tuple[str, Organisation, Sequence[Role], str]) -> list[Person]:
    """People by name, organisation, roles there and language. Two queries."""
    people = Person.objects.bulk_create(
        Person(
            email=f"{name.lower()}@{organisation.slug}.example",
            password=make_password(PASSWORD),
            name=name,
            language=language,
        )
        for name, organisation, _roles, language in members
    )
    Membership.objects.bulk_create(
        Membership(
            person=person,
            organisation=organisation,
            roles=list(roles),
            office=f"{roles[0].label} of {organisation.slug}",
        )
        for person, (_name, organisation, roles, _language) in zip(people, members, strict=True)
    )
    return people


def _organisation(slug: str, kind: str, state: str = OrganisationState.ACTIVE) -> Organisation:
    return Organisation(slug=slug, kind=kind, state=state, since=EPOCH, **_names(slug))


def _names(slug: str) -> dict[str, str]:
    name = slug.replace("-", " ").title()
    return {"name_en": name, "name_ru": f"{name} (ру)"}


def actor_of(person: Person) -> Actor:
    """The person, as who they act in their only organisation. One query."""
    return actor_from(memberships_of(person.pk), None)


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


def read_cast() -> Cast:
    """The cast that a database begins with. Two queries."""
    organisations = {one.slug: one for one in Organisation.objects.all()}
    people = {person.name: person for person in Person.objects.all()}
    return Cast(
        *(organisations[slug] for slug in ("aurora-video", "beacon-search", "secretariat")),
        *(people[name] for name in ("Alice", "Sven", "Bob", "Carol", "Rita", "Mona")),
    )


def make_cast() -> Cast:
    """All of them at once. Five queries."""
    aurora, beacon, secretariat = Organisation.objects.bulk_create(
        [
            _organisation("aurora-video", OrganisationKind.MEMBER),
            _organisation("beacon-search", OrganisationKind.MEMBER),
            _organisation("secretariat", OrganisationKind.SECRETARIAT),
        ]
    )
    make_services((aurora, "aurora-kids"), (aurora, "aurora-live"), (beacon, "beacon-web"))
    people = make_people(
        ("Alice", aurora, [Role.EDITOR], "en"),
        ("Sven", aurora, [Role.SIGNATORY, Role.ADMINISTRATOR], "en"),
        ("Bob", aurora, [Role.READER], "ru"),
        ("Carol", beacon, [Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR], "en"),
        ("Rita", secretariat, [Role.REVIEWER], "en"),
        ("Mona", secretariat, [Role.MANAGER], "en"),
    )
    return Cast(aurora, beacon, secretariat, *people)
