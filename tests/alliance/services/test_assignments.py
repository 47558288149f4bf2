"""Who reviews a report: assigned, handed over, taken over, unassigned, paused; interests take it away."""

from datetime import timedelta
from typing import Any

import pytest

from alliance.enums import ReportState, Role
from alliance.models import (
    Commitment,
    DeclaredInterest,
    Measure,
    Person,
    Report,
    ReviewAssignment,
    SecondReading,
    Verdict,
)
from alliance.queries.local_dates import today
from alliance.queries.obligations import safe_publication_day
from alliance.queries.reviewers import reviewer_choices
from alliance.queries.reviews import conclude_by, overdue_reviews
from alliance.services.assignments import assign_reports, hand_over_report, take_over_report, unassign_report
from alliance.services.findings import open_finding
from alliance.services.interests import declare_interest, end_interest
from alliance.services.pauses import end_pause, end_pauses_that_are_over, pause_review
from alliance.services.questions import ask_question
from alliance.services.reviews import conclude_report, give_verdict, request_changes, start_review
from alliance.services.second_readings import ReadingRequest, ask_second_reading
from alliance.workflows import REPORT
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_charter
from tests.support.submissions import make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report, which nobody reviews yet."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, assigned=False)
    return report


@pytest.fixture
def rita(cast: Cast) -> Actor:
    return cast.actor("rita")


def reviewer_of(report: Report) -> Any:
    return Report.objects.get(pk=report.pk).reviewer


def kinds() -> list[str]:
    rows = Event.objects.filter(kind__startswith="report.").order_by("pk")
    return [kind for kind in rows.values_list("kind", flat=True) if kind != "report.submit"]


# --- Assigned ------------------------------------------------------------------------------------


def test_assign_gives_each_report_to_the_reviewer(cast: Cast, report: Report, roy: Person) -> None:
    other = make_report(report.cycle, cast.beacon)
    make_submission(other, assigned=False)

    assignment = assign_reports(cast.actor("mona"), [report, other], roy.pk)

    assert len(assignment.reports) == 2
    assert {reviewer_of(each) for each in (report, other)} == {roy}
    assert kinds() == ["report.assign", "report.assign"]


def test_assign_leaves_what_the_reviewer_cannot_take(cast: Cast, report: Report, roy: Person) -> None:
    other = make_report(report.cycle, cast.beacon)
    make_submission(other, assigned=False)
    declare_interest(actor_of(roy), cast.beacon, "Shares.")

    assignment = assign_reports(cast.actor("mona"), [report, other], roy.pk)

    assert [each.pk for each in assignment.reports] == [report.pk]
    assert assignment.refusals == {other.pk: "Roy has declared an interest."}
    assert reviewer_of(other) is None


def test_assign_takes_nothing_from_its_reviewer(cast: Cast, report: Report, rita: Actor, roy: Person) -> None:
    assign_reports(rita, [report], roy.pk)

    with pytest.raises(DomainError) as refusal:
        assign_reports(rita, [report], cast.rita.pk)

    assert str(refusal.value) == "Already assigned to Roy."
    assert reviewer_of(report) == roy


