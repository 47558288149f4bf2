"""A verdict that is taken back: what becomes of its words, of what follows from it, and of who had read it."""

from typing import Any
from uuid import UUID

import pytest

from alliance.enums import ReportState
from alliance.models import Commitment, Measure, Person, Report, ReviewDraft, Verdict
from alliance.queries.journal import JournalFilter, journal_events, journal_rows
from alliance.queries.report_story import story_entries, story_events
from alliance.queries.review_state import ReviewStep, review_state
from alliance.queries.second_readings import rows_sent_on
from alliance.services.assignments import take_over_report
from alliance.services.review_decisions import reopen_review
from alliance.services.review_drafts import save_review_draft
from alliance.services.reviews import conclude_report, give_verdict, give_verdicts, start_review
from alliance.services.second_readings import (
    ReadingRequest,
    Settlement,
    ask_second_reading,
    give_opinion,
    send_reading,
    settle_reading,
)
from alliance.services.taken_back_verdicts import take_back_verdict, take_back_verdicts
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import Conflict, DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, actor_of, make_cycle, make_report, read_charter
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
RECORD = UUID("6f6e3c0e-6c2e-4f5e-9d0a-0a6a1d6f0001")


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report, in review by Rita, with an account of a pledge beyond the charter."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    account = {"record": str(RECORD), "title": "More", "text": "We did.", "language": "en", "disclosure": "public",
               "disclosure_reason": ""}  # fmt: skip
    make_submission(report, pledges=[account])
    with acting_as(cast.actor("rita")) as rita:
        return start_review(rita, report)


@pytest.fixture
def rita(cast: Cast) -> Any:
    with acting_as(cast.actor("rita")) as actor:
        yield actor


def measure_of(report: Report, key: str = "search") -> Measure:
    return Measure.objects.get(charter=report.cycle.charter, key=key)


def commitment_of(report: Report, key: str = "find") -> Commitment:
    return Commitment.objects.get(charter=report.cycle.charter, key=key)


def give(
    rita: Actor, report: Report, key: str = "search", value: str = "limited", version: int = 0
) -> Verdict:
    measure = measure_of(report, key)
    return give_verdict(rita, report, measure=measure, value=value, reason="Half of it.", version=version)


def judge_all(rita: Actor, report: Report) -> None:
    """All but the pledge beyond the charter, which has its own verdict."""
    for measure in Measure.objects.filter(charter=report.cycle.charter):
        give_verdict(rita, report, measure=measure, value="limited", reason="Half of it.")
    for commitment in Commitment.objects.filter(charter=report.cycle.charter):
        give_verdict(rita, report, commitment=commitment, value="limited", reason="The lowest.")
    give_verdict(rita, report, pledge_record=RECORD, value="complete", reason="Done.")


def step_of(actor: Actor, report: Report, kind: str = "measure", key: str = "search") -> ReviewStep:
    state = review_state(actor, report)
    step = state.find(kind, key) if state else None
    assert step is not None
    return step


def texts_of(step: str = "measure:search") -> dict[str, str]:
    return dict(ReviewDraft.objects.get(step=step).texts)


def test_what_was_taken_back_is_missing_again_and_its_reason_is_a_draft(rita: Actor, report: Report) -> None:
    judge_all(rita, report)

    take_back_verdict(rita, report, measure=measure_of(report), version=1)

    state = review_state(rita, report)
    assert state is not None
    assert [step.name for step in state.missing] == ["measure:search"]
    assert texts_of() == {"reason": "Half of it.", "language": "en", "version": "0"}
    with pytest.raises(DomainError, match=r"1 verdict is missing, at 1\.1 Search"):
        conclude_report(rita, report)


