"""Letters that wait for the working morning of their reader, and come together; last warnings come on their day."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from alliance import tasks
from alliance.enums import ReportState
from alliance.models import Person, Report
from alliance.queries.local_dates import time_zone
from alliance.services.obligations import exempt_report
from portal.kernel import jobs, mail
from portal.kernel.access import acting_as
from portal.kernel.backups import cancel_all, hold_messages
from portal.kernel.jobs import Job, JobState
from portal.kernel.notices import Delivery, DeliveryState, Digest, Pace, bound_letters
from portal.kernel.notices.bundles import enqueue_bundles
from portal.kernel.operations import cancel_job
from portal.kernel.text import NO_BREAK
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.calendar import Calendar, send_waiting_letters
from tests.support.digest_days import choose_pace
from tests.support.jobs import run_all_jobs
from tests.support.submissions import make_submission

TUESDAY = date(2026, 9, 1)
SATURDAY = date(2026, 9, 5)


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    return Calendar(monkeypatch, TUESDAY)


@pytest.fixture
def report(db: None, cast: Cast, calendar: Calendar) -> Report:
    """Aurora's, due a week from that Tuesday."""
    return due(make_report(make_cycle(read_charter()), cast.aurora), TUESDAY + timedelta(days=7))


def due(report: Report, day: date) -> Report:
    report.due_on = day
    report.save(update_fields=["due_on"])
    return report


def beat() -> None:
    tasks.enqueue_reminders_task()
    run_all_jobs()
    send_waiting_letters()


def letters_to(letters: list[Any], person: Person) -> list[Any]:
    return [letter for letter in letters if letter.to == [person.email]]


def subjects_to(letters: list[Any], person: Person) -> list[str]:
    return [letter.subject for letter in letters_to(letters, person)]


def live_in(person: Person, zone: str, hour: int = 9) -> None:
    Person.objects.filter(pk=person.pk).update(time_zone=zone, morning_hour=hour)


def test_a_reminder_waits_for_the_morning_of_its_reader(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any]
) -> None:
    live_in(cast.alice, "Asia/Vladivostok", 8)
    beat()
    assert mailoutbox == []
    calendar.set(TUESDAY, time(8), ZoneInfo("Asia/Vladivostok"))
    beat()
    assert [letter.to for letter in mailoutbox] == [[cast.alice.email]]
    calendar.morning()

    assert [letter.to for letter in mailoutbox] == [[cast.alice.email], [cast.sven.email]]
    body = mailoutbox[0].body.replace(NO_BREAK, " ")
    assert "8 September 2026, 24:00 MSK, which is 9 September 2026, 07:00 UTC+10 in your time zone." in body
    assert "in your time zone" not in mailoutbox[1].body


def test_a_step_on_a_weekend_comes_on_friday_and_the_last_day_on_the_day_itself(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any]
) -> None:
    due(report, SATURDAY + timedelta(days=8))  # a Sunday; 7 days before it is one too
    sent = {}
    for _day in range(14):
        mailoutbox.clear()
        beat()
        calendar.morning()
        sent[calendar.today.isoformat()] = [
            subject.partition(":")[0] for subject in subjects_to(mailoutbox, cast.alice)
        ]
        calendar.pass_days(1)

    assert {day: subjects for day, subjects in sent.items() if subjects} == {
        "2026-09-01": ["12 days left"],  # the step of 14 days, announced by nobody and late
        "2026-09-04": ["9 days left"],
        "2026-09-11": ["2 days left"],
        "2026-09-13": ["Last day"],
        "2026-09-14": ["Overdue, 9 days of grace left"],
    }


def test_reminders_of_one_morning_come_in_one_letter_with_an_action_each(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any]
) -> None:
    earlier = due(
        make_report(make_cycle(read_charter(), "2025-h2"), cast.aurora), TUESDAY - timedelta(days=1)
    )
    beat()
    calendar.morning()
    [letter] = letters_to(mailoutbox, cast.alice)

    assert letter.subject == (
        "7 days left: the report has not been begun (report for Half 1 of 2026), and 1 more"
    )
    for page in (report.pk, earlier.pk):
        assert letter.body.count(f"/workspace/reports/{page}/") == 1
        assert f"/workspace/reports/{page}/" in letter.alternatives[0][0]
    assert "Overdue, " in letter.body
    assert set(Delivery.objects.filter(channel="email").values_list("state", flat=True)) == {"sent"}
    assert [len(subjects_to(mailoutbox, person)) for person in (cast.alice, cast.sven)] == [1, 1]


