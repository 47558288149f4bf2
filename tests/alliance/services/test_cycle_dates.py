"""Dates of an open cycle that move later: what follows, what stays, what is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import Cycle, CycleDateChange, ExtensionRequest, Report
from alliance.queries.deadlines import due_reminders
from alliance.services.cycle_dates import CycleDates, reschedule_cycle
from alliance.services.extensions import (
    ShownDeadline,
    ask_for_extension,
    extend_report,
    extend_reports,
    refuse_extensions,
)
from portal.kernel.access import Actor, acting_as
from portal.kernel.errors import Conflict, DomainError, Faults, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter

pytestmark = pytest.mark.django_db

REASONS = {"en": "A holiday.", "ru": "Праздник."}


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    """Aurora's report is due with the cycle, Beacon's three weeks later."""
    cycle = make_cycle(read_charter())
    make_report(cycle, cast.aurora)
    later = make_report(cycle, cast.beacon)
    with acting_as(cast.actor("mona")) as mona:
        extend_report(mona, later, cycle.due_on + timedelta(days=21), "They merge.")
    return cycle


@pytest.fixture
def mona(cast: Cast) -> Any:
    with acting_as(cast.actor("mona")) as actor:
        yield actor


def later(cycle: Cycle, days: int, grace: int | None = None, publish_on: date | None = None) -> CycleDates:
    grace = days if grace is None else grace
    return CycleDates(
        cycle.due_on + timedelta(days=days), cycle.grace_ends_on + timedelta(days=grace), publish_on
    )


def days_of(cycle: Cycle) -> list[int]:
    rows = Report.objects.filter(cycle=cycle).order_by("organisation__slug")
    return [(report.due_on - cycle.due_on).days for report in rows]


def test_reports_follow_unless_their_own_day_is_later(cycle: Cycle, mona: Actor) -> None:
    change = reschedule_cycle(mona, cycle, later(cycle, 7), REASONS)

    assert days_of(cycle) == [7, 21]
    assert (change.due_on_before, change.due_on) == (cycle.due_on, cycle.due_on + timedelta(days=7))
    assert (change.reason_en, change.reason_ru) == ("A holiday.", "Праздник.")
    assert Event.objects.get(kind="cycle.reschedule").data == {
        "date_change": change.pk,
        "due_on_before": cycle.due_on.isoformat(),
        "due_on": change.due_on.isoformat(),
        "grace_ends_on_before": cycle.grace_ends_on.isoformat(),
        "grace_ends_on": change.grace_ends_on.isoformat(),
    }


def test_who_writes_several_reports_locks_all_of_them_first_in_one_order(cycle: Cycle, mona: Actor) -> None:
    """Else two of them wait for each other: requests are answered by member, and an update keeps no order."""
    shown = dict.fromkeys(cycle.reports.values_list("pk", flat=True), ShownDeadline())
    acts: list[Callable[[], object]] = [
        lambda: refuse_extensions(mona, cycle, shown, "No."),
        lambda: extend_reports(mona, cycle, shown, cycle.due_on + timedelta(days=28), "They merge."),
        lambda: reschedule_cycle(mona, cycle, later(cycle, 30), REASONS),
    ]
    for act in acts:
        with CaptureQueriesContext(connection) as queries:
            act()
        of_reports = [
            sql
            for sql in (query["sql"] for query in queries)
            if sql.startswith('UPDATE "alliance_report"')
            or ("FOR UPDATE" in sql and 'FROM "alliance_cycle"' not in sql)
        ]
        assert 'FROM "alliance_report"' in of_reports[0]
        assert 'ORDER BY "alliance_cycle"."starts_on" ASC, "alliance_report"."id" ASC' in of_reports[0]


def test_an_extension_is_passed_by_a_later_day_of_the_cycle(cycle: Cycle, mona: Actor) -> None:
    reschedule_cycle(mona, cycle, later(cycle, 30), REASONS)

    assert days_of(cycle) == [30, 30]


def test_conflict_over_a_deadline_names_who_rescheduled_the_cycle(cycle: Cycle, mona: Actor) -> None:
    report = cycle.reports.get(due_on=cycle.due_on)
    shown = report.deadline.isoformat()
    reschedule_cycle(mona, cycle, later(cycle, 7), REASONS)
    for_weeks = cycle.due_on + timedelta(days=21)

    with pytest.raises(Conflict, match="You changed this in another window or on another device on "):
        extend_report(mona, report, for_weeks, "They merge.", None, shown)


def test_the_grace_alone_can_move(cycle: Cycle, mona: Actor) -> None:
    reschedule_cycle(mona, cycle, later(cycle, 0, 4), REASONS)

    assert (Cycle.objects.get().grace_days, days_of(cycle)) == (14, [0, 21])


@pytest.mark.parametrize(
    ("days", "grace", "field", "words"),
    [
        (-1, 0, "due_on", "was announced: the date can only be moved later"),
        (0, -1, "grace_ends_on", "was announced: the date can only be moved later"),
        (7, 3, "grace_ends_on", "10 days of grace were announced"),
        (0, 0, "due_on", "No date was changed"),
    ],
)
def test_refuses_what_takes_days_away(
    cycle: Cycle, mona: Actor, days: int, grace: int, field: str, words: str
) -> None:
    with pytest.raises(Faults) as refusal:
        reschedule_cycle(mona, cycle, later(cycle, days, grace), REASONS)

    assert words in str(refusal.value.faults[field])
    assert not CycleDateChange.objects.exists()


def test_needs_its_reason_in_every_language(cycle: Cycle, mona: Actor) -> None:
    with pytest.raises(Faults) as refusal:
        reschedule_cycle(mona, cycle, later(cycle, 7), {"en": "A holiday.", "ru": " "})

    assert list(refusal.value.faults) == ["reason_ru"]


def test_a_day_that_has_passed_stays_and_the_grace_still_moves(cycle: Cycle, mona: Actor) -> None:
    Cycle.objects.update(due_on=timezone.localdate() - timedelta(days=2))
    cycle.refresh_from_db()
    with pytest.raises(Faults) as refusal:
        reschedule_cycle(mona, cycle, later(cycle, 7), REASONS)
    reschedule_cycle(mona, cycle, later(cycle, 0, 4), REASONS)

    assert "has passed: it cannot be moved any more" in str(refusal.value.faults["due_on"])
    assert Cycle.objects.get().grace_days == 14


def test_the_announced_day_of_publication_moves_later_only(cycle: Cycle, mona: Actor) -> None:
    announced = cycle.grace_ends_on + timedelta(days=40)
    reschedule_cycle(mona, cycle, later(cycle, 0, publish_on=announced), REASONS)
    cycle.refresh_from_db()

    for day in (None, announced - timedelta(days=1)):
        with pytest.raises(Faults) as refusal:
            reschedule_cycle(mona, cycle, later(cycle, 0, publish_on=day), REASONS)
        assert list(refusal.value.faults) == ["publish_on"]


def test_an_outdated_page_is_refused(cycle: Cycle, mona: Actor) -> None:
    shown = CycleDates.of(cycle)
    reschedule_cycle(mona, cycle, later(cycle, 7), REASONS, shown=shown)

    with pytest.raises(WrongState, match="moved the dates since"):
        reschedule_cycle(mona, cycle, later(cycle, 14), REASONS, shown=shown)


@pytest.mark.parametrize("state", [CycleState.PLANNED, CycleState.CLOSED, CycleState.PUBLISHED])
def test_only_an_open_cycle_moves(cycle: Cycle, mona: Actor, state: str) -> None:
    Cycle.objects.update(state=state)

    with pytest.raises(WrongState):
        reschedule_cycle(mona, cycle, later(cycle, 7), REASONS)


@pytest.mark.parametrize("name", ["rita", "sven", "carol"])
def test_dates_are_the_managers(cast: Cast, cycle: Cycle, name: str) -> None:
    with acting_as(cast.actor(name)) as actor, pytest.raises(Forbidden):
        reschedule_cycle(actor, cycle, later(cycle, 7), REASONS)


def test_reopening_makes_reports_missed_by_an_early_closing_drafts_again(cycle: Cycle, mona: Actor) -> None:
    """A cycle that was closed early and opened again, whose grace then lasts longer."""
    Cycle.objects.update(due_on=timezone.localdate() - timedelta(days=2))
    Report.objects.update(due_on=timezone.localdate() - timedelta(days=11), state=ReportState.NOT_FILED)
    cycle.refresh_from_db()

    reschedule_cycle(mona, cycle, later(cycle, 0, 4), REASONS)

    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.DRAFT}


def test_a_request_for_more_time_is_closed_once_the_dates_cover_it(
    cast: Cast, cycle: Cycle, mona: Actor
) -> None:
    report, until = Report.objects.get(organisation=cast.aurora), cycle.due_on + timedelta(days=7)

    def ask(day: date) -> ExtensionRequest:
        with acting_as(cast.actor("alice")) as alice:
            return ask_for_extension(alice, report, until=day, reason="Two offices moved.")

    request = ask(until)
    reschedule_cycle(mona, cycle, later(cycle, 5), REASONS)
    request.refresh_from_db()
    assert request.state == "open"
    cycle.refresh_from_db()

    reschedule_cycle(mona, cycle, later(cycle, 2), REASONS)

    request.refresh_from_db()
    assert request.state == "lapsed"
    assert ask(until + timedelta(days=1)).state == "open"


def test_reminders_of_the_new_day_begin_where_it_was_announced(cycle: Cycle, mona: Actor) -> None:
    """The thirty days before the new day begin after today: the step before the old one is not repeated."""
    reschedule_cycle(mona, cycle, later(cycle, 10), REASONS)

    assert [each for each in due_reminders() if each.day == cycle.due_on] == []


def test_the_extension_of_one_report_must_still_be_later(cast: Cast, cycle: Cycle, mona: Actor) -> None:
    reschedule_cycle(mona, cycle, later(cycle, 7), REASONS)
    report = Report.objects.get(organisation=cast.aurora)

    with pytest.raises(DomainError) as refusal:
        extend_report(mona, report, cycle.due_on + timedelta(days=3), "They moved.")

    assert refusal.value.field == "due_on"