def test_the_verdict_on_a_commitment_and_on_an_own_pledge_are_taken_back_alike(
    rita: Actor, report: Report
) -> None:
    judge_all(rita, report)
    commitment = commitment_of(report)
    give_verdict(
        rita, report, commitment=commitment, value="complete", reason="All.", difference="It is.", version=1
    )

    take_back_verdict(rita, report, commitment=commitment, version=2)
    take_back_verdict(rita, report, pledge_record=RECORD, version=1)

    assert texts_of("commitment:find")["difference"] == "It is."
    assert texts_of(f"pledge:{RECORD}")["reason"] == "Done."
    assert step_of(rita, report, "commitment", "find").proposal == "limited"
    facts = Event.objects.filter(kind="verdict.take_back").order_by("pk").values_list("data", flat=True)
    assert [sorted(each.items()) for each in facts] == [
        [("commitment", "1"), ("report", report.pk), ("value", "complete"), ("version", 2)],
        [("record", str(RECORD)), ("report", report.pk), ("value", "complete"), ("version", 1)],
    ]


def test_what_the_measures_propose_follows(rita: Actor, report: Report) -> None:
    give(rita, report, "search", "not_started")
    give(rita, report, "speed", "complete")
    commitment = commitment_of(report)
    give_verdict(rita, report, commitment=commitment, value="not_started", reason="The lowest.")

    take_back_verdict(rita, report, measure=measure_of(report), version=1)

    step = step_of(rita, report, "commitment", "find")
    assert (step.proposal, step.is_done) == (None, True)  # it does not follow the one that is left
    with pytest.raises(DomainError, match="Give each measure of this commitment its verdict first"):
        give_verdict(rita, report, commitment=commitment, value="complete", reason="All.", version=1)
    search = give(rita, report, "search", "limited")
    assert not step_of(rita, report, "commitment", "find").is_done
    give(rita, report, "search", "not_started", version=search.version)
    assert step_of(rita, report, "commitment", "find").is_done


def test_what_was_typed_since_stays_after_the_reason(rita: Actor, report: Report) -> None:
    give(rita, report)
    typed = {"value": "complete", "reason": "Nearly all of it.", "language": "en", "version": "1"}
    save_review_draft(rita, report, "measure:search", "verdict", typed)

    take_back_verdict(rita, report, measure=measure_of(report), version=1)

    assert texts_of() == {**typed, "reason": "Half of it.\n\nNearly all of it.", "version": "0"}


def test_not_due_without_a_reason_leaves_no_draft(rita: Actor, report: Report) -> None:
    give_verdict(rita, report, measure=measure_of(report), value="not_due")

    take_back_verdict(rita, report, measure=measure_of(report), version=1)

    assert not ReviewDraft.objects.exists()


def test_a_verdict_that_was_changed_meanwhile_is_not_taken_back_unread(rita: Actor, report: Report) -> None:
    give(rita, report)
    give(rita, report, value="complete", version=1)

    with pytest.raises(Conflict) as conflict:
        take_back_verdict(rita, report, measure=measure_of(report), version=1)

    assert conflict.value.stored == Verdict.objects.get()
    take_back_verdict(rita, report, measure=measure_of(report), version=2)
    with pytest.raises(WrongState, match=r"This has already been done\. Verdict taken back: Rita, "):
        take_back_verdict(rita, report, measure=measure_of(report), version=2)


def test_the_next_verdict_is_no_version_of_the_one_that_was_taken_back(rita: Actor, report: Report) -> None:
    """A window that shows the first one writes over nothing, and takes nothing back."""
    give(rita, report)
    take_back_verdict(rita, report, measure=measure_of(report), version=1)

    again = give(rita, report, value="complete")

    assert again.version == 2
    with pytest.raises(Conflict):
        give(rita, report, value="not_started", version=1)
    with pytest.raises(Conflict):
        take_back_verdict(rita, report, measure=measure_of(report), version=1)


