"""The engine over state tables, on the alliance's own."""

import pytest

from alliance.enums import ReportState
from alliance.workflows import REPORT
from portal.kernel.access import RULES, acting_as
from portal.kernel.errors import Forbidden, WrongState
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from tests.factories import make_cycle, make_report, read_cast, read_charter
from tests.support.state_matrix import workflows

pytestmark = pytest.mark.django_db


def test_every_step_of_every_table_has_a_rule() -> None:
    flows = workflows().values()
    assert {flow.name: flow.steps_without_rule() for flow in flows} == {flow.name: [] for flow in flows}
    assert "report.destroy" not in RULES


def test_apply_moves_journals_and_queues_the_routing() -> None:
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)

    moved = REPORT.apply(cast.actor("alice"), report, "ask_for_sign_off")

    event = Event.objects.get()
    assert moved.state == ReportState.AWAITING_SIGN_OFF
    assert (event.kind, event.target_id, event.person_id) == (
        "report.ask_for_sign_off",
        report.pk,
        cast.alice.pk,
    )
    assert event.data == {"source": "draft", "target": "awaiting_sign_off"}
    assert Job.objects.get().dedupe_key == f"event:{event.pk}"


def test_apply_refuses_those_whom_the_rule_refuses() -> None:
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)

    for name in ("bob", "carol", "rita", "mona"):
        with pytest.raises(Forbidden):
            REPORT.apply(cast.actor(name), report, "ask_for_sign_off")
    assert Event.objects.count() == 0


def test_apply_refuses_a_step_that_does_not_start_here() -> None:
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora, ReportState.SUBMITTED)

    with pytest.raises(WrongState) as refusal:
        REPORT.apply(cast.actor("alice"), report, "ask_for_sign_off")

    assert "Submitted" in str(refusal.value)


def test_an_act_is_available_in_its_states_to_whom_its_rule_allows() -> None:
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)

    availability = {
        name: REPORT.is_available(cast.actor(name), report, "edit") for name in ("alice", "bob", "mona")
    }
    report.state = ReportState.SUBMITTED

    assert availability == {"alice": True, "bob": False, "mona": False}
    assert not REPORT.is_available(cast.actor("alice"), report, "edit")
    assert REPORT.is_available(cast.actor("rita"), report, "start_review")


def test_available_shows_what_the_actor_may_do_and_what_blocks_it() -> None:
    cast = read_cast()
    cast.aurora.four_eyes = True
    cast.aurora.save()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    report.refresh_from_db()

    steps = {option.step.action: option.blocked for option in REPORT.available(cast.actor("sven"), report)}

    assert set(steps) == {"ask_for_sign_off", "submit"}
    assert "four-eyes rule" in steps["submit"]
    assert REPORT.available(cast.actor("carol"), report) == []


def test_a_step_leads_to_one_of_its_own_targets_alone() -> None:
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora, ReportState.AWAITING_SIGN_OFF)
    with acting_as(cast.actor("sven")) as sven:
        with pytest.raises(TypeError, match="does not lead to published"):
            REPORT.apply(sven, report, "send_back", target=ReportState.PUBLISHED)

        returned = REPORT.apply(sven, report, "send_back", target=ReportState.CHANGES_REQUESTED)

    assert returned.state == ReportState.CHANGES_REQUESTED
    assert Event.objects.get().data["target"] == ReportState.CHANGES_REQUESTED