@pytest.mark.parametrize("name", ["mona", "alice"])
def test_assign_needs_somebody_who_reviews(cast: Cast, report: Report, rita: Actor, name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        assign_reports(rita, [report], getattr(cast, name).pk)

    assert refusal.value.field == "reviewer"


@pytest.mark.parametrize("name", ["alice", "sven", "carol"])
def test_assign_is_the_secretariats(cast: Cast, report: Report, roy: Person, name: str) -> None:
    with pytest.raises(Forbidden):
        assign_reports(cast.actor(name), [report], roy.pk)


def test_to_start_a_review_that_nobody_has_is_to_take_it(rita: Actor, report: Report) -> None:
    start_review(rita, report)

    assert reviewer_of(report).pk == rita.person_id
    assert ReviewAssignment.objects.get().act == "assign"


def test_an_assigned_review_is_started_only_by_its_reviewer(rita: Actor, report: Report, roy: Person) -> None:
    assign_reports(rita, [report], roy.pk)

    for _read in ("before it was assigned", "since"):
        with pytest.raises(WrongState, match="Roy reviews this report now"):
            start_review(rita, report)
        report.refresh_from_db()


def test_a_returned_report_awaiting_signature_keeps_its_reviewer(
    cast: Cast, report: Report, rita: Actor, roy: Person
) -> None:
    request_changes(rita, start_review(rita, report), "Count the nights.")
    Report.objects.update(state=ReportState.AWAITING_SIGN_OFF)
    report.refresh_from_db()

    taken = take_over_report(actor_of(roy), report, "Rita is away.", cast.rita.pk)
    assert REPORT.is_available(actor_of(roy), taken, "resume_review")
    declare_interest(actor_of(roy), cast.aurora, "I own shares.")

    assert reviewer_of(report) is None
    assert assign_reports(rita, [report], cast.rita.pk).refusals == {}


def test_a_question_and_a_finding_come_back_from_a_report_that_somebody_took_over(
    cast: Cast, report: Report, rita: Actor, roy: Person
) -> None:
    started = start_review(rita, report)
    take_over_report(actor_of(roy), started, "Rita is away.", cast.rita.pk)
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")

    with pytest.raises(WrongState, match="Roy reviews this report now"):
        ask_question(rita, started, "Which list?")
    with pytest.raises(WrongState, match="Roy reviews this report now"):
        open_finding(rita, started, measure, text="Count.", due_on=today() + timedelta(days=9))


def test_an_assigned_report_is_handed_over_with_a_note_unless_reassigned(
    cast: Cast, report: Report, rita: Actor, roy: Person
) -> None:
    mona, ray = cast.actor("mona"), make_person("Ray", cast.secretariat, Role.REVIEWER)
    assign_reports(rita, [report], cast.rita.pk)
    seen = {report.pk: cast.rita.pk}
    with pytest.raises(DomainError, match="colleague should know"):
        assign_reports(mona, [report], roy.pk, " ", seen)
    with pytest.raises(DomainError, match="so can a manager"):
        assign_reports(actor_of(ray), [report], roy.pk, "Mine.", seen)

    assign_reports(mona, [report], roy.pk, "Rita is away.", seen)

    assert Report.objects.get(pk=report.pk).reviewer == roy
    with pytest.raises(DomainError, match="Already assigned to Roy"):
        assign_reports(mona, [report], ray.pk, "Rita is away.", seen)


# --- Handed over, taken over, unassigned -----------------------------------------------------------


def test_hand_over_keeps_the_note_with_the_review(cast: Cast, report: Report, roy: Person) -> None:
    rita = cast.actor("rita")
    start_review(rita, report)

    hand_over_report(rita, report, roy.pk, "The figures of May are odd.", cast.rita.pk)

    latest = ReviewAssignment.objects.latest("pk")
    assert (latest.reviewer, latest.earlier_reviewer, latest.note) == (
        roy,
        cast.rita,
        "The figures of May are odd.",
    )
    with pytest.raises(Forbidden):
        hand_over_report(rita, report, cast.rita.pk, "Back.", roy.pk)


def test_hand_over_needs_a_note_and_another_reviewer(cast: Cast, report: Report, roy: Person) -> None:
    rita = cast.actor("rita")
    start_review(rita, report)

    with pytest.raises(DomainError) as no_note:
        hand_over_report(rita, report, roy.pk, " ", cast.rita.pk)
    with pytest.raises(DomainError) as same:
        hand_over_report(rita, report, cast.rita.pk, "To me.", cast.rita.pk)

    assert (no_note.value.field, same.value.field) == ("note", "reviewer")


def test_take_over_is_on_record(cast: Cast, report: Report, rita: Actor, roy: Person) -> None:
    assign_reports(rita, [report], roy.pk)

    take_over_report(rita, report, "Roy is ill.", roy.pk)

    assert reviewer_of(report).pk == rita.person_id
    assert ReviewAssignment.objects.latest("pk").note == "Roy is ill."
    assert kinds() == ["report.assign", "report.take_over"]


def test_of_two_who_take_over_at_once_one_is_refused_by_name(
    cast: Cast, report: Report, rita: Actor, roy: Person
) -> None:
    ruth = make_person("Ruth", cast.secretariat, Role.REVIEWER)
    assign_reports(rita, [report], roy.pk)
    take_over_report(rita, report, "Roy is ill.", roy.pk)

    with pytest.raises(WrongState) as refusal:
        take_over_report(actor_of(ruth), report, "Roy is ill.", roy.pk)

    assert str(refusal.value) == "Meanwhile the report was assigned to Rita."


def test_a_manager_who_reviews_nothing_takes_nothing_over(
    cast: Cast, report: Report, rita: Actor, roy: Person
) -> None:
    assign_reports(rita, [report], roy.pk)

    with pytest.raises(Forbidden):
        take_over_report(cast.actor("mona"), report, "I want to.", roy.pk)


def test_unassign_leaves_the_verdicts(cast: Cast, report: Report, rita: Actor) -> None:
    start_review(rita, report)
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    give_verdict(rita, report, measure=measure, value="limited", reason="Begun.")

    unassign_report(cast.actor("mona"), report, "Rita leaves.", cast.rita.pk)

    assert reviewer_of(report) is None
    assert Verdict.objects.count() == 1
    with pytest.raises(WrongState, match="Nobody reviews this report now"):
        give_verdict(rita, report, measure=measure, value="complete", reason="All.", version=1)


@pytest.mark.parametrize("state", [ReportState.PUBLISHED, ReportState.NOT_FILED, ReportState.EXEMPT])
def test_a_concluded_report_keeps_its_reviewer(cast: Cast, report: Report, roy: Person, state: str) -> None:
    Report.objects.update(state=state, reviewer=cast.rita)

    with pytest.raises(WrongState):
        hand_over_report(cast.actor("mona"), report, roy.pk, "Take it.", cast.rita.pk)


# --- Paused --------------------------------------------------------------------------------------


def test_a_pause_moves_the_day_to_conclude_by(cast: Cast, report: Report, rita: Actor) -> None:
    started = start_review(rita, report)
    before, safe_day = conclude_by(started), safe_publication_day(report.cycle, [started], [])

    paused = pause_review(rita, started, today() + timedelta(days=5), "The member’s register is closed.")

    assert before is not None
    assert safe_day is not None
    assert conclude_by(paused) == before + timedelta(days=5)
    # “Plan it for …” waits for the review too
    assert safe_publication_day(report.cycle, [paused], []) == safe_day + timedelta(days=5)
    assert conclude_by(end_pause(rita, paused)) == before


def test_a_pause_is_refused_without_reason_twice_or_for_too_long(report: Report, rita: Actor) -> None:
    started = start_review(rita, report)
    soon = today() + timedelta(days=5)

    for until, reason in ((soon, " "), (today(), "So."), (today() + timedelta(days=91), "So.")):
        with pytest.raises(DomainError):
            pause_review(rita, started, until, reason)
    pause_review(rita, started, soon, "So.")
    with pytest.raises(WrongState):
        pause_review(rita, started, soon, "Again.")


def test_a_pause_ends_by_itself(report: Report, rita: Actor) -> None:
    started = pause_review(rita, start_review(rita, report), today() + timedelta(days=1), "So.")
    Report.objects.update(paused_until=today() - timedelta(days=1))

    assert (end_pauses_that_are_over(), end_pauses_that_are_over()) == (1, 0)
    started.refresh_from_db()
    assert started.paused_until is None
    assert Event.objects.get(kind="report.end_pause").actor_kind == "system"


def test_a_paused_review_is_not_overdue(report: Report, rita: Actor) -> None:
    started = start_review(rita, report)
    late = started.submitted_at - timedelta(days=report.cycle.review_days + 2)
    Report.objects.update(submitted_at=late)
    assert overdue_reviews(rita).count() == 1

    pause_review(rita, started, today() + timedelta(days=3), "So.")

    assert overdue_reviews(rita).count() == 0


@pytest.mark.parametrize("ends", ["returned", "concluded"])
def test_a_pause_ends_with_the_review_and_counts_the_days_that_it_took(
    report: Report, rita: Actor, ends: str
) -> None:
    started = pause_review(rita, start_review(rita, report), today() + timedelta(days=30), "So.")

    if ends == "returned":
        ended = request_changes(rita, started, "Count the nights.")
    else:
        for measure in Measure.objects.filter(charter=report.cycle.charter):
            give_verdict(rita, report, measure=measure, value="limited", reason="Begun.")
        for commitment in Commitment.objects.filter(charter=report.cycle.charter):
            give_verdict(rita, report, commitment=commitment, value="limited", reason="Begun.")
        ended = conclude_report(rita, started)

    assert (ended.paused_until, ended.paused_days) == (None, 0)
    assert report.pauses.get().ends_on == today()


# --- Interests -------------------------------------------------------------------------------------


def test_a_declared_interest_takes_away_what_is_assigned(cast: Cast, report: Report, roy: Person) -> None:
    actor = actor_of(roy)
    start_review(actor, report)
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    give_verdict(actor, report, measure=measure, value="limited", reason="Begun.")

    declare_interest(actor, cast.aurora, "My sister works there.")

    assert reviewer_of(report) is None
    assert Verdict.objects.get().needs_second_look
    assert cast.aurora.pk in actor_of(roy).conflicts
    with pytest.raises(Forbidden):
        start_review(actor_of(roy), report)
    choices = {each.name: dict(each.refusals) for each in reviewer_choices(cast.actor("mona"), [report])}
    assert choices == {"Rita": {}, "Roy": {report.pk: "has declared an interest"}}


def test_another_reviewer_looks_at_the_verdict_again(cast: Cast, report: Report, roy: Person) -> None:
    actor, rita = actor_of(roy), cast.actor("rita")
    start_review(actor, report)
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    give_verdict(actor, report, measure=measure, value="limited", reason="Begun.")
    declare_interest(actor, cast.aurora, "My sister works there.")
    assign_reports(rita, [report], cast.rita.pk)

    give_verdict(rita, report, measure=measure, value="limited", reason="Begun, indeed.", version=1)

    verdict = Verdict.objects.get()
    assert (verdict.needs_second_look, verdict.given_by) == (False, cast.rita)


def test_an_interest_withdraws_readings_that_were_not_sent(cast: Cast, report: Report, roy: Person) -> None:
    rita = cast.actor("rita")
    start_review(rita, report)
    ask_second_reading(rita, Report.objects.get(), ReadingRequest(roy.pk))

    declare_interest(actor_of(roy), cast.aurora, "Shares.")

    assert SecondReading.objects.get().state == "withdrawn"
    assert reviewer_of(report) == cast.rita


def test_only_managers_record_the_interest_of_others(cast: Cast, rita: Actor, roy: Person) -> None:
    with pytest.raises(Forbidden):
        declare_interest(rita, cast.aurora, "He has shares.", roy)

    interest = declare_interest(cast.actor("mona"), cast.aurora, "He has shares.", roy)

    assert (interest.person, interest.recorded_by) == (roy, cast.mona)
    with pytest.raises(DomainError):
        declare_interest(actor_of(roy), cast.aurora, "I have shares.")


def test_an_interest_bars_to_the_end_of_its_last_day(cast: Cast, roy: Person) -> None:
    interest = declare_interest(actor_of(roy), cast.aurora, "Shares.")
    with pytest.raises(Forbidden):
        end_interest(actor_of(roy), interest, today(), "Sold.")
    with pytest.raises(DomainError):
        end_interest(cast.actor("mona"), interest, today() - timedelta(days=1), "Sold.")

    end_interest(cast.actor("mona"), interest, today(), "Sold.")

    assert cast.aurora.pk in actor_of(roy).conflicts
    with pytest.raises(WrongState, match=r"recorded already\. .*: Mona, "):
        end_interest(cast.actor("mona"), interest, today(), "Sold.")
    DeclaredInterest.objects.update(ends_on=today() - timedelta(days=1))
    assert cast.aurora.pk not in actor_of(roy).conflicts