@pytest.mark.parametrize("name", ["alice", "sven", "bob", "carol", "mona"])
def test_only_the_reviewer_takes_a_verdict_back(cast: Cast, rita: Actor, report: Report, name: str) -> None:
    give(rita, report)

    with acting_as(SYSTEM), pytest.raises(Forbidden):
        take_back_verdict(cast.actor(name), report, measure=measure_of(report), version=1)

    assert Verdict.objects.count() == 1


def test_a_colleague_takes_a_verdict_back_only_after_taking_the_review_over(
    cast: Cast, rita: Actor, report: Report, roy: Person
) -> None:
    give(rita, report)
    with acting_as(actor_of(roy)) as colleague:
        with pytest.raises(WrongState, match="Rita reviews this report now"):
            take_back_verdict(colleague, report, measure=measure_of(report), version=1)
        take_over_report(colleague, report, "Rita is away.", cast.rita.pk)
        take_back_verdict(colleague, report, measure=measure_of(report), version=1)
        assert ReviewDraft.objects.get().person_id == roy.pk


@pytest.mark.parametrize("state", sorted({*ReportState.values} - {ReportState.IN_REVIEW}))
def test_a_verdict_is_taken_back_in_review_alone(rita: Actor, report: Report, state: str) -> None:
    give(rita, report)
    Report.objects.filter(pk=report.pk).update(state=state)

    with pytest.raises(WrongState):
        take_back_verdict(rita, report, measure=measure_of(report), version=1)

    assert Verdict.objects.count() == 1


# --- Several that were given at once -------------------------------------------------------------


def test_of_several_given_at_once_each_is_taken_back_alone(rita: Actor, report: Report) -> None:
    measures = [measure_of(report, key) for key in ("search", "speed")]
    batch = give_verdicts(rita, report, measures, value="not_due", reason="Later.")[0].batch

    take_back_verdict(rita, report, measure=measures[0], version=1)

    assert Verdict.objects.get().measure == measures[1]
    assert take_back_verdicts(rita, report, batch) == 1
    assert [texts_of(f"measure:{key}")["reason"] for key in ("search", "speed")] == ["Later.", "Later."]


def test_a_measure_is_given_anew_with_others_and_taken_back_with_them(rita: Actor, report: Report) -> None:
    give(rita, report)
    take_back_verdict(rita, report, measure=measure_of(report), version=1)
    measures = [measure_of(report, key) for key in ("search", "speed")]
    batch = give_verdicts(rita, report, measures, value="not_due", reason="")[0].batch
    give(rita, report, "speed", version=1)

    assert take_back_verdicts(rita, report, batch) == 1

    assert Verdict.objects.get().measure == measures[1]


# --- Second readings -----------------------------------------------------------------------------


def read(rita: Actor, report: Report, roy: Person, value: str) -> Any:
    """Roy has read the verdict on one measure, and sent what he thinks of it."""
    reading = ask_second_reading(rita, report, ReadingRequest(roy.pk, ["search"]))
    with acting_as(actor_of(roy)) as reader:
        give_opinion(reader, reading, measure_of(report), value=value, reason="So I read it.")
        return send_reading(reader, reading)


@pytest.mark.parametrize(("value", "needs_reason"), [("limited", False), ("complete", True)])
def test_an_agreement_holds_for_the_same_verdict_and_another_one_needs_a_reason(
    rita: Actor, report: Report, roy: Person, value: str, needs_reason: bool
) -> None:
    judge_all(rita, report)
    read(rita, report, roy, "limited")
    take_back_verdict(rita, report, measure=measure_of(report), version=1)
    (row,) = rows_sent_on(rita, report, step_of(rita, report))
    assert (row.is_taken_back, row.was_changed, row.label_left) == (True, False, "Limited")
    give(rita, report, value=value)

    if needs_reason:
        with pytest.raises(DomainError, match="Give a reason"):
            conclude_report(rita, report)
    assert conclude_report(rita, report, "It was more." * needs_reason).state == "concluded"


