"""A cycle that is published by itself: the hour, what stands in the way of it, and what ends the plan."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import CycleState, ReportState, Role
from alliance.models import Charter, Correction, Cycle, Report
from alliance.queries.local_dates import local_moment, today
from alliance.queries.planned_publication import planned_publication, publication_obstacles
from alliance.services.cycles import publish_cycle, reopen_cycle
from alliance.services.planned_publication import (
    cancel_publication,
    enqueue_due_publications,
    plan_publication,
    publish_planned_cycle,
)
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.jobs import Job, run_on_cancelled
from portal.kernel.journal import Event
from portal.kernel.operations import cancel_job
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, make_person, make_report
from tests.support.jobs import run_all_jobs
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
TEN = time(10)


@pytest.fixture
def mona(cast: Cast) -> Any:
    with acting_as(cast.actor("mona")) as actor:
        yield actor


@pytest.fixture
def cycle(cast: Cast, charter: Charter) -> Cycle:
    """Closed, and nothing stands in the way: one report is concluded."""
    cycle = make_cycle(charter, state=CycleState.CLOSED)
    Cycle.objects.update(due_on=today() - timedelta(days=20))
    cycle.refresh_from_db()
    make_submission(make_report(cycle, cast.aurora), ReportState.CONCLUDED)
    return cycle


def tomorrow() -> Any:
    return today() + timedelta(days=1)


def plan(mona: Actor, cycle: Cycle) -> Cycle:
    return plan_publication(mona, cycle, day=tomorrow(), hour=TEN)


def let_the_hour_come(cycle: Cycle) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(publish_at=timezone.now() - timedelta(seconds=1))


def test_a_cycle_is_published_once_when_its_hour_has_come(cycle: Cycle, mona: Actor) -> None:
    planned = plan(mona, cycle)
    with acting_as(SYSTEM):
        assert (enqueue_due_publications(), publish_planned_cycle(cycle.pk)) == (0, False)

        let_the_hour_come(cycle)
        queued = [enqueue_due_publications(), enqueue_due_publications()]
        published = [publish_planned_cycle(cycle.pk), publish_planned_cycle(cycle.pk)]

    assert planned.publish_at == local_moment(tomorrow(), TEN)
    assert (queued, published) == ([1, 0], [True, False])
    cycle.refresh_from_db()
    assert (cycle.state, cycle.publish_at) == (CycleState.PUBLISHED, None)
    assert Event.objects.get(kind="cycle.publish").person_id is None
    assert list(Publication.objects.order_by("number").values_list("type", flat=True))[:2] == [
        "cycle",
        "report",
    ]


@pytest.mark.parametrize("obstacle", ["reports", "replying", "corrections"])
def test_a_planned_publication_with_an_obstacle_ends_and_notifies_managers(
    cast: Cast, charter: Charter, cycle: Cycle, mona: Actor, mailoutbox: list[Any], obstacle: str
) -> None:
    plan(mona, cycle)
    if obstacle == "reports":
        named = make_report(cycle, cast.beacon, ReportState.IN_REVIEW).pk
    elif obstacle == "replying":
        Report.objects.update(respond_by=today())
        named = Report.objects.get().pk
    else:
        earlier = make_report(make_cycle(charter, "2025-h2", CycleState.PUBLISHED), cast.beacon)
        named = Correction.objects.create(
            report=earlier, organisation=cast.beacon, side="member", state="proposed", of_publication=1,
            reason={"en": "Wrong.", "ru": "Неверно."}, written_by=cast.bob,
        ).pk  # fmt: skip
    let_the_hour_come(cycle)

    with acting_as(SYSTEM):
        enqueue_due_publications()
    run_all_jobs()

    cycle.refresh_from_db()
    assert (cycle.state, cycle.publish_at) == (CycleState.CLOSED, None)
    assert Event.objects.get(kind="cycle.refuse_publication").data[obstacle] == [named]
    assert not Publication.objects.exists()
    [letter] = mailoutbox
    assert letter.to == [cast.mona.email]
    assert ("Aurora Video until" if obstacle == "replying" else "Beacon Search") in letter.body
    refused = planned_publication(mona, cycle)
    assert refused is not None
    assert refused.is_refused
    assert len(refused.obstacles.sentences) == 1


def test_verdicts_to_look_at_again_do_not_stand_in_the_way(
    cast: Cast, charter: Charter, cycle: Cycle, mona: Actor
) -> None:
    earlier = make_report(make_cycle(charter, "2025-h2", CycleState.PUBLISHED), cast.beacon)
    Correction.objects.create(
        report=earlier, organisation=cast.beacon, side="member", state="published", of_publication=1,
        written_by=cast.bob, verdicts_to_check=["verdict~find"], check_verdicts_by=tomorrow(),
    )  # fmt: skip
    assert not publication_obstacles(mona, cycle, tomorrow())
    plan(mona, cycle)
    let_the_hour_come(cycle)

    with acting_as(SYSTEM):
        assert publish_planned_cycle(cycle.pk)


@pytest.mark.parametrize(
    ("announced_in", "days", "field"),
    [
        (None, -1, "hour"),
        (9, 8, "day"),
    ],
)
def test_an_hour_that_cannot_be_is_refused(
    cycle: Cycle, mona: Actor, announced_in: int | None, days: int, field: str
) -> None:
    if announced_in is not None:
        Cycle.objects.update(publish_on=today() + timedelta(days=announced_in))

    with pytest.raises(DomainError) as refusal, transaction.atomic():
        plan_publication(mona, cycle, day=today() + timedelta(days=days), hour=TEN)

    assert refusal.value.field == field


def test_an_hour_that_clocks_leave_out_is_refused(cycle: Cycle, mona: Actor, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"

    with pytest.raises(DomainError) as refusal, transaction.atomic():
        plan_publication(mona, cycle, day=date(2027, 3, 28), hour=time(2, 30))

    assert refusal.value.field == "hour"


def test_managers_alone_plan_and_only_for_a_closed_cycle(cast: Cast, cycle: Cycle, mona: Actor) -> None:
    for name in ("rita", "alice"):
        with pytest.raises(Forbidden), transaction.atomic(), acting_as(cast.actor(name)) as actor:
            plan_publication(actor, cycle, day=tomorrow(), hour=TEN)
    Cycle.objects.update(state=CycleState.OPEN)
    with pytest.raises(WrongState), transaction.atomic():
        plan(mona, cycle)


def test_a_plan_ends_when_it_is_cancelled_and_when_the_cycle_moves_on(cycle: Cycle, mona: Actor) -> None:
    plan(mona, cycle)
    cancel_publication(mona, cycle)
    cycle.refresh_from_db()
    assert cycle.publish_at is None
    with pytest.raises(WrongState), transaction.atomic():
        cancel_publication(mona, cycle)

    plan(mona, cycle)
    reopened = reopen_cycle(mona, cycle, "One more week for all.")
    assert (reopened.state, reopened.publish_at) == (CycleState.OPEN, None)

    Cycle.objects.update(state=CycleState.CLOSED)
    plan(mona, cycle)
    assert publish_cycle(mona, cycle).publish_at is None


def test_a_plan_whose_job_is_cancelled_ends_and_a_later_one_does_not(
    cast: Cast, cycle: Cycle, mona: Actor, mailoutbox: list[Any]
) -> None:
    plan(mona, cycle)
    let_the_hour_come(cycle)
    with acting_as(SYSTEM):
        enqueue_due_publications()
        job = Job.objects.get(kind="publish_cycle")
        plan(mona, cycle)
        run_on_cancelled(job.kind, job.payload, was_on_hold=True)
    cycle.refresh_from_db()
    assert cycle.publish_at == local_moment(tomorrow(), TEN)

    Cycle.objects.update(publish_at=datetime.fromisoformat(job.payload["at"]))
    cancel_job(mona, job, "After the restore it is published by hand.")
    run_all_jobs()

    cycle.refresh_from_db()
    assert (cycle.state, cycle.publish_at) == (CycleState.CLOSED, None)
    letters = [letter for letter in mailoutbox if "Planned publication cancelled" in letter.subject]
    assert [letter.to for letter in letters] == [[cast.mona.email]]
    assert "that job was cancelled. The cycle stays closed." in " ".join(letters[0].body.split())


@pytest.mark.parametrize("how", ["cancelled", "reopened", "planned anew"])
def test_the_other_managers_are_notified_that_a_plan_has_ended(
    cast: Cast, cycle: Cycle, mona: Actor, mailoutbox: list[Any], how: str
) -> None:
    other = make_person("Moritz", cast.secretariat, Role.MANAGER)
    plan(mona, cycle)
    if how == "reopened":
        reopen_cycle(mona, cycle, "One more week for all.")
    else:
        cancel_publication(mona, cycle)
    if how == "planned anew":
        plan(mona, cycle)
    run_all_jobs()

    letters = [letter for letter in mailoutbox if "Planned publication cancelled" in letter.subject]
    assert [letter.to for letter in letters] == ([] if how == "planned anew" else [[other.email]])
    sentences = {"cancelled": "The cycle stays closed.", "reopened": "reports can be submitted"}
    assert all(f"Mona has {'opened' if how == 'reopened' else 'cancelled'}" in row.body for row in letters)
    assert all(sentences[how] in letter.body for letter in letters)
