"""Reminders: each once, by the day in the alliance's time zone, and only of what is still so."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from alliance import tasks
from alliance.enums import CycleState, ReportState
from alliance.models import Report, Response
from alliance.queries import deadlines
from alliance.services.obligations import extend_report
from alliance.services.reminders import enqueue_reminders
from portal.kernel import jobs, journal
from portal.kernel.jobs import Job, queue
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 1)


class Days:
    """The calendar: a test sets the day."""

    def __init__(self) -> None:
        self.today = TODAY

    def __call__(self) -> date:
        return self.today

    def advance(self, days: int) -> list[str]:
        """Run beat so many days later; returns the notices since, by kind."""
        self.today += timedelta(days=days)
        return remind()


def remind() -> list[str]:
    before = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    tasks.enqueue_reminders_task()
    run_all_jobs()
    events = Event.objects.filter(pk__gt=before, kind__startswith="report.remind").order_by("pk")
    return list(events.values_list("kind", flat=True))


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    days = Days()
    monkeypatch.setattr(deadlines, "today", days)
    monkeypatch.setattr("alliance.notify.reminders.today", days)
    return days


@pytest.fixture
def report(cast: Cast, days: Days) -> Report:
    return due(make_report(make_cycle(read_charter()), cast.aurora), TODAY + timedelta(days=40))


def due(report: Report, day: date) -> Report:
    report.due_on = day
    report.save(update_fields=["due_on"])
    return report


def keys() -> list[str]:
    dedupe_keys = Job.objects.filter(kind="remind").order_by("pk").values_list("dedupe_key", flat=True)
    return [key.partition(":")[2].partition(":")[2].partition(":")[2] for key in dedupe_keys]


def notified_names() -> list[str]:
    return sorted(Delivery.objects.filter(channel=Channel.INBOX).values_list("recipient__name", flat=True))


def test_day_by_day_each_step_is_reminded_of_once(days: Days, report: Report) -> None:
    for _day in range(60):
        days.advance(1)

    assert keys() == ["30d", "14d", "7d", "1d", "overdue:0", "overdue:1", "overdue:last"]


def test_who_drafts_and_who_signs_is_notified_and_nobody_else(days: Days, report: Report) -> None:
    days.advance(33)
    assert notified_names() == ["Alice", "Sven"]


def test_after_days_without_beat_the_latest_step_alone_is_sent(days: Days, report: Report) -> None:
    days.advance(10)
    days.advance(27)

    assert keys() == ["30d", "7d"]


def test_a_clock_that_jumps_a_day_and_back_sends_nothing_twice_and_loses_nothing(
    days: Days, report: Report
) -> None:
    days.advance(25)
    for jump in (1, -1, 1, -1, 8, -1, 1, 7, -7, 6):
        days.advance(jump)

    assert keys() == ["30d", "14d", "7d", "1d"]


def test_a_later_day_has_reminders_of_its_own(cast: Cast, days: Days, report: Report) -> None:
    days.today = timezone.localdate()
    due(report, days.today + timedelta(days=1))
    remind()
    extend_report(cast.actor("mona"), report, days.today + timedelta(days=21), "They asked.")
    for _day in range(21):
        days.advance(1)

    assert keys() == ["1d", "14d", "7d", "1d"]


def test_a_reminder_from_before_the_day_was_known_is_skipped(cast: Cast, days: Days, report: Report) -> None:
    days.today = timezone.localdate()
    due(report, days.today + timedelta(days=3))
    extend_report(cast.actor("mona"), report, days.today + timedelta(days=12), "They asked.")

    assert remind() == []
    assert days.advance(5) == [deadlines.DUE]
    assert keys() == ["7d"]


@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.EXEMPT, ReportState.CHANGES_REQUESTED])
def test_what_is_filed_or_exempt_is_not_reminded_of(days: Days, report: Report, state: str) -> None:
    Report.objects.filter(pk=report.pk).update(state=state)
    assert days.advance(33) == []


def test_what_is_filed_between_the_schedule_and_its_job_is_not_reminded_of(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    days.today += timedelta(days=33)
    enqueue_reminders()
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    run_all_jobs()

    assert (Event.objects.filter(kind=deadlines.DUE).count(), mailoutbox) == (0, [])


def test_a_letter_is_dropped_when_it_was_filed_before_it_went_out(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    days.today += timedelta(days=33)
    enqueue_reminders()
    for _round in ("remind", "route_event"):
        for job_id in queue.due_ids():
            jobs.run_job(job_id)
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    run_all_jobs()

    assert notified_names() == ["Alice", "Sven"]
    assert mailoutbox == []


def test_whose_cycle_was_published_early_is_reminded_all_the_same(days: Days, report: Report) -> None:
    expected = days.advance(33)
    report.cycle.state = CycleState.PUBLISHED
    report.cycle.save()
    assert expected
    assert days.advance(6)


def test_the_letter_says_the_day_and_how_many_are_left(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    days.advance(33)
    letter = mailoutbox[0]

    assert letter.subject == "Due on 11 October 2026: the report for Half 1 of 2026"
    assert "7 days are left." in letter.body
    assert "7 days are left." in letter.alternatives[0][0]


def test_an_overdue_letter_says_until_when_it_can_still_be_filed(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    assert days.advance(41) == [deadlines.OVERDUE]
    assert (
        "After 21\N{NO-BREAK SPACE}October\N{NO-BREAK SPACE}2026 it counts as not filed."
        in mailoutbox[0].body
    )


def test_the_last_day_of_grace_has_a_letter_of_its_own(
    days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    days.advance((report.grace_ends_on - TODAY).days - 1)
    mailoutbox.clear()

    assert days.advance(1) == [deadlines.OVERDUE]
    assert days.advance(1) == []
    assert "That is today: it is the last day." in mailoutbox[0].body


def test_a_report_for_which_changes_were_requested_is_reminded_of_each_week(
    cast: Cast, days: Days, report: Report, mailoutbox: list[Any]
) -> None:
    make_submission(report, ReportState.CHANGES_REQUESTED)
    journal.record(cast.actor("rita"), "report.request_changes", report)
    run_all_jobs()
    mailoutbox.clear()
    days.today = timezone.localdate()

    sent = [days.advance(1) for _day in range(15)]

    assert [number for number, kinds in enumerate(sent, 1) if kinds] == [7, 14]
    assert [kind for kinds in sent for kind in kinds] == [deadlines.CHANGES] * 2
    assert "It has not been submitted again" in mailoutbox[0].body
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    assert deadlines.CHANGES not in days.advance(6)


# --- Replies ---------------------------------------------------------------------------------


@pytest.fixture
def concluded(days: Days, report: Report) -> Report:
    make_submission(report, ReportState.CONCLUDED)
    days.today = timezone.localdate()
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


def test_a_member_that_has_replied_is_not_reminded(cast: Cast, days: Days, concluded: Report) -> None:
    Response.objects.create(
        report=concluded, organisation=cast.aurora, text="Thanks.", language="en", signatory_name="Sven",
        signed_by=cast.sven,
    )  # fmt: skip
    assert days.advance(7) == []


# --- Reviews ---------------------------------------------------------------------------------


@pytest.fixture
def submitted(days: Days, report: Report) -> Report:
    make_submission(report, ReportState.SUBMITTED)
    days.today = timezone.localdate()
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


def test_what_is_being_reviewed_does_not_wait(days: Days, submitted: Report) -> None:
    Report.objects.filter(pk=submitted.pk).update(state=ReportState.IN_REVIEW)
    assert days.advance(7) == []


def test_a_suspended_members_people_are_not_notified(cast: Cast, days: Days, report: Report) -> None:
    type(cast.aurora).objects.filter(pk=cast.aurora.pk).update(state="suspended")
    days.advance(33)
    assert notified_names() == []


def test_the_line_in_the_inbox_says_the_day_in_the_readers_language(days: Days, report: Report) -> None:
    days.advance(33)
    quoted = Delivery.objects.filter(channel=Channel.INBOX)[0].quotes["reminder.day"]
    assert quoted == {
        "en": "11\N{NO-BREAK SPACE}October\N{NO-BREAK SPACE}2026",
        "ru": "11\N{NO-BREAK SPACE}октября\N{NO-BREAK SPACE}2026\N{NO-BREAK SPACE}г.",
    }


def test_reminders_by_hand_stay_what_they_were(cast: Cast, days: Days, report: Report) -> None:
    journal.record(cast.actor("mona"), "cycle.remind", report.cycle, reports=[report.pk])
    run_all_jobs()
    assert notified_names() == ["Alice", "Sven"]
