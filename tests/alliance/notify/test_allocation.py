"""Who is notified of who reviews what: the reviewers concerned and the managers, and never the member."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from alliance import tasks
from alliance.enums import ReportState, Role
from alliance.models import Measure, Person, Question, Report
from alliance.queries.local_dates import today
from alliance.queries.stalled import stalled_work
from alliance.services.assignments import assign_reports, hand_over_report, take_over_report, unassign_report
from alliance.services.interests import declare_interest
from alliance.services.pauses import pause_review
from alliance.services.reviews import give_verdict
from alliance.services.second_readings import ReadingRequest, ask_second_reading, withdraw_reading
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import Channel, Delivery
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.submissions import make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_system")]


@pytest.fixture
def _as_system(db: None) -> Any:
    with acting_as(SYSTEM):
        yield


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report in review by Rita."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    return report


def notified() -> list[str]:
    """Who found a new line in their inbox."""
    run_all_jobs()
    lines = Delivery.objects.filter(channel=Channel.INBOX)
    names = sorted(lines.values_list("recipient__name", flat=True))
    Delivery.objects.all().delete()
    return names


def test_both_reviewers_are_notified_but_not_who_acted(cast: Cast, report: Report, roy: Person) -> None:
    mona, rita = cast.actor("mona"), cast.actor("rita")

    hand_over_report(mona, report, roy.pk, "Yours.", cast.rita.pk)
    assert notified() == ["Rita", "Roy"]
    take_over_report(rita, report, "Roy is ill.", roy.pk)
    assert notified() == ["Roy"]
    unassign_report(rita, report, "I leave.", cast.rita.pk)
    assert notified() == ["Mona"]
    assign_reports(rita, [report], roy.pk)
    assert notified() == ["Roy"]


def test_who_lost_a_review_is_notified_wherever_it_has_gone_since_but_back(
    cast: Cast, report: Report, roy: Person, mailoutbox: list[Any]
) -> None:
    mona, ruth = cast.actor("mona"), make_person("Ruth", cast.secretariat, Role.REVIEWER)

    unassign_report(mona, report, "Rita is ill.", cast.rita.pk)
    assign_reports(mona, [report], roy.pk)
    assert notified() == ["Rita", "Roy"]
    [letter] = [each for each in mailoutbox if each.to == [cast.rita.email]]
    assert ("has taken from you" in letter.body, "It waits" in letter.body) == (True, False)

    hand_over_report(mona, report, ruth.pk, "Yours.", roy.pk)
    hand_over_report(mona, report, cast.rita.pk, "Rita is back.", ruth.pk)
    assert notified() == ["Rita", "Roy", "Ruth"]

    hand_over_report(mona, report, roy.pk, "Yours.", cast.rita.pk)
    hand_over_report(mona, report, cast.rita.pk, "A mistake.", roy.pk)
    assert notified() == ["Rita", "Roy"]


def test_a_report_that_is_to_come_is_handed_over_and_taken_by_letter(
    cast: Cast, roy: Person, mailoutbox: list[Any]
) -> None:
    coming, mona = make_report(make_cycle(read_charter()), cast.aurora), cast.actor("mona")
    assign_reports(mona, [coming], cast.rita.pk)
    assert notified() == []

    assign_reports(mona, [coming], roy.pk, "Look at <May>.", {coming.pk: cast.rita.pk})
    assert notified() == ["Rita", "Roy"]
    [letter] = [each for each in mailoutbox if each.to == [roy.email]]
    for words in ("Look at <May>.", "can read it from then on", f"/secretariat/cycles/{coming.cycle.slug}/"):
        assert words in letter.body
    unassign_report(mona, coming, "Roy leaves.", roy.pk)
    assert notified() == ["Roy"]
    assert "Roy leaves." in mailoutbox[-1].body


def test_a_note_stands_in_the_letter(cast: Cast, report: Report, roy: Person, mailoutbox: list[Any]) -> None:
    hand_over_report(cast.actor("mona"), report, roy.pk, "Look at <May>.", cast.rita.pk)
    run_all_jobs()

    [letter] = [each for each in mailoutbox if each.to == [roy.email]]
    assert letter.subject.startswith("A review was handed over: Aurora Video")
    assert "Look at <May>." in letter.body


def test_an_interest_is_notified_once_and_without_its_reason(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    declare_interest(cast.actor("rita"), cast.aurora, "My sister works there.")

    assert notified() == ["Mona"]
    [letter] = [each for each in mailoutbox if each.to == [cast.mona.email]]
    assert "1 report waits for another reviewer." in letter.body
    assert "sister" not in letter.body


def test_whoever_has_verdicts_to_confirm_is_notified_of_the_interest(
    cast: Cast, report: Report, roy: Person, mailoutbox: list[EmailMessage]
) -> None:
    """Roy reviews what Rita has judged; Ruth, who reviews nothing of it, is not notified."""
    make_person("Ruth", cast.secretariat, Role.REVIEWER)
    rita, search = cast.actor("rita"), Measure.objects.get(charter=report.charter, key="search")
    give_verdict(rita, report, measure=search, value="limited", reason="As filed.")
    hand_over_report(rita, report, roy.pk, "Yours.", cast.rita.pk)
    assert notified() == ["Roy"]

    declare_interest(rita, cast.aurora, "My sister works there.")

    assert notified() == ["Mona", "Roy"]
    letters = {letter.to[0]: " ".join(letter.body.split()) for letter in mailoutbox}
    words = f"You are the reviewer of the report: {report.cycle.title}."
    assert (words in letters[roy.email], words in letters[cast.mona.email]) == (True, False)
    assert f"/secretariat/reviews/{report.pk}/confirm-verdicts/" in letters[roy.email]


def test_the_second_reader_is_asked_by_letter(cast: Cast, report: Report, roy: Person) -> None:
    ask_second_reading(cast.actor("rita"), report, ReadingRequest(roy.pk, (), is_blind=True))

    assert notified() == ["Roy"]


def test_the_reviewer_is_notified_when_the_second_reader_has_an_interest(
    cast: Cast, report: Report, roy: Person, mailoutbox: list[EmailMessage]
) -> None:
    """The reader is too; where the reviewer has withdrawn what they asked for, the reader alone."""
    asked = ReadingRequest(roy.pk, (), is_blind=True)
    reading = ask_second_reading(cast.actor("rita"), report, asked)
    withdraw_reading(cast.actor("rita"), reading, "It is not needed.")
    assert notified() == ["Roy"]
    ask_second_reading(cast.actor("rita"), report, asked)
    notified()
    mailoutbox.clear()

    declare_interest(actor_of(roy), cast.aurora, "My sister works there.")
    notified()

    letters = {
        each.to[0]: str(each.body) for each in mailoutbox if "second reading was withdrawn" in each.subject
    }
    assert sorted(letters) == sorted([cast.rita.email, roy.email])
    assert "by Roy has ended unfinished" in letters[cast.rita.email]
    assert f"/secretariat/reviews/{report.pk}/" in letters[cast.rita.email]
    assert "You do not have to read the report" in letters[roy.email]


def test_who_asked_is_notified_with_the_reason_when_somebody_else_withdraws_the_reading(
    cast: Cast, report: Report, roy: Person, mailoutbox: list[EmailMessage]
) -> None:
    reading = ask_second_reading(cast.actor("rita"), report, ReadingRequest(roy.pk))
    notified()
    mailoutbox.clear()

    withdraw_reading(cast.actor("mona"), reading, "Roy is away until May.")

    assert notified() == ["Rita", "Roy"]
    assert all("Roy is away until May." in str(each.body) for each in mailoutbox)


def test_who_asked_is_notified_also_before_the_report_is_filed(
    cast: Cast, report: Report, roy: Person
) -> None:
    reading = ask_second_reading(cast.actor("rita"), report, ReadingRequest(roy.pk))
    notified()
    Report.objects.update(submitted_at=None)

    withdraw_reading(cast.actor("mona"), reading, "Roy is away until May.")

    assert notified() == ["Rita"]


@pytest.mark.parametrize(
    ("has_left", "recipients", "words"),
    [
        (False, ["Rita", "Roy"], "a manager or whoever the report is assigned to can ask another"),
        (True, ["Mona", "Roy"], "Ask another reviewer if one is needed."),
    ],
)
def test_a_reading_of_a_report_without_a_reviewer_does_not_end_unnoticed(
    cast: Cast,
    report: Report,
    roy: Person,
    mailoutbox: list[Any],
    has_left: bool,
    recipients: list[str],
    words: str,
) -> None:
    """Who asked is notified, and where they have left the managers, but no manager with an interest."""
    max_ = make_person("Max", cast.secretariat, Role.MANAGER)
    ask_second_reading(cast.actor("rita"), report, ReadingRequest(roy.pk, (), is_blind=True))
    Report.objects.update(reviewer=None)
    if has_left:
        cast.rita.memberships.update(ended_at=timezone.now())
    declare_interest(actor_of(max_), cast.aurora, "She has shares.")
    notified()
    mailoutbox.clear()

    declare_interest(actor_of(roy), cast.aurora, "My sister works there.")
    notified()

    names = dict(Person.objects.values_list("email", "name"))
    letters = {names[each.to[0]]: each.body for each in mailoutbox if "reading was withdrawn" in each.subject}
    assert sorted(letters) == recipients
    assert words in letters[recipients[0]]


def test_a_reviewer_whose_difference_a_manager_has_settled_is_notified(
    cast: Cast, report: Report, roy: Person, mailoutbox: list[EmailMessage]
) -> None:
    reading = ask_second_reading(cast.actor("rita"), report, ReadingRequest(roy.pk))
    notified()
    mailoutbox.clear()

    facts = {"report": report.pk, "reader": roy.pk}
    journal.record(cast.actor("mona"), "second_reading.settle", reading, **facts)
    assert notified() == ["Rita", "Roy"]
    subjects = {each.to[0]: each.subject.partition(":")[0] for each in mailoutbox}
    assert subjects == {
        cast.rita.email: "A second reading is settled", roy.email: "Your second reading is settled"
    }  # fmt: skip
    journal.record(cast.actor("rita"), "second_reading.settle", reading, **facts)
    assert notified() == ["Roy"]


def test_the_reviewer_is_notified_when_a_pause_has_ended(cast: Cast, report: Report) -> None:
    pause_review(cast.actor("mona"), report, today() + timedelta(days=2), "The register is closed.")
    assert notified() == ["Rita"]
    Report.objects.update(paused_until=today() - timedelta(days=1))

    tasks.enqueue_reminders_task()

    assert notified() == ["Rita"]


def test_an_answer_goes_to_the_reviewer_of_the_report(cast: Cast, report: Report, roy: Person) -> None:
    question = Question.objects.create(
        report=report, organisation=cast.aurora, text="Why?", asked_by=cast.rita, state="answered"
    )
    journal.record(cast.actor("alice"), "question.answer", question, report=report.pk)
    assert notified() == ["Rita"]

    Report.objects.update(reviewer=None)
    journal.record(cast.actor("alice"), "question.answer", question, report=report.pk)
    assert notified() == ["Rita", "Roy"]

    Report.objects.update(reviewer=roy)
    roy.memberships.update(ended_at=timezone.now())
    journal.record(cast.actor("alice"), "question.answer", question, report=report.pk)
    assert notified() == ["Rita"]


def test_managers_are_notified_of_a_reading_that_has_no_reviewer_to_settle_it(
    cast: Cast, report: Report, roy: Person
) -> None:
    """No manager with an interest is."""
    max_ = make_person("Max", cast.secretariat, Role.MANAGER)
    declare_interest(actor_of(max_), cast.aurora, "She has shares.")
    reading = ask_second_reading(cast.actor("rita"), report, ReadingRequest(roy.pk))
    notified()

    journal.record(actor_of(roy), "second_reading.differ", reading, report=report.pk)
    assert notified() == ["Rita"]
    cast.rita.memberships.update(ended_at=timezone.now())
    journal.record(actor_of(roy), "second_reading.differ", reading, report=report.pk)
    assert notified() == ["Mona"]


def test_the_weekly_letter_names_overdue_reviews_and_those_without_a_reviewer(
    cast: Cast, report: Report, roy: Person
) -> None:
    Report.objects.update(submitted_at=timezone.now() - timedelta(days=40))
    overdue = stalled_work(actor_of(roy))
    Report.objects.update(reviewer=None)
    unassigned = stalled_work(actor_of(roy))

    assert [len(part) for part in (overdue.overdue, overdue.reviewer)] == [1, 0]
    assert [len(part) for part in (unassigned.overdue, unassigned.reviewer)] == [0, 1]
