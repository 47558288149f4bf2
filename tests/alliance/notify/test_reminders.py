"""Reminders: each once, by the day in the alliance's time zone, and only of what is still so."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from alliance import tasks
from alliance.enums import CycleState, OrganisationState, ReportState, Role
from alliance.models import Answer, Indicator, Organisation, Person, Report, Response
from alliance.queries import deadlines
from alliance.services.extensions import extend_report
from alliance.services.reminders import enqueue_reminders
from alliance.services.reviews import request_changes
from portal.kernel import jobs, journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job, queue
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from portal.kernel.text import NO_BREAK
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.calendar import Calendar
from tests.support.jobs import run_all_jobs
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 1)


class Days(Calendar):
    """The calendar, with beat's round of reminders."""

    def advance(self, days: int) -> list[str]:
        """Run beat so many days later; returns the notices since, by kind."""
        self.pass_days(days)
        return remind()


def remind() -> list[str]:
    before = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    tasks.enqueue_reminders_task()
    run_all_jobs()
    events = Event.objects.filter(pk__gt=before, kind__startswith="report.remind").order_by("pk")
    return list(events.values_list("kind", flat=True))


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch, TODAY)


@pytest.fixture
def report(cast: Cast, days: Days) -> Report:
    return due(make_report(make_cycle(read_charter()), cast.aurora), TODAY + timedelta(days=42))


def due(report: Report, day: date) -> Report:
    report.due_on = day
    report.save(update_fields=["due_on"])
    return report


@acting_as(SYSTEM)
def write_answer(report: Report) -> None:
    """Aurora has written one answer."""
    indicator = Indicator.objects.filter(measure__charter=report.cycle.charter, type="narrative")[0]
    Answer.objects.create(report=report, organisation=report.organisation, indicator=indicator, text="Done.")


def keys() -> list[str]:
    dedupe_keys = Job.objects.filter(kind="remind").order_by("pk").values_list("dedupe_key", flat=True)
    return [key.partition(":")[2].partition(":")[2].partition(":")[2] for key in dedupe_keys]


def to(letters: list[Any], name: str) -> Any:
    """The one letter to this person of the cast."""
    address = Person.objects.get(name=name.capitalize()).email
    (letter,) = [letter for letter in letters if letter.to == [address]]
    return letter


def notified_names() -> list[str]:
    return sorted(Delivery.objects.filter(channel=Channel.INBOX).values_list("recipient__name", flat=True))


def test_day_by_day_each_step_is_reminded_of_once(days: Days, report: Report) -> None:
    for _day in range(60):
        days.advance(1)

    assert keys() == ["30d", "14d", "7d", "1d", "0d", "overdue:0", "overdue:1", "overdue:last:2026-10-23"]


def test_who_drafts_and_who_signs_is_notified_and_nobody_else(days: Days, report: Report) -> None:
    days.advance(35)
    assert notified_names() == ["Alice", "Sven"]


def test_after_days_without_beat_the_latest_step_alone_is_sent(days: Days, report: Report) -> None:
    days.advance(12)
    days.advance(27)

    assert keys() == ["30d", "7d"]


def test_a_clock_that_jumps_a_day_and_back_sends_nothing_twice_and_loses_nothing(
    days: Days, report: Report
) -> None:
    days.advance(27)
    for jump in (1, -1, 1, -1, 8, -1, 1, 6, -6, 6):
        days.advance(jump)

    assert keys() == ["30d", "14d", "7d", "1d"]


def test_a_later_day_has_reminders_of_its_own(cast: Cast, days: Days, report: Report) -> None:
    due(report, days.today + timedelta(days=1))
    remind()
    extend_report(cast.actor("mona"), report, days.today + timedelta(days=21), "They asked.")
    for _day in range(21):
        days.advance(1)

    assert keys() == ["1d", "14d", "7d", "1d", "0d"]


def test_a_reminder_from_before_the_day_was_known_is_skipped(cast: Cast, days: Days, report: Report) -> None:
    due(report, days.today + timedelta(days=3))
    extend_report(cast.actor("mona"), report, days.today + timedelta(days=12), "They asked.")

    assert remind() == []
    assert days.advance(5) == [deadlines.DUE]
    assert keys() == ["7d"]


@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.EXEMPT, ReportState.CHANGES_REQUESTED])
def test_what_is_filed_or_exempt_is_not_reminded_of(days: Days, report: Report, state: str) -> None:
    Report.objects.filter(pk=report.pk).update(state=state)
    assert days.advance(35) == []


