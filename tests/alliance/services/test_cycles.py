"""Cycles: what opening makes due, and what publishing makes public."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from alliance.enums import CharterState, CycleState, OrganisationKind, OrganisationState, ReportState
from alliance.models import Accession, Charter, Cycle, Organisation, Report
from alliance.services.cycles import (
    CyclePlan,
    edit_cycle,
    open_cycle,
    plan_cycle,
    publish_concluded_report,
    publish_cycle,
)
from portal.kernel.access import Actor, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_charter, make_cycle, make_organisation, make_report
from tests.support.cycle_acts import publish
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def mona(cast: Cast) -> Any:
    with acting_as(cast.actor("mona")) as actor:
        yield actor


def plan_on(charter: Charter, **changes: Any) -> CyclePlan:
    plan = CyclePlan(
        slug="2026-h1",
        titles={"en": "January–June 2026", "ru": "Январь–июнь 2026"},
        charter=charter,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 6, 30),
        due_on=date(2096, 8, 31),
    )
    return replace(plan, **changes)


def acceded(organisation: Organisation, charter: Charter, state: str = "published") -> None:
    Accession.objects.create(
        organisation=organisation, charter=charter, state=state, signed_at=timezone.now()
    )


def test_plan_cycle_requires_nothing(cast: Cast, charter: Charter, mona: Actor) -> None:
    acceded(cast.aurora, charter)

    cycle = plan_cycle(mona, plan_on(charter))

    assert (cycle.state, cycle.title_ru, Report.objects.count()) == (
        CycleState.PLANNED,
        "Январь–июнь 2026",
        0,
    )


@pytest.mark.parametrize("name", ["rita", "sven", "alice"])
def test_plan_cycle_is_the_managers(cast: Cast, charter: Charter, name: str) -> None:
    with pytest.raises(Forbidden):
        plan_cycle(cast.actor(name), plan_on(charter))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"due_on": date(2026, 6, 30)}, "due_on"),
    ],
)
def test_plan_cycle_refuses_days_that_cannot_be(
    charter: Charter, mona: Actor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        plan_cycle(mona, plan_on(charter, **changes))

    assert refusal.value.field == field


@pytest.mark.parametrize("title", ["Spring\r\nBcc: all@example.org", "gnir\u202epS", "Spr\u200bing"])
def test_plan_cycle_refuses_signs_that_nobody_sees(charter: Charter, mona: Actor, title: str) -> None:
    with pytest.raises(DomainError, match="invisible character") as refusal:
        plan_cycle(mona, plan_on(charter, titles={"en": title, "ru": "Весна"}))

    assert refusal.value.field == "title_en"


def test_plan_cycle_takes_an_address_once(charter: Charter, mona: Actor) -> None:
    plan_cycle(mona, plan_on(charter))

    with pytest.raises(DomainError) as refusal:
        plan_cycle(mona, plan_on(charter))

    assert refusal.value.field == "slug"


def test_edit_cycle_only_while_it_is_planned(charter: Charter, mona: Actor) -> None:
    cycle = plan_cycle(mona, plan_on(charter))
    edited = edit_cycle(mona, cycle, plan_on(charter, due_on=date(2096, 9, 15)))
    open_cycle(mona, edited)

    with pytest.raises(WrongState):
        edit_cycle(mona, edited, plan_on(charter))

    assert Cycle.objects.get().due_on == date(2096, 9, 15)


def test_open_cycle_requires_reports_of_those_who_acceded(cast: Cast, charter: Charter, mona: Actor) -> None:
    associate = make_organisation("cedar", OrganisationKind.ASSOCIATE)
    suspended = make_organisation("dune", state=OrganisationState.SUSPENDED)
    partner = make_organisation("ember", OrganisationKind.PARTNER)
    for organisation in (cast.aurora, associate, suspended, partner):
        acceded(organisation, charter)
    acceded(cast.beacon, charter, "signed")

    open_cycle(mona, plan_cycle(mona, plan_on(charter)))

    rows = Report.objects.order_by("organisation__slug").values_list("organisation__slug", "state", "due_on")
    due = date(2096, 8, 31)
    assert list(rows) == [("aurora-video", ReportState.DRAFT, due), ("cedar", ReportState.DRAFT, due)]


def test_open_cycle_says_so_once(charter: Charter, mona: Actor) -> None:
    cycle = open_cycle(mona, plan_cycle(mona, plan_on(charter)))

    with pytest.raises(WrongState):
        open_cycle(mona, cycle)

    assert Event.objects.filter(kind="cycle.open").count() == 1


def test_open_cycle_needs_its_charter_in_force(cast: Cast, mona: Actor) -> None:
    draft = make_charter("next-charter", CharterState.DRAFT)
    cycle = plan_cycle(mona, plan_on(draft))

    with pytest.raises(DomainError):
        open_cycle(mona, cycle)

    assert Cycle.objects.get().state == CycleState.PLANNED


def test_open_cycle_carries_the_last_texts_over(cast: Cast, charter: Charter, mona: Actor) -> None:
    earlier = make_report(make_cycle(charter, "2025-h2", CycleState.CLOSED), cast.aurora)
    make_submission(earlier, answer="What we did before.")

    open_cycle(mona, plan_cycle(mona, plan_on(charter)))

    report = Report.objects.get(cycle__slug="2026-h1")
    with acting_as(cast.actor("alice")):
        assert {(row.text, row.carried_over) for row in report.answers.all()} == {
            ("What we did before.", True)
        }


def concluded(cast: Cast, charter: Charter, state: str = CycleState.CLOSED) -> Report:
    report = make_report(make_cycle(charter, state=state), cast.aurora)
    make_submission(report, ReportState.CONCLUDED)
    return report


def test_publish_cycle_publishes_what_is_concluded_and_says_who_did_not_file(
    cast: Cast, charter: Charter, mona: Actor
) -> None:
    report = concluded(cast, charter)
    make_report(report.cycle, cast.beacon, ReportState.NOT_FILED)
    exempt = make_report(report.cycle, make_organisation("cedar"), ReportState.EXEMPT)
    in_review = make_report(report.cycle, make_organisation("dune"))
    make_submission_of_outsider(in_review)

    publish(mona, report.cycle)

    types = Publication.objects.order_by("number").values_list("type", "record")
    assert list(types) == [
        ("cycle", "2026-h1"),
        ("report", "aurora-video/2026-h1"),
        ("report_notice", "beacon-search/2026-h1"),
        ("report_notice", "cedar/2026-h1"),
    ]
    assert Report.objects.get(pk=exempt.pk).state == ReportState.EXEMPT
    assert Report.objects.get(pk=in_review.pk).state == ReportState.IN_REVIEW


def make_submission_of_outsider(report: Report) -> None:
    """A report in review; who filed it does not matter here."""
    Report.objects.filter(pk=report.pk).update(state=ReportState.IN_REVIEW)


def test_publish_cycle_only_when_closed(cast: Cast, charter: Charter, mona: Actor) -> None:
    report = concluded(cast, charter, CycleState.OPEN)

    with pytest.raises(WrongState):
        publish_cycle(mona, report.cycle)


@pytest.mark.parametrize("name", ["rita", "sven"])
def test_publish_cycle_is_the_managers(cast: Cast, charter: Charter, name: str) -> None:
    report = concluded(cast, charter)

    with pytest.raises(Forbidden):
        publish_cycle(cast.actor(name), report.cycle)


def test_publish_concluded_follows_its_cycle(cast: Cast, charter: Charter, mona: Actor) -> None:
    cycle = make_cycle(charter, state=CycleState.CLOSED)
    publish_cycle(mona, cycle)
    late = make_report(Cycle.objects.get(), cast.aurora)
    make_submission(late, ReportState.CONCLUDED)

    publish_concluded_report(mona, late)

    assert Report.objects.get(pk=late.pk).state == ReportState.PUBLISHED


def test_publish_concluded_waits_for_its_cycle(cast: Cast, charter: Charter, mona: Actor) -> None:
    report = concluded(cast, charter)

    with pytest.raises(DomainError):
        publish_concluded_report(mona, report)
