"""Targets of pledges: kept, missed or overdue by what is published for the period that covers their day alone."""

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.enums import CycleState, PledgeState, TargetState
from alliance.models import Cycle, Organisation, PublishedFigure, PublishedPledge, Service
from alliance.queries.public.targets import TargetStanding, target_standings
from tests.factories import Cast, make_charter, make_cycle, make_organisation, make_service, read_charter
from tests.factories.charters import MEDIAN, TREE

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 31)
AFTER = date(2026, 9, 1)
REPORTED = {"status": "reported"}


def make_pledge(
    organisation: Organisation, target: Mapping[str, Any], state: str = PledgeState.PUBLISHED, *slugs: str
) -> PublishedPledge:
    """A published pledge to find, with one target."""
    return PublishedPledge.objects.create(
        valid_from=1,
        organisation=organisation,
        record=uuid.uuid4(),
        revision=1,
        state=state,
        commitment_key="find",
        charter=read_charter(),
        text="We will.",
        language="en",
        services=[{"slug": slug, "name": {"en": slug, "ru": slug}} for slug in slugs],
        targets=[{"text": "More.", "due_on": DAY.isoformat(), "indicator": "content-actioned", **target}],
        signatory_name="Sven",
        signed_at=timezone.now(),
    )


def publish(cycle: Cycle, service: Service, **values: Any) -> None:
    """One figure of the service’s owner, as it is published."""
    columns = {"indicator_key": "content-actioned", **REPORTED, **values}
    owner = service.ownerships.get().organisation
    PublishedFigure.objects.create(valid_from=1, organisation=owner, cycle=cycle, service=service, **columns)


def standing_of(pledge: PublishedPledge, today: date = AFTER) -> TargetStanding:
    return target_standings([pledge], today)[pledge.record, 1]


@pytest.fixture
def kids(cast: Cast) -> Service:
    return make_service(cast.aurora, "kids-video")


@pytest.fixture
def clips(cast: Cast) -> Service:
    return make_service(cast.aurora, "clips")


@pytest.fixture
def cycle() -> Cycle:
    return make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)


@pytest.mark.parametrize(
    ("figure", "state"),
    [
        ({"value": Decimal(100)}, TargetState.KEPT),
        ({"value": Decimal(101), "estimate": True}, TargetState.KEPT),
        ({"value": Decimal("99.9")}, TargetState.MISSED),
        ({"withheld": True, "status": ""}, TargetState.LATE),
        ({"status": "not_measured"}, TargetState.LATE),
        ({"status": "declined"}, TargetState.LATE),
        ({"status": "not_applicable"}, TargetState.LATE),
        (None, TargetState.LATE),
    ],
)
def test_the_published_figure_of_the_period_decides(
    cast: Cast, kids: Service, cycle: Cycle, figure: dict[str, Any] | None, state: TargetState
) -> None:
    read_charter().indicators.filter(key="content-actioned").update(direction="higher")
    pledge = make_pledge(cast.aurora, {"value": "100"})
    if figure is not None:
        publish(cycle, kids, **figure)

    assert standing_of(pledge).state == state


def test_before_its_day_is_over_it_is_due_whatever_is_published(
    cast: Cast, kids: Service, cycle: Cycle
) -> None:
    read_charter().indicators.filter(key="content-actioned").update(direction="higher")
    pledge = make_pledge(cast.aurora, {"value": "100"})
    publish(cycle, kids, value=Decimal(500))

    assert standing_of(pledge, DAY).state == TargetState.DUE
    assert standing_of(pledge, date(2026, 4, 1)).state == TargetState.KEPT


@pytest.mark.parametrize(
    ("clips_figure", "state", "worst"),
    [
        ({"value": Decimal(24)}, TargetState.KEPT, "24"),
        ({"value": Decimal(25)}, TargetState.MISSED, "25"),
        ({"status": "not_measured"}, TargetState.LATE, None),
        ({"status": "not_applicable"}, TargetState.KEPT, "3"),
        (None, TargetState.LATE, None),
    ],
)
def test_of_several_services_the_worst_counts(
    cast: Cast,
    kids: Service,
    clips: Service,
    cycle: Cycle,
    clips_figure: dict[str, Any] | None,
    state: TargetState,
    worst: str | None,
) -> None:
    target = {"indicator": "time-to-removal", "value": "24"}  # lower is better
    pledge = make_pledge(cast.aurora, target, PledgeState.PUBLISHED, "kids-video", "clips")
    publish(cycle, kids, indicator_key="time-to-removal", value=Decimal(3))
    if clips_figure is not None:
        publish(cycle, clips, indicator_key="time-to-removal", **clips_figure)

    standing = standing_of(pledge)

    assert standing.state == state
    assert standing.on_the_day is not None
    assert standing.on_the_day.reading.value == (Decimal(worst) if worst else None)


