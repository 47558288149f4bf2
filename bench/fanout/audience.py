"""Those who are told: members of a cycle with ten people each, straight into the tables."""

from datetime import timedelta
from pathlib import Path

from django.db import connections
from django.utils import timezone

from alliance.enums import CycleState, Grant, OrganisationState, ReportState
from alliance.models import Charter, Cycle, Membership, Organisation, Person, Report
from alliance.queries.actors import actor_for
from alliance.services.charters import load_charter, put_charter_in_force
from alliance.services.founding import found_portal
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor
from portal.kernel.grants import owner_alias
from portal.kernel.models import Job, JobState
from portal.kernel.row_security import acting_as

_CHARTER = Path(__file__).resolve().parents[2] / "alliance" / "data" / "charters" / "alliance.yaml"
IN_EACH = 10  # people


def found() -> Actor:
    """The portal with a charter in force; gives its manager."""
    names = {"en": "Bench", "ru": "Bench"}
    with acting_as(SYSTEM):
        mona = found_portal(
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
    cancel_what_waits()
    return manager


def gather(people: int) -> Cycle:
    """A published cycle in which so many people's organisations have owed a report."""
    day = timezone.localdate()
    with acting_as(SYSTEM):
        cycle: Cycle = Cycle.objects.create(
            slug="2026-h1", title_en="First half of 2026", title_ru="Первое полугодие 2026 года",
            charter=Charter.objects.get(), state=CycleState.PUBLISHED,
            starts_on=day - timedelta(days=240), ends_on=day - timedelta(days=60), due_on=day,
        )  # fmt: skip
        organisations = Organisation.objects.bulk_create(_organisation(n) for n in range(people // IN_EACH))
        Report.objects.bulk_create(
            Report(cycle=cycle, organisation=one, due_on=day, state=ReportState.CONCLUDED)
            for one in organisations
        )
        persons = Person.objects.bulk_create(_person(number) for number in range(people))
        Membership.objects.bulk_create(
            Membership(
                person=person, organisation=organisations[place // IN_EACH], grants=[Grant.EDITOR], office="Editor"
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


def _person(number: int) -> Person:
    language = ("en", "ru")[number % 2]
    return Person(email=f"{number}@bench.example", name=f"Person {number}", language=language, password="!")


def publish_again(manager: Actor, cycle: Cycle) -> int:
    """Write in the journal that the cycle was published; gives the job that routes it."""
    with acting_as(manager):
        event = journal.record(manager, "cycle.publish", cycle)
    return Job.objects.get(dedupe_key=f"event:{event.pk}").pk


def due() -> list[int]:
    """The jobs that wait."""
    return list(Job.objects.filter(state=JobState.READY).order_by("pk").values_list("pk", flat=True))


def cancel_what_waits() -> None:
    """No job waits any more."""
    Job.objects.filter(state=JobState.READY).update(state=JobState.CANCELLED, cancel_reason="bench")