def test_a_difference_is_settled_once_there_is_a_verdict_again(
    rita: Actor, report: Report, roy: Person
) -> None:
    judge_all(rita, report)
    reading = read(rita, report, roy, "complete")
    take_back_verdict(rita, report, measure=measure_of(report), version=1)
    with pytest.raises(DomainError, match=r"The reviewer has not judged 1\.1 yet"):
        settle_reading(rita, reading, [Settlement("search", "kept", "It has begun.")])

    give(rita, report, value="complete")

    settled = settle_reading(rita, reading, [Settlement("search", "kept", "Roy is right.", "complete")])
    assert settled.state == "settled"
    assert conclude_report(rita, report).state == "concluded"


# --- What is left of it on record ----------------------------------------------------------------


def test_the_journal_says_what_was_taken_back(cast: Cast, rita: Actor, report: Report) -> None:
    give(rita, report)
    take_back_verdict(rita, report, measure=measure_of(report), version=1)

    with acting_as(cast.actor("mona")) as mona:
        (row,) = journal_rows(mona, journal_events(mona, JournalFilter(kind="verdict.take_back")))

    assert row.sentence == "Verdict taken back"
    assert row.details_text == "Verdict: Limited, Measure: 1.1, Version: 1"


def test_what_was_taken_back_is_named_and_led_to_where_it_was_given_and_taken_back(
    cast: Cast, rita: Actor, report: Report
) -> None:
    judge_all(rita, report)
    take_back_verdict(rita, report, measure=measure_of(report), version=1)
    take_back_verdict(rita, report, commitment=commitment_of(report), version=1)
    take_back_verdict(rita, report, pledge_record=RECORD, version=1)

    with acting_as(cast.actor("mona")) as mona:
        events = journal_events(mona, JournalFilter(kind="verdict.take_back")).order_by("pk")
        rows = journal_rows(mona, list(events))
        given = journal_rows(mona, list(story_events(mona, report).filter(target_id=rows[0].event.target_id)))

    titles = ["Aurora Video, Half 1 of 2026, 1.1", "Aurora Video, Half 1 of 2026, commitment 1",
              "Aurora Video, Half 1 of 2026"]  # fmt: skip
    assert [row.target_title for row in rows] == titles
    review = f"/secretariat/reviews/{report.pk}/"
    assert [row.url for row in rows] == [
        f"{review}measures/search/", f"{review}commitments/find/", f"{review}pledges/{RECORD}/",
    ]  # fmt: skip
    assert {(row.target_title, row.url) for row in given} == {(titles[0], f"{review}measures/search/")}


def test_the_story_says_that_it_was_taken_back_and_keeps_what_the_member_had_read(
    cast: Cast, rita: Actor, report: Report
) -> None:
    judge_all(rita, report)
    conclude_report(rita, report)
    reopen_review(rita, report, "It was too hard.")
    take_back_verdict(rita, report, measure=measure_of(report), version=1)
    give(rita, report, value="limited")
    take_back_verdict(rita, report, measure=measure_of(report), version=2)

    with acting_as(cast.actor("mona")) as mona:
        given = [each for each in story_events(mona, report) if each.kind == "verdict.give"]
        entries = story_entries(mona, report, [given[0], given[-1]])

    assert [(each.words[0].text, each.words[0].is_taken_back) for each in entries] == [
        ("Half of it.", False),  # as it was concluded
        ("", True),
    ]


def test_what_version_0_1_0_has_taken_back_is_in_nobodys_way(rita: Actor, report: Report) -> None:
    """Its entry names no version, and of a commitment not which one it was."""
    verdict = give(rita, report)
    journal.record(rita, "verdict.take_back", verdict, report=report.pk, measure="", value="limited")
    verdict.delete()
    measures = [measure_of(report, key) for key in ("search", "speed")]

    given = give_verdicts(rita, report, measures, value="not_due", reason="")

    assert {row.version for row in given} == {1}
    assert take_back_verdicts(rita, report, given[0].batch) == 2
