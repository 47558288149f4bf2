"""Who is there: the secretariat, five members by the portal's own acts, and a crowd straight into the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alliance.demo.cast import Cast
from alliance.demo.files import Record
from alliance.enums import OrganisationState, Role
from alliance.models import Charter, Membership, Organisation, Ownership, Person, Service
from alliance.services.accessions import draft_accession, sign_accession
from alliance.services.pledges import PledgeDraft, TargetDraft, draft_pledge, publish_pledge, sign_pledge
from alliance.services.supersession import publish_accession
from portal.kernel import clock

# each is the model of a part of the crowd: bench.desks.alliance says how far its reports have come
FILING = 5
PATTERNS = FILING + 1  # the last one never files, as one member in ten
# the demonstration admits members as the manager of this name
MANAGER, REVIEWERS = "mona", ("reviewer-1", "reviewer-2", "reviewer-3", "reviewer-4")
SERVICES = ("video", "chat")
_PEOPLE = (
    ("editor", [Role.EDITOR]),
    ("signatory", [Role.SIGNATORY, Role.ADMINISTRATOR]),
    ("reader", [Role.READER]),
)
_PLEDGES = 4
SITE: Record = {"name": {"en": "Large alliance", "ru": "Большой альянс"}}


@dataclass(frozen=True, slots=True)
class CrowdMember:
    """A member by its number, and the one whose rows it gets."""

    organisation: Organisation
    pattern: Organisation


def slug_of(number: int) -> str:
    """All are as long as one another, so that one stands where another stood."""
    return f"member-{number:04}"


def names_of(number: int) -> dict[str, str]:
    return {"en": f"Member {number:04} of the Alliance", "ru": f"Участник {number:04} альянса"}


def secretariat() -> Record:
    """A manager, reviewers and an auditor."""
    people = [
        _person(MANAGER, "secretariat", [Role.MANAGER]),
        *(_person(key, "secretariat", [Role.REVIEWER]) for key in REVIEWERS),
        _person("auditor", "secretariat", [Role.AUDITOR]),
    ]
    return {"name": {"en": "Secretariat", "ru": "Секретариат"}, "people": people}


def pattern(number: int) -> Record:
    """One of the five, as the demonstration's files say it."""
    slug = slug_of(number)
    return {
        "slug": slug,
        "name": names_of(number),
        "sector": {"en": "Video and messages", "ru": "Видео и сообщения"},
        "website": f"https://{slug}.example/",
        "language": "en",
        "people": [_person(role, slug, roles) for role, roles in _PEOPLE],
        "services": [_service(slug, key) for key in SERVICES],
    }


def _person(key: str, organisation: str, roles: Sequence[str]) -> Record:
    email = f"{key}@{organisation}.example"
    own_key = key if organisation == "secretariat" else f"{key} of {organisation}"
    words = {"name": own_key.capitalize(), "office": "Head of Trust", "language": "en"}
    return {"key": own_key, "email": email, "roles": list(roles), **words}


def _service(slug: str, key: str) -> Record:
    name = f"{key.capitalize()} {slug}"
    sort = {"en": "Video hosting", "ru": "Видеохостинг"}
    return {"key": key, "slug": f"{slug}-{key}", "name": {"en": name, "ru": name}, "sort": sort}


def bind(cast: Cast, record: Record, charter: Charter, moment: datetime) -> None:
    """The member signs the charter and pledges itself to some of its commitments; all of it is published."""
    sign_charter(cast, record, charter, moment)
    organisation = cast.organisations[record["slug"]]
    signatory = cast.holder(record, Role.SIGNATORY)
    with clock.at(moment):
        for commitment in charter.commitments.all()[:_PLEDGES]:
            with cast.acting(signatory, record["slug"]) as actor:
                draft = PledgeDraft(
                    text=f"We keep what {commitment.title} asks for, on all of our services and every day.",
                    language="en",
                    commitment_key=commitment.key,
                    services=list(cast.services[record["slug"]].values()),
                    targets=[TargetDraft("All of it", date(moment.year + 20, 12, 31))],
                )
                pledge = sign_pledge(actor, draft_pledge(actor, organisation, draft))
            with cast.acting(MANAGER, "secretariat") as actor:
                publish_pledge(actor, pledge)


def sign_charter(cast: Cast, record: Record, charter: Charter, moment: datetime) -> None:
    """The member signs the charter, which is published."""
    organisation = cast.organisations[record["slug"]]
    with clock.at(moment):
        with cast.acting(cast.holder(record, Role.SIGNATORY), record["slug"]) as actor:
            accession = sign_accession(actor, draft_accession(actor, organisation, charter))
        with cast.acting(MANAGER, "secretariat") as actor:
            publish_accession(actor, accession)


def make_crowd(first: int, last: int, patterns: Sequence[Organisation], since: date) -> list[CrowdMember]:
    """Members with these numbers, each with its services and people, like the pattern that it follows."""
    numbers = range(first, last + 1)
    members = Organisation.objects.bulk_create(_organisation(number, since) for number in numbers)
    people = {
        (member.slug, role): Person(
            email=f"{role}@{member.slug}.example", name=f"{role.capitalize()} of {member.slug}", password="!"
        )
        for member in members
        for role, _roles in _PEOPLE
    }
    Person.objects.bulk_create(people.values())
    Membership.objects.bulk_create(
        Membership(person=people[member.slug, role], organisation=member, roles=roles, office="Head of Trust")
        for member in members
        for role, roles in _PEOPLE
    )
    _own_services(members, since)
    return [CrowdMember(member, _pattern_of(place, patterns)) for place, member in enumerate(members)]


def _pattern_of(place: int, patterns: Sequence[Organisation]) -> Organisation:
    """One in ten follows the one that is silent, the others those that file, in turn."""
    return patterns[FILING] if place % 10 == 9 else patterns[place % FILING]


def _organisation(number: int, since: date) -> Organisation:
    names = {f"name_{language}": name for language, name in names_of(number).items()}
    sectors = {"sector_en": "Video and messages", "sector_ru": "Видео и сообщения"}
    website = f"https://{slug_of(number)}.example/"
    return Organisation(
        slug=slug_of(number), kind="member", state=OrganisationState.ACTIVE, since=since, website=website,
        **names, **sectors,
    )  # fmt: skip


def _own_services(members: Sequence[Organisation], since: date) -> None:
    services = []
    for member in members:
        for record in (_service(member.slug, key) for key in SERVICES):
            words = {f"name_{language}": name for language, name in record["name"].items()}
            words |= {f"sort_{language}": sort for language, sort in record["sort"].items()}
            services.append((member, Service(slug=record["slug"], **words)))
    Service.objects.bulk_create(service for _member, service in services)
    Ownership.objects.bulk_create(
        Ownership(service=service, organisation=member, starts_on=since.replace(year=since.year - 2))
        for member, service in services
    )
