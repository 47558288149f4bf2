"""A review: verdicts and their rules, questions, notes, changes, conclusion."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alliance.enums import CycleState, PledgeState, QuestionState, ReportState, VerdictValue
from alliance.models import (
    ChangesRequest,
    Commitment,
    Cycle,
    InternalNote,
    Measure,
    Pledge,
    PublishedVerdict,
    Report,
    Verdict,
)
from alliance.services.cycles import publish_concluded_report
from alliance.services.questions import answer_question, ask_question, close_question
from alliance.services.review_notes import write_note
from alliance.services.reviews import (
    conclude_report,
    give_verdict,
    request_changes,
    start_review,
)
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import Conflict, DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.publishing import revision_cache
from tests.factories import Cast, make_charter, make_cycle, make_report, read_charter
from tests.support.submissions import body_of, make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report, submitted once."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report)
    return report


@pytest.fixture
def rita(cast: Cast) -> Any:
    with acting_as(cast.actor("rita")) as actor:
        yield actor


def judge(rita: Actor, report: Report, value: str = "limited", **kwargs: Any) -> None:
    """Give all measures one verdict, and each commitment the same."""
    for measure in Measure.objects.filter(charter=report.cycle.charter):
        give_verdict(rita, report, measure=measure, value=value, reason="As filed.", **kwargs)
    for commitment in Commitment.objects.filter(charter=report.cycle.charter):
        give_verdict(rita, report, commitment=commitment, value=value, reason="As filed.", **kwargs)


def measure_of(report: Report, key: str = "search") -> Measure:
    return Measure.objects.get(charter=report.cycle.charter, key=key)


def test_start_review_names_the_reviewer(rita: Actor, report: Report) -> None:
    started = start_review(rita, report)

    assert (started.state, started.reviewer_id) == (ReportState.IN_REVIEW, rita.person_id)


@pytest.mark.parametrize("name", ["mona", "alice", "sven", "carol"])
def test_start_review_is_the_reviewers_alone(cast: Cast, report: Report, name: str) -> None:
    actor = cast.actor(name)
    with acting_as(SYSTEM), pytest.raises(Forbidden):
        start_review(actor, report)


def test_give_verdict_keeps_what_it_was_given_on(rita: Actor, report: Report) -> None:
    start_review(rita, report)

    verdict = give_verdict(
        rita, report, measure=measure_of(report), value="substantial", reason="Most is done."
    )

    assert (verdict.value, verdict.version, verdict.given_by_id) == ("substantial", 1, rita.person_id)
    assert verdict.submission == report.submissions.get()
    assert verdict.commitment == measure_of(report).commitment


def test_give_verdict_needs_a_review(rita: Actor, report: Report) -> None:
    with pytest.raises(WrongState):
        give_verdict(rita, report, measure=measure_of(report), value="limited", reason="Begun.")


@pytest.mark.parametrize(
    ("value", "reason", "field"), [("limited", " ", "reason"), ("splendid", "Because.", "value")]
)
def test_give_verdict_refuses(rita: Actor, report: Report, value: str, reason: str, field: str) -> None:
    start_review(rita, report)

    with pytest.raises(DomainError) as refusal:
        give_verdict(rita, report, measure=measure_of(report), value=value, reason=reason)

    assert refusal.value.field == field


def test_give_verdict_not_due_needs_no_reason(rita: Actor, report: Report) -> None:
    start_review(rita, report)

    verdict = give_verdict(rita, report, measure=measure_of(report), value=VerdictValue.NOT_DUE)

    assert verdict.reason == ""


def test_give_verdict_refuses_a_measure_of_another_charter(rita: Actor, report: Report) -> None:
    start_review(rita, report)
    other_measure = Measure.objects.get(charter=make_charter("other"), key="speed")
    other_measure.key = "unheard-of"

    with pytest.raises(DomainError):
        give_verdict(rita, report, measure=other_measure, value="limited", reason="Begun.")


def test_give_verdict_twice_at_once_warns_the_second(rita: Actor, report: Report) -> None:
    start_review(rita, report)
    first = give_verdict(rita, report, measure=measure_of(report), value="limited", reason="Begun.")

    with pytest.raises(Conflict) as conflict:
        give_verdict(rita, report, measure=measure_of(report), value="complete", reason="All of it.")

    assert conflict.value.stored == first
    assert conflict.value.sent.value == "complete"


def test_give_verdict_again_moves_the_version(rita: Actor, report: Report) -> None:
    start_review(rita, report)
    give_verdict(rita, report, measure=measure_of(report), value="limited", reason="Begun.")

    second = give_verdict(
        rita, report, measure=measure_of(report), value="complete", reason="All.", version=1
    )

    assert (second.version, second.value, Verdict.objects.count()) == (2, "complete", 1)


def commitment_with(rita: Actor, report: Report, *values: str) -> Commitment:
    start_review(rita, report)
    for key, value in zip(("search", "speed"), values, strict=True):
        give_verdict(rita, report, measure=measure_of(report, key), value=value, reason="So it is.")
    return Commitment.objects.get(charter=report.cycle.charter, key="find")


@pytest.mark.parametrize(
    ("values", "lowest"),
    [
        (("substantial", "limited"), "limited"),
        (("not_due", "complete"), "complete"),
        (("not_due", "not_due"), "not_due"),
        (("no_evidence", "not_due"), "no_evidence"),
    ],
)
def test_give_verdict_on_a_commitment_follows_the_lowest(
    rita: Actor, report: Report, values: tuple[str, str], lowest: str
) -> None:
    commitment = commitment_with(rita, report, *values)

    verdict = give_verdict(rita, report, commitment=commitment, value=lowest, reason="The lowest.")

    assert (verdict.value, verdict.measure, verdict.difference) == (lowest, None, "")


def test_give_verdict_on_a_commitment_that_differs_says_why(rita: Actor, report: Report) -> None:
    commitment = commitment_with(rita, report, "limited", "complete")

    with pytest.raises(DomainError) as refusal:
        give_verdict(rita, report, commitment=commitment, value="complete", reason="It is.")
    verdict = give_verdict(
        rita, report, commitment=commitment, value="complete", reason="It is.", difference="Search is minor."
    )

    assert refusal.value.field == "difference"
    assert verdict.difference == "Search is minor."


def test_an_explanation_of_what_is_no_longer_so_is_written_anew_before_the_conclusion(
    rita: Actor, report: Report
) -> None:
    commitment, why = commitment_with(rita, report, "limited", "complete"), "Search is only begun."
    subject: dict[str, Any] = {"commitment": commitment, "value": "substantial", "reason": "Most of it."}
    give_verdict(rita, report, **subject, difference=why)
    search: dict[str, Any] = {"measure": measure_of(report), "reason": "More was found."}

    for version, value in ((1, "not_started"), (2, "substantial")):
        give_verdict(rita, report, **search, value=value, version=version)
        with pytest.raises(DomainError, match=commitment.title):
            conclude_report(rita, report)
        again = give_verdict(rita, report, **subject, difference=why, version=version)
        with pytest.raises(DomainError) as refusal:  # of what nobody has judged yet
            conclude_report(rita, report)
        assert commitment.title not in str(refusal.value)

    assert again.difference == ""  # there is no difference any more


def test_verdicts_on_what_the_member_answers_no_more_are_neither_concluded_nor_published(
    cast: Cast, rita: Actor, report: Report
) -> None:
    start_review(rita, report)
    judge(rita, report)
    Measure.objects.filter(charter=report.cycle.charter, key="speed").update(core=False)
    Pledge.objects.create(
        organisation=cast.aurora, commitment_key="find", title="Fast", text="Within a day.", language="en",
        state=PledgeState.WITHDRAWN, measure_keys=["speed"], signatory_name="Sven", signed_by=cast.sven,
        signed_at=timezone.now(),
    )  # fmt: skip
    revision_cache.clear()
    parts = [part for part in body_of(report)["measures"] if part["measure"] in ("search", "speed")]
    make_submission(report, ReportState.IN_REVIEW, number=2, measures=parts)

    conclude_report(rita, report)
    Cycle.objects.update(state=CycleState.PUBLISHED)
    with acting_as(cast.actor("mona")) as mona:
        publish_concluded_report(mona, Report.objects.get())

    published = PublishedVerdict.objects.values_list("commitment_key", "measure_key")
    assert sorted(published) == [("find", ""), ("find", "search")]
    events = Event.objects.filter(kind="verdict.take_back")
    taken_back = [(row.data.get("measure"), row.data.get("commitment")) for row in events.order_by("pk")]
    assert sorted(taken_back, key=str) == [("1.2", None), ("2.1", None), (None, "2")]


def test_give_verdict_on_a_commitment_waits_for_its_measures(rita: Actor, report: Report) -> None:
    start_review(rita, report)
    commitment = Commitment.objects.get(charter=report.cycle.charter, key="find")

    with pytest.raises(DomainError):
        give_verdict(rita, report, commitment=commitment, value="limited", reason="Begun.")


def test_give_verdict_on_an_own_pledge(cast: Cast, rita: Actor) -> None:
    record = "6f6e3c0e-6c2e-4f5e-9d0a-0a6a1d6f0001"
    pledge = {"record": record, "title": "More", "text": "We did.", "language": "en", "disclosure": "public",
              "disclosure_reason": ""}  # fmt: skip
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, pledges=[pledge])
    start_review(rita, report)

    verdict = give_verdict(rita, report, pledge_record=record, value="complete", reason="Done.")

    assert (str(verdict.pledge_record), verdict.commitment, verdict.measure) == (record, None, None)


def test_conclude_report_names_the_first_that_is_missing(rita: Actor, report: Report) -> None:
    start_review(rita, report)

    with pytest.raises(DomainError) as refusal:
        conclude_report(rita, report)

    assert str(refusal.value) == "5 verdicts are missing, the first one at 1.1 Search."


def test_conclude_report_opens_the_window_for_replies(rita: Actor, report: Report) -> None:
    start_review(rita, report)
    judge(rita, report)

    concluded = conclude_report(rita, report)

    assert concluded.state == ReportState.CONCLUDED
    assert concluded.respond_by == timezone.localdate() + timedelta(days=report.cycle.response_days)
    assert Event.objects.filter(kind="report.conclude", target_id=report.pk).count() == 1


def test_conclude_report_is_not_stopped_by_an_open_question(rita: Actor, report: Report) -> None:
    start_review(rita, report)
    ask_question(rita, report, "Which?", measure=measure_of(report))
    judge(rita, report)

    assert conclude_report(rita, report).state == ReportState.CONCLUDED


def test_conclude_report_looks_again_at_a_commitment_whose_measures_changed(
    rita: Actor, report: Report
) -> None:
    start_review(rita, report)
    judge(rita, report, "complete")
    give_verdict(rita, report, measure=measure_of(report), value="limited", reason="No.", version=1)

    with pytest.raises(DomainError) as refusal:
        conclude_report(rita, report)

    assert str(refusal.value) == "1 verdict is missing, at 1 Find."


def test_a_verdict_stands_only_while_the_answer_is_the_same(rita: Actor, report: Report) -> None:
    start_review(rita, report)
    judge(rita, report)
    request_changes(rita, report, "Count again.")
    report.refresh_from_db()
    make_submission(report, number=2, answer="What we did, told better.")
    start_review(rita, report)

    with pytest.raises(DomainError) as refusal:
        conclude_report(rita, report)

    assert str(refusal.value) == "3 verdicts are missing, the first one at 1.1 Search."


def test_request_changes_keeps_the_summary_with_its_submission(rita: Actor, report: Report) -> None:
    returned = request_changes(rita, report, " Count again. ")

    request = ChangesRequest.objects.get()
    assert returned.state == ReportState.CHANGES_REQUESTED
    assert (request.summary, request.submission) == ("Count again.", report.submissions.get())


def test_request_changes_needs_a_summary(rita: Actor, report: Report) -> None:
    with pytest.raises(DomainError) as refusal:
        request_changes(rita, report, " ")

    assert refusal.value.field == "summary"


def test_a_question_is_asked_answered_and_closed(cast: Cast, report: Report) -> None:
    rita, alice = cast.actor("rita"), cast.actor("alice")
    question = ask_question(rita, report, "Which list?", measure=measure_of(report))

    answered = answer_question(alice, question, "The hotline's.")
    closed = close_question(rita, answered)

    assert (answered.state, answered.answer) == (QuestionState.ANSWERED, "The hotline's.")
    assert closed.state == QuestionState.CLOSED


@pytest.mark.parametrize("name", ["carol", "bob", "rita"])
def test_answer_question_is_the_members(cast: Cast, report: Report, name: str) -> None:
    question = ask_question(cast.actor("rita"), report, "Which list?")

    with pytest.raises(Forbidden):
        answer_question(cast.actor(name), question, "Ours.")


def test_answer_question_only_once(cast: Cast, report: Report) -> None:
    question = ask_question(cast.actor("rita"), report, "Which list?")
    answer_question(cast.actor("alice"), question, "The hotline's.")

    with pytest.raises(WrongState):
        answer_question(cast.actor("sven"), question, "Another.")


def test_ask_question_needs_a_submitted_report(cast: Cast, rita: Actor) -> None:
    draft = make_report(make_cycle(read_charter()), cast.aurora)
    Report.objects.update(reviewer=cast.rita)

    with pytest.raises(WrongState):
        ask_question(rita, draft, "Which list?")


def test_write_note_stays_in_the_secretariat(cast: Cast, rita: Actor, report: Report) -> None:
    write_note(rita, report, "They are slow.", measure=measure_of(report))

    assert InternalNote.objects.visible_to(rita).count() == 1
    assert InternalNote.objects.visible_to(cast.actor("sven")).count() == 0


def test_a_tie_of_the_last_two_years_bars_from_reviewing(cast: Cast, report: Report) -> None:
    cast.aurora.memberships.create(
        person=cast.rita, roles=["reader"], ended_at=timezone.now() - timedelta(days=700)
    )
    tied = cast.actor("rita")

    with acting_as(tied), pytest.raises(Forbidden):
        start_review(tied, report)


def test_an_older_tie_does_not_bar(cast: Cast, report: Report) -> None:
    cast.aurora.memberships.create(
        person=cast.rita, roles=["reader"], ended_at=timezone.now() - timedelta(days=740)
    )
    free = cast.actor("rita")

    with acting_as(free):
        assert start_review(free, report).state == ReportState.IN_REVIEW
