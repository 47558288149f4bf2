"""The recipients: members of a cycle with ten people each, straight into the tables."""

from datetime import timedelta
from pathlib import Path

from django.db import connections
from django.utils import timezone

from alliance.enums import CycleState, OrganisationState, ReportState, Role
from alliance.models import Charter, Cycle, Membership, Organisation, Person, Report
from alliance.queries.actors import actor_for
from alliance.services.charters import load_charter, put_charter_in_force
from alliance.services.setup import set_up_portal
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as, owner_alias
from portal.kernel.jobs import Job, JobState

_CHARTER = Path(__file__).resolve().parents[2] / "alliance" / "data" / "charters" / "alliance.yaml"
TEAM_SIZE = 10  # people


def make_alliance() -> Actor:
    """The portal with a charter in force; gives its manager."""
    names = {"en": "Bench", "ru": "Bench"}
    with acting_as(SYSTEM):
        mona = set_up_portal(
            site=names,
            secretariat=names,
            email="mona@secretariat.example",
            name="Mona",
            office="Manager",
            password="correct horse battery",
            language="en",
        )
    manager = actor_for(mona.person_id, mona.organisation_id)
    with acting_as(manager):
        put_charter_in_force(manager, load_charter(manager, _CHARTER.read_bytes()).charter)
    cancel_pending_jobs()
    return manager


def make_published_cycle(people: int) -> Cycle:
    """A published cycle in which so many people's organisations had to report."""
    day = timezone.localdate()
    with acting_as(SYSTEM):
        cycle: Cycle = Cycle.objects.create(
            slug="2026-h1", title_en="First half of 2026", title_ru="Первое полугодие 2026 года",
            charter=Charter.objects.get(), state=CycleState.PUBLISHED,
            starts_on=day - timedelta(days=240), ends_on=day - timedelta(days=60), due_on=day,
        )  # fmt: skip
        organisations = Organisation.objects.bulk_create(_organisation(n) for n in range(people // TEAM_SIZE))
        Report.objects.bulk_create(
            Report(cycle=cycle, organisation=organisation, due_on=day, state=ReportState.CONCLUDED)
            for organisation in organisations
        )
        persons = Person.objects.bulk_create(
            Person(
                email=f"{number}@bench.example",
                name=f"Person {number}",
                language=("en", "ru")[number % 2],
                password="!",
            )
            for number in range(people)
        )
        Membership.objects.bulk_create(
            Membership(
                person=person, organisation=organisations[place // TEAM_SIZE], roles=[Role.EDITOR], office="Editor"
            )
            for place, person in enumerate(persons)
        )  # fmt: skip
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return cycle


def _organisation(number: int) -> Organisation:
    name = f"Organisation {number:04}"
    state = OrganisationState.ACTIVE
    return Organisation(slug=f"organisation-{number}", name_en=name, name_ru=name, kind="member", state=state)


def publish_again(manager: Actor, cycle: Cycle) -> int:
    """Write in the journal that the cycle was published; gives the job that routes it."""
    with acting_as(manager):
        event = journal.record(manager, "cycle.publish", cycle)
        return Job.objects.get(dedupe_key=f"event:{event.pk}").pk


def due() -> list[int]:
    """The jobs that wait."""
    with acting_as(SYSTEM):
        return list(Job.objects.filter(state=JobState.READY).order_by("pk").values_list("pk", flat=True))


def cancel_pending_jobs() -> None:
    """No job waits any more."""
    with acting_as(SYSTEM):
        Job.objects.filter(state=JobState.READY).update(state=JobState.CANCELLED, cancel_reason="bench")