def test_what_is_filed_between_the_schedule_and_its_job_is_not_reminded_of(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    days.pass_days(35)
    enqueue_reminders()
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    run_all_jobs()

    assert (Event.objects.filter(kind=deadlines.DUE).count(), mailoutbox) == (0, [])


def test_a_letter_is_dropped_when_it_was_filed_before_it_went_out(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    days.pass_days(35)
    enqueue_reminders()
    for _round in ("remind", "route_event"):
        for job_id in queue.due_ids():
            jobs.run_job(job_id)
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    days.morning()

    assert notified_names() == ["Alice", "Sven"]
    assert mailoutbox == []


def test_whose_cycle_was_published_early_is_reminded_all_the_same(days: Days, report: Report) -> None:
    expected = days.advance(35)
    report.cycle.state = CycleState.PUBLISHED
    report.cycle.save()
    assert expected
    assert days.advance(6)


def test_the_letter_says_how_many_days_and_answers_are_left(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    write_answer(report)
    days.advance(35)
    days.morning()
    letter = to(mailoutbox, "alice")

    assert letter.subject == "7 days left: 13 answers are open (report for Half 1 of 2026)"
    for text in (letter.body, letter.alternatives[0][0]):
        assert "13 of 14 answers are open." in text
        assert "13 October 2026, 24:00 MSK" in text.replace(NO_BREAK, " ")
        assert "23 October 2026, 24:00 MSK, and will be marked late" in text.replace(NO_BREAK, " ")


def test_the_signatory_is_reminded_of_the_signature_and_led_to_it(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    Report.objects.filter(pk=report.pk).update(state=ReportState.AWAITING_SIGN_OFF)
    Person.objects.filter(name="Sven").update(language="ru")
    days.advance(35)
    days.morning()
    signatory, editor = to(mailoutbox, "sven"), to(mailoutbox, "alice")

    assert signatory.subject.startswith("Осталось 7 дней: нужна ваша подпись (отчёт за ")
    assert f"/workspace/reports/{report.pk}/submit/" in signatory.body
    assert editor.subject.startswith("7 days left: a signatory has to sign (report for ")
    assert "/submit/" not in editor.body


def test_an_overdue_letter_says_until_when_it_can_still_be_filed(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    assert days.advance(43) == [deadlines.OVERDUE]
    days.morning()
    letter = to(mailoutbox, "alice")
    assert letter.subject.replace(NO_BREAK, " ").startswith(
        "Overdue, 9 days of grace left: the report has not been begun"
    )
    assert "The days of grace end on: 23 October 2026, 24:00 MSK." in letter.body.replace(NO_BREAK, " ")


def test_the_last_day_of_grace_has_a_letter_of_its_own(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    days.advance((report.grace_ends_on - TODAY).days)
    days.morning()

    assert mailoutbox[0].subject.startswith("Last day of grace: ")
    assert "That is today: it is the last day." in mailoutbox[0].body


def test_a_report_for_which_changes_were_requested_is_reminded_of_each_week(
    cast: Cast, days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    make_submission(report, ReportState.CHANGES_REQUESTED)
    journal.record(cast.actor("rita"), "report.request_changes", report)
    run_all_jobs()
    mailoutbox.clear()

    sent = [days.advance(1) for _day in range(15)]
    days.morning()

    assert [number for number, kinds in enumerate(sent, 1) if kinds] == [7, 14]
    assert [kind for kinds in sent for kind in kinds] == [deadlines.CHANGES] * 2
    assert "It has not been submitted again" in mailoutbox[0].body
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    assert deadlines.CHANGES not in days.advance(6)


def test_the_day_of_requested_changes_is_announced_and_its_end_reminds_the_reviewer(
    cast: Cast, days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    make_submission(report, ReportState.IN_REVIEW)
    Report.objects.filter(pk=report.pk).update(reviewer=cast.rita)
    with acting_as(cast.actor("rita")) as rita:
        request_changes(rita, report, "Say more.", due_on=days.today + timedelta(days=9))
    run_all_jobs()
    assert "10 September 2026" in mailoutbox[0].body.replace(NO_BREAK, " ")

    sent = [days.advance(1) for _day in range(11)]

    named = [(number, kind) for number, kinds in enumerate(sent, 1) for kind in kinds]
    assert [pair for pair in named if pair[1] != deadlines.CHANGES] == [
        (2, deadlines.CHANGES_DUE),
        (8, deadlines.CHANGES_DUE),
        (9, deadlines.CHANGES_DUE),
        (10, deadlines.RESUME),
    ]
    notified = Delivery.objects.filter(channel=Channel.INBOX, event__kind=deadlines.RESUME)
    assert list(notified.values_list("recipient__name", flat=True)) == ["Rita"]


# --- Replies ---------------------------------------------------------------------------------


@pytest.fixture
def concluded(days: Days, report: Report) -> Report:
    make_submission(report, ReportState.CONCLUDED)
    report.concluded_at, report.respond_by = timezone.now(), days.today + timedelta(days=14)
    report.state = ReportState.CONCLUDED
    report.save()
    return report


def test_the_end_of_the_time_for_replies_is_announced_a_week_and_a_day_before(
    days: Days, concluded: Report
) -> None:
    for _day in range(20):
        days.advance(1)

    assert keys() == ["respond:7d", "respond:1d"]
    assert notified_names() == ["Alice", "Alice", "Sven", "Sven"]


def test_a_member_that_has_replied_is_not_reminded_until_its_review_is_concluded_anew(
    cast: Cast, days: Days, concluded: Report
) -> None:
    Response.objects.create(
        report=concluded, organisation=cast.aurora, text="Thanks.", language="en", signatory_name="Sven",
        signed_by=cast.sven, signed_at=timezone.now(),
    )  # fmt: skip
    assert days.advance(7) == []

    concluded.concluded_at, concluded.respond_by = timezone.now(), days.today + timedelta(days=14)
    concluded.save()
    assert days.advance(7) == [deadlines.RESPONSE]


# --- Reviews ---------------------------------------------------------------------------------


@pytest.fixture
def submitted(days: Days, report: Report) -> Report:
    make_submission(report, ReportState.SUBMITTED)
    return report


def test_reviewers_are_reminded_each_week_in_which_nobody_takes_it_up(days: Days, submitted: Report) -> None:
    for _day in range(15):
        days.advance(1)

    assert keys() == ["review:1", "review:2"]
    assert notified_names() == ["Rita", "Rita"]


def test_a_reviewer_with_ties_is_not_reminded(cast: Cast, days: Days, submitted: Report) -> None:
    cast.rita.memberships.create(organisation=cast.aurora, roles=["reader"])
    days.advance(7)
    assert notified_names() == []


def test_what_a_reviewer_has_left_behind_waits_for_the_others(
    cast: Cast, days: Days, submitted: Report
) -> None:
    make_person("Ray", cast.secretariat, Role.REVIEWER)
    cast.rita.memberships.update(ended_at=timezone.now())
    days.advance(7)
    assert notified_names() == ["Ray"]


def test_what_is_paused_does_not_wait(days: Days, submitted: Report) -> None:
    Report.objects.update(paused_until=days.today + timedelta(days=10))
    assert [days.advance(7), days.advance(7)] == [[], [deadlines.REVIEW]]


def test_what_is_being_reviewed_does_not_wait(days: Days, submitted: Report) -> None:
    Report.objects.filter(pk=submitted.pk).update(state=ReportState.IN_REVIEW)
    assert days.advance(7) == []


def test_a_suspended_members_people_are_not_notified(cast: Cast, days: Days, report: Report) -> None:
    type(cast.aurora).objects.filter(pk=cast.aurora.pk).update(state="suspended")
    days.advance(35)
    assert notified_names() == []


def test_the_line_in_the_inbox_says_what_is_left_in_the_readers_language(days: Days, report: Report) -> None:
    days.advance(35)
    quoted = Delivery.objects.filter(channel=Channel.INBOX)[0].quotes["reminder.headline"]
    assert quoted == {
        "en": "7 days left: the report has not been begun",
        "ru": "Осталось 7 дней: отчёт не начат",
    }


def test_reminders_by_hand_stay_what_they_were(cast: Cast, days: Days, report: Report) -> None:
    journal.record(cast.actor("mona"), "cycle.remind", report.cycle, reports=[report.pk])
    run_all_jobs()
    assert notified_names() == ["Alice", "Sven"]


# --- Without access ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [OrganisationState.FORMER, OrganisationState.SUSPENDED])
@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"state": ReportState.DRAFT, "due_on": TODAY}, deadlines.DUE),
        ({"state": ReportState.DRAFT, "due_on": TODAY - timedelta(days=1)}, deadlines.OVERDUE),
        ({"state": ReportState.CHANGES_REQUESTED, "changes_due_on": TODAY}, deadlines.CHANGES_DUE),
        ({"state": ReportState.CONCLUDED, "respond_by": TODAY + timedelta(days=1)}, deadlines.RESPONSE),
    ],
)
def test_a_member_without_access_is_reminded_of_nothing(
    cast: Cast, days: Days, report: Report, changes: dict[str, Any], kind: str, state: str
) -> None:
    Report.objects.update(**changes)
    with acting_as(SYSTEM):
        before = [each.kind for each in deadlines.due_reminders()]
        enqueue_reminders()
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=state)
    run_all_jobs()

    with acting_as(SYSTEM):
        assert kind in before
        assert [each.kind for each in deadlines.due_reminders()] == []
        assert not Event.objects.filter(kind__startswith="report.remind").exists()
