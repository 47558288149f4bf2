"""Closing and reopening a cycle: what an early act needs, and what becomes of each report."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import Charter, Cycle, CycleDecision, ExtensionRequest, Report
from alliance.services.cycle_decisions import Override, is_title_of, report_states
from alliance.services.cycles import (
    close_cycle,
    close_due_cycle,
    enqueue_due_closings,
    publish_cycle,
    reopen_cycle,
)
from alliance.services.extensions import ask_for_extension
from alliance.services.obligations import mark_not_filed
from alliance.services.recalls import recall_report
from alliance.services.sign_off import ask_for_sign_off
from alliance.services.submissions import submit_report
from alliance.workflows import CYCLE
from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError, Faults, Forbidden, WrongState
from portal.kernel.journal import Event as JournalEvent
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, make_organisation, make_report, read_cast
from tests.support.cycle_acts import REASON, close, cycle_due, stated, states
from tests.support.submissions import make_submission
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db
S = ReportState


@pytest.fixture
def mona(cast: Cast) -> Any:
    with acting_as(cast.actor("mona")) as actor:
        yield actor


def extended(report: Report, days: int) -> Report:
    Report.objects.filter(pk=report.pk).update(due_on=timezone.localdate() + timedelta(days=days))
    return report


# --- What an early act needs -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"override": None}, {"reason", "title"}),
        ({"override": Override("", "Half 1 of 2026")}, {"reason"}),
        ({"override": Override(REASON, "Half 2 of 2026")}, {"title"}),
        ({"shown": None}, {"reports"}),
        ({"shown": None, "override": None}, {"reports", "reason", "title"}),
    ],
)
@pytest.mark.parametrize(("act", "state"), [(close_cycle, "open"), (publish_cycle, "closed")])
def test_an_early_act_says_all_that_is_missing(
    cast: Cast,
    charter: Charter,
    mona: Actor,
    act: Callable[..., Cycle],
    state: str,
    change: Any,
    fields: set[str],
) -> None:
    cycle = cycle_due(charter, 30, state)
    make_report(cycle, cast.aurora)

    with pytest.raises(Faults) as refusal, transaction.atomic():
        act(mona, cycle, **{**stated(cycle), **change})

    assert set(refusal.value.faults) == fields
    assert (Cycle.objects.get().state, JournalEvent.objects.count(), CycleDecision.objects.count()) == (
        state,
        0,
        0,
    )


@pytest.mark.parametrize(
    "state", [S.DRAFT, S.AWAITING_SIGN_OFF, S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED]
)
def test_publishing_waits_for_each_state_that_is_not_decided(
    cast: Cast, charter: Charter, mona: Actor, state: ReportState
) -> None:
    cycle = cycle_due(charter, 1, CycleState.CLOSED)
    make_report(cycle, cast.aurora, state)

    with pytest.raises(Faults), transaction.atomic():
        publish_cycle(mona, cycle)


def test_a_step_without_its_check_is_refused_by_the_table(charter: Charter, mona: Actor) -> None:
    for state, action in ((CycleState.OPEN, "close"), (CycleState.CLOSED, "publish")):
        cycle = make_cycle(charter, f"202{len(action)}-h1", state)
        with pytest.raises(TypeError):
            CYCLE.apply(mona, cycle, action)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("January–June 2026", True),
        ("january-june  2026 ", True),
        ("JANUARY — JUNE 2026", True),
        ("\u200bJanuary\u2212June\u00a02026", True),
        ("январь-июнь 2026", True),
        ("January–June 2025", False),
        ("January June 2026", False),
        ("", False),
    ],
)
def test_the_title_is_typed_as_people_type(typed: str, same: bool) -> None:
    cycle = Cycle(title_en="January–June 2026", title_ru="Январь–июнь 2026")

    assert is_title_of(cycle, typed) is same


def test_an_act_is_refused_when_a_report_has_changed_since_it_was_shown(
    cast: Cast, charter: Charter, mona: Actor
) -> None:
    cycle = cycle_due(charter, -2)
    report = make_report(cycle, cast.aurora)
    seen = stated(cycle)
    make_submission(report)

    with pytest.raises(WrongState, match="Aurora Video"), transaction.atomic():
        close_cycle(mona, cycle, **seen)

    assert states(cycle) == {"aurora-video": S.SUBMITTED}


def test_a_report_that_joined_or_left_since_is_a_change(cast: Cast, charter: Charter, mona: Actor) -> None:
    cycle = cycle_due(charter, -20, CycleState.CLOSED)
    make_report(cycle, cast.aurora, S.EXEMPT)
    seen = report_states(cycle.reports.all())

    with pytest.raises(WrongState), transaction.atomic():
        publish_cycle(mona, cycle, shown={**seen, 0: "draft"})
    make_report(cycle, cast.beacon, S.EXEMPT)
    with pytest.raises(WrongState, match="Beacon"), transaction.atomic():
        publish_cycle(mona, cycle, shown=seen)


@pytest.mark.parametrize("name", ["rita", "sven", "otto"])
def test_reopen_cycle_is_the_managers(cast: Cast, charter: Charter, name: str) -> None:
    cycle = make_cycle(charter, state=CycleState.CLOSED)
    actor = cast.actor(name) if name != "otto" else cast.actor("rita")

    with pytest.raises(Forbidden):
        reopen_cycle(actor, cycle, "Why not.")


# --- Closing -------------------------------------------------------------------------------------


def test_closing_early_stores_why_and_names_whom(cast: Cast, charter: Charter, mona: Actor) -> None:
    cycle = cycle_due(charter, 30)
    report = make_report(cycle, cast.aurora)

    close(mona, cycle)

    decision = CycleDecision.objects.get()
    assert (decision.kind, decision.reason, decision.decided_by_id) == ("close", REASON, cast.mona.pk)
    data = JournalEvent.objects.get(kind="cycle.close").data
    assert data == {"source": "open", "target": "closed", "decision": decision.pk, "reports": [report.pk]}
    assert Publication.objects.count() == 0


def test_closing_before_the_deadline_makes_nobody_late(cast: Cast, charter: Charter, mona: Actor) -> None:
    cycle = cycle_due(charter, 30)
    make_report(cycle, cast.aurora)

    close(mona, cycle)

    assert states(cycle) == {"aurora-video": S.DRAFT}


def test_closing_within_the_grace_honours_extensions(cast: Cast, charter: Charter, mona: Actor) -> None:
    cycle = cycle_due(charter, -2)
    make_report(cycle, cast.aurora)
    make_report(cycle, cast.beacon, S.AWAITING_SIGN_OFF)
    extended(make_report(cycle, make_organisation("cedar")), 5)
    extended(make_report(cycle, make_organisation("dune")), -1)
    make_report(cycle, make_organisation("ember"), S.SUBMITTED)

    close(mona, cycle)

    missed = dict.fromkeys(("aurora-video", "beacon-search"), S.NOT_FILED)
    assert states(cycle) == {**missed, "cedar": S.DRAFT, "dune": S.DRAFT, "ember": S.SUBMITTED}


def test_after_the_grace_closing_needs_nothing(cast: Cast, charter: Charter, mona: Actor) -> None:
    cycle = cycle_due(charter, -11)
    make_report(cycle, cast.aurora)
    extended(make_report(cycle, cast.beacon), 5)

    close_cycle(mona, cycle)

    assert states(cycle) == {"aurora-video": S.NOT_FILED, "beacon-search": S.DRAFT}
    assert CycleDecision.objects.count() == 0


def test_the_last_day_of_grace_ends_at_its_midnight(cast: Cast, charter: Charter, mona: Actor) -> None:
    cycle = cycle_due(charter, -10)
    Cycle.objects.filter(pk=cycle.pk).update(due_on=date(2026, 3, 1))
    make_report(cycle, cast.aurora)
    moscow = timezone.get_fixed_timezone(180)

    with clock.at(timezone.datetime(2026, 3, 11, 23, 59, 59, tzinfo=moscow)):
        assert enqueue_due_closings() == 0
        with pytest.raises(Faults), transaction.atomic():
            close_cycle(mona, cycle)
    with clock.at(timezone.datetime(2026, 3, 12, 0, 0, 1, tzinfo=moscow)):
        assert enqueue_due_closings() == 1
        close_cycle(mona, cycle)


def test_a_cycle_closes_by_itself_once(cast: Cast, charter: Charter) -> None:
    cycle = cycle_due(charter, -11)
    make_report(cycle, cast.aurora)

    with acting_as(SYSTEM):
        queued = [enqueue_due_closings(), enqueue_due_closings()]
        closed = [close_due_cycle(cycle.pk), close_due_cycle(cycle.pk)]

    assert (queued, closed) == ([1, 0], [True, False])
    assert (Cycle.objects.get().state, states(cycle)) == (CycleState.CLOSED, {"aurora-video": S.NOT_FILED})


def test_a_cycle_without_members_closes_and_is_published(charter: Charter, mona: Actor) -> None:
    cycle = cycle_due(charter, 30)

    publish_cycle(mona, close(mona, cycle))

    assert list(Publication.objects.values_list("type", flat=True)) == ["cycle"]


@pytest.mark.django_db(transaction=True)
def test_a_report_that_is_being_submitted_while_its_cycle_closes_is_not_lost(charter: Charter) -> None:
    """The closing waits for the submission, sees it, and is refused: the manager looks again."""
    cast, cycle = read_cast(), cycle_due(charter, -2)
    report = make_report(cycle, cast.aurora)
    fill_report(cast.actor("alice"), report)
    seen, locked, outcomes = stated(cycle), Event(), []

    def submit() -> None:
        with acting_as(cast.actor("sven")) as sven:
            submit_report(sven, report)
            locked.set()
            sleep(0.3)
        connection.close()

    def close_meanwhile() -> None:
        locked.wait(10)
        try:
            with acting_as(cast.actor("mona")) as mona:
                close_cycle(mona, cycle, **seen)
        except WrongState as refusal:
            outcomes.append(str(refusal))
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda act: act(), (submit, close_meanwhile)))

    assert "Aurora Video (Submitted)" in outcomes[0]
    assert (Cycle.objects.get().state, states(cycle)) == (CycleState.OPEN, {"aurora-video": S.SUBMITTED})


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_publish_at_once_publish_once(charter: Charter) -> None:
    cast, cycle = read_cast(), cycle_due(charter, -20, CycleState.CLOSED)
    outcomes: list[str] = []

    def act() -> None:
        try:
            with acting_as(cast.actor("mona")) as mona:
                publish_cycle(mona, cycle, shown={})
            outcomes.append("published")
        except WrongState:
            outcomes.append("refused")
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _number: act(), range(2)))

    assert sorted(outcomes) == ["published", "refused"]
    assert Publication.objects.count() == 1


# --- Reopening -----------------------------------------------------------------------------------


def test_reopening_puts_back_what_only_the_closing_has_made_not_filed(
    cast: Cast, charter: Charter, mona: Actor
) -> None:
    cycle = cycle_due(charter, -2)
    for organisation in (cast.aurora, cast.beacon):
        make_report(cycle, organisation)
    overdue = extended(make_report(cycle, make_organisation("cedar")), -30)
    mark_not_filed(overdue.pk)

    reopen_cycle(mona, close(mona, cycle), "The form was away for a day.")

    drafts = dict.fromkeys(("aurora-video", "beacon-search"), S.DRAFT)
    assert states(cycle) == {**drafts, "cedar": S.NOT_FILED}
    assert JournalEvent.objects.filter(kind="report.restore").count() == 2
    assert CycleDecision.objects.first().reason == "The form was away for a day."


def filled_with_a_request(cast: Cast, cycle: Cycle) -> tuple[Report, ExtensionRequest]:
    """Aurora's report, ready to be signed off, with its request for more time."""
    report = make_report(cycle, cast.aurora)
    fill_report(cast.actor("alice"), report)
    later = timezone.localdate() + timedelta(days=20)
    with acting_as(cast.actor("alice")) as alice:
        return report, ask_for_extension(alice, report, until=later, reason="Two offices moved.")