def test_a_service_that_the_pledge_does_not_name_decides_nothing(
    cast: Cast, kids: Service, clips: Service, cycle: Cycle
) -> None:
    target = {"indicator": "time-to-removal", "value": "24"}
    pledge = make_pledge(cast.aurora, target, PledgeState.PUBLISHED, "kids-video")
    publish(cycle, kids, indicator_key="time-to-removal", value=Decimal(3))
    publish(cycle, clips, indicator_key="time-to-removal", value=Decimal(90))

    assert standing_of(pledge).state == TargetState.KEPT


def test_reached_later_stays_missed_and_names_the_period(cast: Cast, kids: Service, cycle: Cycle) -> None:
    target = {"indicator": "time-to-removal", "value": "24"}
    pledge = make_pledge(cast.aurora, target)
    before = make_cycle(cycle.charter, "2025-h2", CycleState.PUBLISHED)
    later = make_cycle(cycle.charter, "2026-h2", CycleState.PUBLISHED)
    for each, value in ((before, 20), (cycle, 30), (later, 10)):
        publish(each, kids, indicator_key="time-to-removal", value=Decimal(value))

    standing = standing_of(pledge, date(2027, 2, 1))

    assert (standing.state, standing.reached_later) == (TargetState.MISSED, later)
    assert standing.latest is not None
    assert standing.latest.cycle == later


@pytest.mark.parametrize(
    ("target", "state"),
    [
        ({"due_on": None, "value": "100"}, None),
        ({"indicator": "", "value": None}, TargetState.LATE),
        (
            {"indicator": "content-actioned", "value": "1"},
            TargetState.LATE,
        ),  # neutral: no side is the good one
    ],
)
def test_a_target_that_no_figure_can_decide(
    cast: Cast, kids: Service, cycle: Cycle, target: dict[str, Any], state: TargetState | None
) -> None:
    read_charter().indicators.filter(key="content-actioned").update(direction="neutral")
    publish(cycle, kids, value=Decimal(500))

    assert standing_of(make_pledge(cast.aurora, target)).state == state


def test_a_withdrawn_pledge_withdraws_its_targets(cast: Cast, kids: Service, cycle: Cycle) -> None:
    pledge = make_pledge(cast.aurora, {"value": "100"}, PledgeState.WITHDRAWN)
    publish(cycle, kids, value=Decimal(500))

    assert standing_of(pledge).state == TargetState.WITHDRAWN


@pytest.mark.parametrize(
    ("mapping", "key", "state"),
    [
        ([("time-to-removal", "hours-to-removal")], "hours-to-removal", TargetState.KEPT),
        ([("time-to-removal", "hours-to-removal")], "time-to-removal", TargetState.LATE),
        ([], "time-to-removal", TargetState.LATE),
    ],
)
def test_a_figure_under_a_later_version_decides_where_its_key_became_that_one(
    cast: Cast, kids: Service, mapping: list[tuple[str, str]], key: str, state: TargetState
) -> None:
    pledge = make_pledge(cast.aurora, {"indicator": "time-to-removal", "value": "24"})
    tree = {
        "find": {"search": TREE["find"]["search"], "speed": [("hours-to-removal", MEDIAN)]},
        "answer": TREE["answer"],
    }
    later = make_charter(version=2, state="superseded", tree=tree, mapping=mapping)
    cycle = make_cycle(later, "2026-h1", CycleState.PUBLISHED)
    publish(cycle, kids, indicator_key=key, value=Decimal(3))

    assert standing_of(pledge).state == state


def test_many_pledges_members_and_periods_cost_as_many_queries_as_one(
    cast: Cast, kids: Service, cycle: Cycle
) -> None:
    target = {"indicator": "time-to-removal", "value": "24"}
    pledges = [make_pledge(cast.aurora, target)]
    publish(cycle, kids, indicator_key="time-to-removal", value=Decimal(3))
    with CaptureQueriesContext(
        connection,
    ) as one:
        target_standings(pledges, AFTER)
    for number in range(5):
        member = make_organisation(f"member-{number}", state="active")
        service = make_service(member, f"service-{number}")
        pledges.append(make_pledge(member, target))
        for slug in ("2024-h1", "2024-h2") if not number else ():
            make_cycle(cycle.charter, slug, CycleState.PUBLISHED)
        for each in Cycle.objects.all():
            publish(each, service, indicator_key="time-to-removal", value=Decimal(number))
    with CaptureQueriesContext(connection) as many:
        standings = target_standings(pledges, AFTER)

    assert len(standings) == 6
    assert len(many) <= len(one)
