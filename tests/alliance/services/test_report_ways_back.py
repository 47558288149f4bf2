"""Ways back of a report before its review is concluded: recalled, returned with a day, resumed, taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alliance.enums import ReportState
from alliance.models import (
    ChangesRequest,
    Evidence,
    ExtensionRequest,
    Measure,
    Report,
    ReportDecision,
    Submission,
)
from alliance.queries.obligations import standing_of
from alliance.queries.open_items import open_items
from alliance.queries.reports import submissions_of
from alliance.queries.review_state import review_state
from alliance.queries.reviews import conclude_by
from alliance.services.answers import save_answer
from alliance.services.evidence import add_link, remove_evidence
from alliance.services.extensions import ask_for_extension, extend_report
from alliance.services.obligations import enqueue_missed_reports, mark_not_filed
from alliance.services.pauses import pause_review
from alliance.services.recalls import recall_report
from alliance.services.review_decisions import reopen_review, resume_review, take_back_request
from alliance.services.reviews import conclude_report, request_changes, start_review
from alliance.services.sign_off import ask_for_sign_off, send_report_back, withdraw_sign_off
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication, read_public_revision
from tests.factories import Cast, read_cast
from tests.support.calendar import Calendar
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle
from tests.support.report_acts import act, judge_all, make_submitted_report, returned, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def submitted(module_transaction: None) -> None:
    make_submitted_report(read_cast())


@pytest.fixture
def report(db: None) -> Report:
    return Report.objects.get()


# --- Recall ----------------------------------------------------------------------------------


def test_a_recalled_report_is_a_draft_again_and_its_submission_stays_with_its_receipt(
    cast: Cast, report: Report
) -> None:
    recalled = act(cast, "sven", recall_report, report, "A figure was wrong.", "en")

    assert (recalled.state, recalled.submitted_at, recalled.late) == (ReportState.DRAFT, None, False)
    with acting_as(cast.actor("rita")) as rita:
        (submission,) = submissions_of(rita, report)
        state = review_state(rita, report)
    assert submission.recalled_at is not None
    assert state is not None
    assert state.submission == submission
    decision = ReportDecision.objects.get()
    assert (decision.reason, decision.decided_by.name) == ("A figure was wrong.", "Sven")
    assert Event.objects.get(kind="report.recall").data["decision"] == decision.pk


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "rita", "mona"])
def test_recalling_is_for_signatories_of_the_organisation(cast: Cast, report: Report, name: str) -> None:
    with pytest.raises(Forbidden):
        act(cast, name, recall_report, report)


def test_a_recall_after_the_review_has_begun_says_who_began_it_without_a_name_and_when(
    cast: Cast, report: Report
) -> None:
    act(cast, "rita", start_review, report)

    with pytest.raises(WrongState, match=r"“In review”.*Review started: the secretariat, \d"):
        act(cast, "sven", recall_report, report)
    with pytest.raises(WrongState, match=r"Review started: Rita, \d"):
        act(cast, "rita", start_review, report)


def test_a_review_of_what_was_recalled_says_who_recalled_it(cast: Cast, report: Report) -> None:
    act(cast, "sven", recall_report, report)

    with pytest.raises(WrongState, match=r"“Draft”.*Submission 1 recalled: Sven, \d"):
        act(cast, "rita", start_review, report)


def test_lateness_is_that_of_the_first_submission_which_stands(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, report: Report
) -> None:
    act(cast, "sven", recall_report, report)
    Calendar(monkeypatch, report.due_on + timedelta(days=1))

    act(cast, "sven", submit_report, report)

    assert (state_of(report), report.late) == (ReportState.SUBMITTED, True)
    assert Submission.objects.standing().get(report=report).number == 2


def test_a_late_submission_that_was_recalled_leaves_no_mark(cast: Cast, report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(late=True)

    assert not act(cast, "sven", recall_report, report).late


def test_the_letter_of_a_recall_says_of_no_day_to_come_that_has_passed(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    Report.objects.update(due_on=timezone.localdate() - timedelta(days=2))
    act(cast, "sven", recall_report, report)
    run_all_jobs()

    own = [each for each in mailoutbox if each.to == [cast.alice.email]]
    (letter,) = [each for each in own if "recalled" in each.subject]
    assert "it can be submitted late" in letter.body
    assert "It is to be submitted again" not in letter.body


def test_recalled_after_its_grace_it_counts_as_not_filed_at_once(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, report: Report
) -> None:
    make_published_cycle(report.cycle)
    Calendar(monkeypatch, report.grace_ends_on + timedelta(days=1))
    before = read_public_revision()

    recalled = act(cast, "sven", recall_report, report)

    assert recalled.state == ReportState.NOT_FILED
    assert read_public_revision() > before
    assert [row.kind for row in Event.objects.filter(kind__startswith="report.").order_by("pk")][-2:] == [
        "report.recall",
        "report.miss",
    ]


def test_a_late_one_that_awaits_sign_off_counts_as_not_filed_once_and_is_signed_or_returned(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, report: Report
) -> None:
    """The schedule takes away no request for sign-off, and publishes no second notice."""
    make_published_cycle(report.cycle)
    Calendar(monkeypatch, report.grace_ends_on + timedelta(days=1))
    act(cast, "sven", recall_report, report)
    act(cast, "alice", ask_for_sign_off, report)

    with acting_as(SYSTEM):
        assert (enqueue_missed_reports(), mark_not_filed(report.pk)) == (0, False)
    assert (state_of(report), standing_of(report)) == (ReportState.AWAITING_SIGN_OFF, "not_filed")
    assert Publication.objects.filter(type="report_notice").count() == 1
    with pytest.raises(WrongState, match="no longer be extended"):
        act(cast, "mona", extend_report, report, timezone.localdate() + timedelta(days=30), "More.")

    assert act(cast, "sven", send_report_back, report, "Count it anew.").state == ReportState.NOT_FILED
    act(cast, "alice", ask_for_sign_off, report)
    assert act(cast, "alice", withdraw_sign_off, report).state == ReportState.NOT_FILED
    act(cast, "alice", ask_for_sign_off, report)
    act(cast, "sven", submit_report, report)
    assert (state_of(report), report.late, standing_of(report)) == (ReportState.SUBMITTED, True, "in_review")
    assert act(cast, "sven", recall_report, report).state == ReportState.NOT_FILED
    assert Publication.objects.filter(type="report_notice").count() == 1


def test_a_recall_goes_back_to_the_review_as_it_stood_when_the_report_was_returned(
    cast: Cast, report: Report
) -> None:
    act(cast, "rita", start_review, report)
    act(cast, "rita", pause_review, report, timezone.localdate() + timedelta(days=30), "They move.")
    with acting_as(SYSTEM):
        Report.objects.update(paused_until=None)  # the pause is over
    before = act(cast, "rita", request_changes, report, "Count the nights.")
    act(cast, "sven", submit_report, report)
    with acting_as(SYSTEM):
        Report.objects.update(measures_due=before.measures_due + 4)
    act(cast, "rita", pause_review, report, timezone.localdate() + timedelta(days=9), "They move again.")

    recalled = act(cast, "sven", recall_report, report)
    resumed = act(cast, "rita", take_back_request, report)

    assert (recalled.measures_due, recalled.paused_until) == (before.measures_due, None)
    assert conclude_by(resumed) == conclude_by(recalled) == conclude_by(before)
    assert recalled.paused_days == 30
    with acting_as(SYSTEM):
        assert report.pauses.first().ends_on == timezone.localdate()


def test_recalling_what_was_submitted_again_leads_back_to_the_return_and_its_day(
    cast: Cast, report: Report
) -> None:
    due_on = returned(cast, report).changes_due_on
    act(cast, "sven", submit_report, report)
    assert (state_of(report), report.changes_due_on) == (ReportState.SUBMITTED, None)

    recalled = act(cast, "sven", recall_report, report)

    first = Submission.objects.standing().get(report=report)
    assert (recalled.state, recalled.changes_due_on) == (ReportState.CHANGES_REQUESTED, due_on)
    assert (first.number, recalled.submitted_at) == (1, first.submitted_at)


# --- Returns have a day ----------------------------------------------------------------------


def test_a_return_has_the_day_that_the_cycle_proposes_or_another(cast: Cast, report: Report) -> None:
    act(cast, "rita", start_review, report)
    proposed = act(cast, "rita", request_changes, report, "Count the nights.")

    assert proposed.changes_due_on == timezone.localdate() + timedelta(days=report.cycle.response_days)
    assert proposed.changes_requests.get().due_on == proposed.deadline == proposed.changes_due_on


@pytest.mark.parametrize("days", [-1, 181])
def test_a_return_ends_on_no_day_that_is_over_or_too_far(cast: Cast, report: Report, days: int) -> None:
    with pytest.raises(DomainError) as refusal:
        returned(cast, report, days)

    assert refusal.value.field == "due_on"
    assert state_of(report) == ReportState.IN_REVIEW


def test_a_returned_report_that_waits_for_a_signature_never_counts_as_not_filed(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, report: Report
) -> None:
    returned(cast, report)
    act(cast, "alice", ask_for_sign_off, report)
    Calendar(monkeypatch, report.grace_ends_on + timedelta(days=30))

    with acting_as(SYSTEM):
        assert not mark_not_filed(report.pk)
    assert state_of(report) == ReportState.AWAITING_SIGN_OFF
    assert standing_of(report) == "in_review"
    assert (
        act(cast, "sven", send_report_back, report, "Count it anew.").state == ReportState.CHANGES_REQUESTED
    )


# --- Resumed, taken back ---------------------------------------------------------------------


def test_resuming_before_the_day_needs_a_reason_and_afterwards_none(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, report: Report
) -> None:
    day = returned(cast, report).changes_due_on
    with pytest.raises(DomainError) as refusal:
        act(cast, "rita", resume_review, report)
    assert refusal.value.field == "reason"
    Calendar(monkeypatch, day + timedelta(days=1))

    resumed = act(cast, "rita", resume_review, report)

    assert (resumed.state, resumed.changes_due_on) == (ReportState.IN_REVIEW, None)


def test_a_review_is_resumed_on_the_last_submission_that_stands_and_what_was_typed_since_stays(
    cast: Cast, report: Report
) -> None:
    returned(cast, report)
    answer = report.answers.exclude(indicator=None)[0]
    with acting_as(cast.actor("alice")) as alice:
        save_answer(
            alice, report, answer.indicator, text="Typed since.", language="en", version=answer.version
        )
    act(cast, "sven", submit_report, report)
    act(cast, "sven", recall_report, report)
    act(cast, "alice", ask_for_sign_off, report)  # no way out of a verdict

    act(cast, "rita", resume_review, report, "We publish on Monday.")

    with acting_as(cast.actor("rita")) as rita:
        state = review_state(rita, report)
    assert state is not None
    assert state.submission.number == 1
    answer.refresh_from_db()
    assert answer.text == "Typed since."


@pytest.mark.parametrize("service", [resume_review, take_back_request])
def test_a_review_is_resumed_only_after_a_return(cast: Cast, report: Report, service: Any) -> None:
    waiting = {"state": ReportState.AWAITING_SIGN_OFF, "reviewer": cast.rita}
    Report.objects.filter(pk=report.pk).update(**waiting)
    report.refresh_from_db()

    with pytest.raises(WrongState, match="not been returned"):
        act(cast, "rita", service, report, "Now.")


@pytest.mark.parametrize("service", [resume_review, take_back_request, reopen_review])
@pytest.mark.parametrize("name", ["alice", "sven", "carol", "mona"])
def test_ways_back_of_a_review_are_the_reviewers(cast: Cast, report: Report, name: str, service: Any) -> None:
    with pytest.raises(Forbidden):
        act(cast, name, service, report, "Now.")


def test_days_with_the_member_are_no_days_of_the_review(cast: Cast, report: Report) -> None:
    before = conclude_by(returned(cast, report, days=0))
    with acting_as(SYSTEM):
        ChangesRequest.objects.update(requested_at=timezone.now() - timedelta(days=12))

    resumed = act(cast, "rita", resume_review, report, "They have answered.")
    judge_all(cast, report, "limited")
    act(cast, "rita", conclude_report, report)
    with acting_as(SYSTEM):
        Report.objects.update(concluded_at=timezone.now() - timedelta(days=3))
    reopened = act(cast, "rita", reopen_review, report, "A figure was misread.")

    assert before is not None
    assert conclude_by(resumed) == before + timedelta(days=12)
    assert conclude_by(reopened) == before + timedelta(days=15)


@pytest.mark.parametrize("day", [5, -5])
def test_a_member_asks_for_more_time_on_a_return(cast: Cast, report: Report, day: int) -> None:
    returned(cast, report)
    with acting_as(SYSTEM):
        Report.objects.update(changes_due_on=timezone.localdate() + timedelta(days=day))
    later = timezone.localdate() + timedelta(days=20)
    request = act(cast, "alice", ask_for_extension, report, until=later, reason="Two offices moved.")
    with acting_as(cast.actor("mona")) as mona:
        (item,) = [each for each in open_items(mona, cast.aurora) if each.title == "Two offices moved."]
    assert item.due_on == timezone.localdate() + timedelta(days=day)

    extended = act(cast, "mona", extend_report, report, later, "Granted.", request.pk)

    assert (extended.changes_due_on, extended.due_on) == (later, report.due_on)
    assert ExtensionRequest.objects.get().state == "granted"


def test_a_review_that_goes_on_closes_the_request_for_more_time(cast: Cast, report: Report) -> None:
    returned(cast, report)
    later = timezone.localdate() + timedelta(days=20)
    act(cast, "alice", ask_for_extension, report, until=later, reason="Two offices moved.")
    page = words_of(signed_in(cast.rita).get(f"/secretariat/reviews/{report.pk}/take-back/"))

    act(cast, "rita", take_back_request, report)

    assert "is closed without an answer: “Two offices moved.”" in page
    assert ExtensionRequest.objects.get().state == "lapsed"
    with pytest.raises(WrongState, match="no longer be extended"):
        act(cast, "alice", ask_for_extension, report, until=later, reason="Two offices moved.")


@pytest.mark.parametrize("way", ["recalled", "returned"])
def test_evidence_that_was_added_since_can_be_removed_again(cast: Cast, report: Report, way: str) -> None:
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    if way == "recalled":
        act(cast, "sven", recall_report, report)
    else:
        returned(cast, report)
    added = act(cast, "alice", add_link, report, measure, "https://aurora.example/", "The log", "public")

    act(cast, "alice", remove_evidence, report, added)

    assert not Evidence.objects.filter(pk=added.pk).exists()


def test_a_request_is_taken_back_once_and_the_second_says_by_whom(cast: Cast, report: Report) -> None:
    returned(cast, report)
    taken = act(cast, "rita", take_back_request, report)

    assert (taken.state, taken.changes_due_on) == (ReportState.IN_REVIEW, None)
    with pytest.raises(WrongState, match=r"Request for changes taken back: Rita, \d"):
        act(cast, "rita", take_back_request, report)


@pytest.mark.parametrize(
    ("service", "args", "sentence"),
    [
        (start_review, (), r"Review started: Rita, \d"),
        (request_changes, ("Once more.",), r"Changes requested, due .+: Rita, \d"),
        (conclude_report, (), r"Review concluded; replies until .+: Rita, \d"),
    ],
)
def test_the_second_to_do_the_same_reads_who_was_quicker(
    cast: Cast, report: Report, service: Any, args: tuple[str, ...], sentence: str
) -> None:
    act(cast, "rita", start_review, report)
    if service is conclude_report:
        judge_all(cast, report, "limited")
    if service is not start_review:
        act(cast, "rita", service, report, *args)

    with pytest.raises(WrongState, match=sentence):
        act(cast, "rita", service, report, *args)