def test_a_reminder_that_no_longer_applies_in_the_morning_is_left_out(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any]
) -> None:
    earlier = due(
        make_report(make_cycle(read_charter(), "2025-h2"), cast.aurora), TUESDAY - timedelta(days=1)
    )
    beat()
    exempt_report(cast.actor("mona"), earlier, "Founded later.")
    run_all_jobs()
    mailoutbox.clear()
    calendar.morning()

    assert subjects_to(mailoutbox, cast.alice) == [
        "7 days left: the report has not been begun (report for Half 1 of 2026)"
    ]


def test_another_try_sends_the_same_letter_under_the_same_message_id(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the letter went out; another reminder is due before the next try."""
    beat()
    calendar.set(TUESDAY, time(9))
    enqueue_bundles()
    enqueue_bundles()
    first, second = Job.objects.filter(kind="send_bundle").order_by("pk")
    with monkeypatch.context() as patch:
        patch.setattr(bound_letters.Outcome, "write", _die)
        jobs.run_job(first.pk)
    due(make_report(make_cycle(read_charter(), "2025-h2"), cast.aurora), TUESDAY - timedelta(days=1))
    Job.objects.filter(pk=first.pk).update(next_at=datetime(2026, 1, 1, tzinfo=UTC))
    beat()

    ids = [letter.extra_headers["Message-ID"] for letter in letters_to(mailoutbox, cast.alice)]
    assert ids[0] == ids[1]
    assert len(ids) == 3  # the other reminder came within the morning, as a letter of its own
    assert len(letters_to(mailoutbox, cast.sven)) == 2
    del second


def _die(*_: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize("pace", [Pace.DAILY, Pace.WEEKLY, Pace.OFF])
def test_a_reader_of_digests_gets_no_second_letter_in_the_morning(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any], pace: Pace
) -> None:
    choose_pace(cast.alice.pk, pace)
    for _day in range(8):
        beat()
        calendar.morning()
        calendar.pass_days(1)

    # the last two are compulsory: they come in the morning, whatever was chosen; on the Monday of the weekly digest
    # that of one day has replaced the one of seven
    first = ["1 message"] if pace == Pace.DAILY else []
    last = [
        f"{left}: the report has not been begun (report for Half 1 of 2026)"
        for left in ("1 day left", "Last day")
    ]
    assert sorted(subjects_to(mailoutbox, cast.alice)) == sorted(first + last)
    assert len(letters_to(mailoutbox, cast.sven)) == 3  # 7 days, 1 day, the last one


# --- Bad days --------------------------------------------------------------------------------


def test_a_beat_that_stood_still_for_three_days_sends_each_once_and_says_that_it_is_late(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any]
) -> None:
    submitted = make_report(make_cycle(read_charter(), "2025-h2"), cast.beacon)
    make_submission(submitted, ReportState.SUBMITTED)
    Report.objects.filter(pk=submitted.pk).update(submitted_at=calendar.now - timedelta(days=6))
    calendar.pass_days(3)
    for _round in range(3):
        beat()
        calendar.morning()

    assert subjects_to(mailoutbox, cast.alice) == [
        "4 days left: the report has not been begun (report for Half 1 of 2026)"
    ]
    [letter] = letters_to(mailoutbox, cast.rita)
    assert "This reminder is 2 days late." in letter.body
    assert "This reminder is 3 days late." in letters_to(mailoutbox, cast.alice)[0].body


def test_a_mail_server_that_was_away_for_two_days_gets_each_letter_once_with_the_truth(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any], settings: Any
) -> None:
    """More tries than a job has: none is counted while no connection comes about."""
    beat()
    calendar.set(TUESDAY, time(9))
    enqueue_bundles()
    letters, backend = Job.objects.filter(kind="send_bundle"), settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    for _try in range(jobs.TRIES + 1):
        for job in letters:
            jobs.run_job(job.pk)
            mail.forget_outage()
        letters.update(next_at=datetime(2026, 1, 1, tzinfo=UTC))
    settings.EMAIL_BACKEND = backend
    calendar.pass_days(2)
    for _round in range(2):
        beat()
        calendar.morning()

    [letter] = letters_to(mailoutbox, cast.alice)
    assert letter.subject.startswith("5 days left: ")
    assert "This reminder is 2 days late." in letter.body


def test_after_an_outage_over_two_steps_the_later_one_alone_is_sent(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any]
) -> None:
    """The letter of the day before had not gone out when the last day came."""
    due(report, TUESDAY + timedelta(days=1))
    beat()
    calendar.pass_days(1)
    beat()
    calendar.morning()

    [letter] = letters_to(mailoutbox, cast.alice)
    assert letter.subject == "Last day: the report has not been begun (report for Half 1 of 2026)"
    assert letter.body.count("Last day") == 1


def test_a_clock_that_is_set_back_between_schedule_and_job_loses_and_repeats_nothing(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any]
) -> None:
    beat()
    calendar.set(TUESDAY, time(9))
    enqueue_bundles()
    calendar.pass_days(-1)
    run_all_jobs()
    for _day in range(3):
        calendar.pass_days(1)
        beat()
        calendar.morning()

    assert len(letters_to(mailoutbox, cast.alice)) == 1


@pytest.mark.parametrize("tried", [False, True])
def test_a_letter_that_a_manager_has_cancelled_keeps_no_later_one_back(
    cast: Cast,
    calendar: Calendar,
    report: Report,
    mailoutbox: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    tried: bool,
) -> None:
    beat()
    calendar.set(TUESDAY, time(9))
    enqueue_bundles()
    letters = Job.objects.filter(kind="send_bundle")
    with monkeypatch.context() as patch:
        patch.setattr("portal.kernel.mail.send", _die)
        for job in letters if tried else ():
            jobs.run_job(job.pk)
    letters.update(state=JobState.DEAD)
    with acting_as(cast.actor("mona")) as mona:
        for job in letters:
            cancel_job(mona, job, "They were telephoned.")
    assert set(Delivery.objects.filter(channel="email").values_list("state", flat=True)) == {"given_up"}
    calendar.pass_days(6)
    beat()
    calendar.morning()

    assert [subject.partition(":")[0] for subject in subjects_to(mailoutbox, cast.alice)] == ["1 day left"]


def test_after_a_restore_whose_letters_nobody_sends_the_next_reminder_comes(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any]
) -> None:
    beat()
    calendar.set(TUESDAY, time(9))
    enqueue_bundles()
    with connection.cursor() as cursor:
        hold_messages(cursor, calendar.now)
    with acting_as(cast.actor("mona")) as mona:
        assert cancel_all(mona, "They went out before.") == 2
    assert set(Delivery.objects.filter(channel="email").values_list("state", flat=True)) == {"given_up"}
    calendar.pass_days(6)
    beat()
    calendar.morning()

    assert [subject.partition(":")[0] for subject in subjects_to(mailoutbox, cast.alice)] == ["1 day left"]


def test_reminders_whose_day_has_passed_while_the_mail_server_was_away_are_dropped(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any]
) -> None:
    due(report, TUESDAY + timedelta(days=1))
    beat()
    calendar.pass_days(2)
    calendar.morning()

    assert letters_to(mailoutbox, cast.alice) == []
    assert set(Delivery.objects.filter(channel="email").values_list("state", flat=True)) == {"dropped"}
    assert set(Digest.objects.values_list("state", flat=True)) == {DeliveryState.DROPPED}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Vladivostok", "America/New_York"])
def test_a_changed_zone_reminds_nobody_twice(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any], settings: Any, zone: str
) -> None:
    beat()
    calendar.morning()
    settings.TIME_ZONE = zone
    assert time_zone().key == zone
    for _day in range(6):
        beat()
        calendar.morning()
        calendar.pass_days(1)

    assert [subject.partition(":")[0] for subject in subjects_to(mailoutbox, cast.alice)] == ["7 days left"]


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_daylight_saving_in_the_alliances_zone_loses_and_repeats_nothing(
    cast: Cast, calendar: Calendar, report: Report, mailoutbox: list[Any], settings: Any, change: date
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    due(report, change + timedelta(days=2))
    calendar.set(change - timedelta(days=5))
    while calendar.today <= change + timedelta(days=3):
        calendar.now += timedelta(hours=6)
        beat()

    assert [subject[:13] for subject in subjects_to(mailoutbox, cast.alice)] == [
        "7 days left: ",
        "1 day left: t",
        "Last day: the",
        "Overdue, 9 da",
    ]