def test_reopening_opens_the_request_for_more_time_again_and_leaves_a_request_for_sign_off(
    cast: Cast, charter: Charter, mona: Actor
) -> None:
    cycle = cycle_due(charter, -2)
    report, request = filled_with_a_request(cast, cycle)
    closed = close(mona, cycle)
    request.refresh_from_db()
    assert (request.state, states(cycle)) == ("lapsed", {"aurora-video": S.NOT_FILED})
    with acting_as(cast.actor("alice")) as alice:
        ask_for_sign_off(alice, report)

    reopen_cycle(mona, closed, "The form was away for a day.")

    report.refresh_from_db()
    request.refresh_from_db()
    assert (report.state, report.counts_as_not_filed) == (S.AWAITING_SIGN_OFF, False)
    assert (request.state, request.decided_at) == ("open", None)


def test_a_request_that_a_submission_has_ended_is_not_opened_again(
    cast: Cast, charter: Charter, mona: Actor
) -> None:
    cycle = cycle_due(charter, -2)
    report, request = filled_with_a_request(cast, cycle)
    request.asked_at -= timedelta(minutes=1)  # a submission is of the beginning of its transaction
    request.save()
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, report)
        recall_report(sven, report)

    reopen_cycle(mona, close(mona, cycle), "The form was away for a day.")

    request.refresh_from_db()
    assert (request.state, states(cycle)) == ("lapsed", {"aurora-video": S.DRAFT})


def test_reopening_needs_a_reason(charter: Charter, mona: Actor) -> None:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        reopen_cycle(mona, make_cycle(charter, state=CycleState.CLOSED), " ")

    assert refusal.value.field == "reason"


def test_what_is_published_is_not_opened_again(charter: Charter, mona: Actor) -> None:
    with pytest.raises(WrongState):
        reopen_cycle(mona, make_cycle(charter, state=CycleState.PUBLISHED), "Too late.")


def test_what_is_opened_again_after_its_grace_waits_for_a_manager(
    cast: Cast, charter: Charter, mona: Actor
) -> None:
    cycle = cycle_due(charter, -11)
    reopen_cycle(mona, close_cycle(mona, cycle), "One more week for all.")

    assert enqueue_due_closings() == 0
    assert close_due_cycle(cycle.pk) is False
    assert close_cycle(mona, cycle).state == CycleState.CLOSED


def test_closing_early_and_reopening_keeps_the_closing_by_itself(
    cast: Cast, charter: Charter, mona: Actor
) -> None:
    cycle = cycle_due(charter, -11)
    with clock.at(timezone.now() - timedelta(days=5)):
        reopen_cycle(mona, close(mona, cycle), "It was the wrong cycle.")

    assert enqueue_due_closings() == 1
