"""Notifying many at once: as many queries for a thousand as for ten, in parts that a killed worker leaves whole."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.enums import Role
from alliance.models import Cycle, Membership, Person
from portal.kernel import jobs, journal
from portal.kernel.access import Actor
from portal.kernel.jobs import Job, JobState, queue
from portal.kernel.journal import Event, wording
from portal.kernel.notices import Channel, Delivery, notice_kinds, notice_of, registry, routing
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.query_log import own_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    cycle = make_cycle(read_charter())
    make_report(cycle, cast.aurora)
    return cycle


def add_people(cast: Cast, count: int) -> None:
    """So many more people at Alice's organisation."""
    begun = Person.objects.count()
    people = Person.objects.bulk_create(
        Person(email=f"{number}@crowd.example", name=f"Person {number}", password="!")
        for number in range(begun, begun + count)
    )
    Membership.objects.bulk_create(
        Membership(person=person, organisation=cast.aurora, roles=[Role.EDITOR], office="Editor")
        for person in people
    )


def publish(cast: Cast, cycle: Cycle) -> Event:
    return journal.record(cast.actor("mona"), "cycle.publish", cycle)


def route(event: Event) -> int:
    """How many queries the event's notices take, without what is read once a second."""
    job = Job.objects.get(dedupe_key=f"event:{event.pk}")
    with CaptureQueriesContext(connection) as queries:
        jobs.run_job(job.pk)
    return len(own_queries(queries))


def delivery_count(event: Event, channel: Channel = Channel.INBOX) -> int:
    return Delivery.objects.filter(event=event, channel=channel).count()


def test_routing_asks_as_often_for_a_thousand_as_for_ten(
    cast: Cast, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "PART_SIZE", 2000)
    add_people(cast, 10)
    few = publish(cast, cycle)
    for_few = route(few)
    add_people(cast, 990)
    many = publish(cast, cycle)

    assert route(many) == for_few
    assert (delivery_count(few), delivery_count(many)) == (13, 1003)


def test_many_are_notified_in_parts_each_of_which_is_queued_once(
    cast: Cast, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "PART_SIZE", 5)
    add_people(cast, 10)
    event = publish(cast, cycle)
    route(event)

    assert (delivery_count(event), Job.objects.filter(kind="route_part").count()) == (0, 3)
    run_all_jobs()
    assert (delivery_count(event), delivery_count(event, Channel.EMAIL)) == (13, 13)


def test_a_worker_killed_between_two_parts_leaves_everybody_notified_once(
    cast: Cast, cycle: Cycle, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    monkeypatch.setattr(routing, "PART_SIZE", 5)
    add_people(cast, 10)
    event = publish(cast, cycle)
    route(event)
    first, second, _third = Job.objects.filter(kind="route_part").order_by("pk")
    jobs.run_job(first.pk)
    assert queue.claim_job(second.pk), "held by a worker that is gone before it has told anybody"
    assert delivery_count(event) == 5

    # before the test's transaction began, however long it has taken: by that moment leases end here
    Job.objects.filter(pk=second.pk).update(lease_until=timezone.now() - timedelta(hours=1))
    run_all_jobs()

    assert (delivery_count(event), len(mailoutbox)) == (13, 13)
    assert len({letter.to[0] for letter in mailoutbox}) == 13
    assert not Job.objects.exclude(state=JobState.DONE).exists()


def test_a_person_who_has_left_before_their_part_is_not_notified(
    cast: Cast, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "PART_SIZE", 5)
    add_people(cast, 10)
    event = publish(cast, cycle)
    route(event)
    Membership.objects.filter(person=cast.alice).update(ended_at=timezone.now())
    run_all_jobs()

    assert delivery_count(event) == 12
    assert not Delivery.objects.filter(event=event, recipient=cast.alice).exists()


def test_what_only_a_newer_version_knows_is_left_to_its_workers(
    cast: Cast, cycle: Cycle, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    event = publish(cast, cycle)
    with monkeypatch.context() as earlier:
        earlier.delitem(registry._NOTICES, event.kind)
        earlier.delitem(wording._SENTENCES, event.kind)
        route(event)
    routing_job = Job.objects.get(dedupe_key=f"event:{event.pk}")
    assert (routing_job.state, routing_job.attempts, delivery_count(event)) == ("ready", 0, 0)

    Job.objects.filter(pk=routing_job.pk).update(next_at=timezone.now() - timedelta(hours=1))
    route(event)
    with monkeypatch.context() as earlier:
        earlier.delitem(registry._NOTICES, event.kind)
        for job in Job.objects.filter(kind="send_delivery"):
            jobs.run_job(job.pk)
    letters = Job.objects.filter(kind="send_delivery")
    assert set(letters.values_list("state", "attempts")) == {("ready", 0)}

    letters.update(next_at=timezone.now() - timedelta(hours=1))
    run_all_jobs()
    assert len(mailoutbox) == delivery_count(event, Channel.EMAIL) == 3


def test_what_is_shared_is_read_by_nobody_in_particular(cast: Cast) -> None:
    reader: Actor = notice_of("cycle.publish").reader(cast.actor("alice"))

    assert (reader.person_id, reader.roles, reader.conflicts) == (None, frozenset(), frozenset())
    assert reader.tenant_id == cast.aurora.pk


def test_no_shared_subject_quotes_its_recipient() -> None:
    shared = [notice_of(kind) for kind in notice_kinds() if notice_of(kind).shared]

    assert {notice.kind for notice in shared} == {
        *("cycle.open", "cycle.reschedule", "cycle.remind", "cycle.close", "cycle.reopen", "cycle.publish"),
        "site.set_time_zone",
    }
    assert not [path for notice in shared for path in notice.quotes if path.startswith("recipient")]
