"""A silent second reader is reminded once; a reading says of which submission it is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance.enums import ReportDecisionKind, ReportState, SecondReadingState
from alliance.models import Measure, Person, Report, ReportDecision, SecondReading
from alliance.queries.second_readings import ReadSubmission, submission_read
from alliance.services.reviews import give_verdict, start_review
from alliance.services.second_readings import (
    ReadingRequest,
    ask_second_reading,
    enqueue_reading_reminders,
    record_reading_reminder,
    withdraw_reading,
)
from alliance.tasks import enqueue_reminders_task
from portal.kernel.access import Actor
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.notifications import clear_notifications, inbox_lines_of
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]


@pytest.fixture
def reading(cast: Cast, rita: Actor, roy: Person) -> SecondReading:
    """Roy was asked by Rita, eight days ago; the report was submitted the day before."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report)
    start_review(rita, report)
    for measure in Measure.objects.filter(charter=report.cycle.charter):
        give_verdict(rita, report, measure=measure, value="limited", reason="Begun.")
    reading = ask_second_reading(rita, report, ReadingRequest(roy.pk, request="Look at May."))
    SecondReading.objects.update(asked_at=timezone.now() - timedelta(days=8))
    Report.objects.update(submitted_at=timezone.now() - timedelta(days=9))
    clear_notifications()
    return reading


def test_a_silent_reader_is_reminded_once(cast: Cast, reading: SecondReading) -> None:
    enqueue_reminders_task()

    [(_name, line)] = inbox_lines_of("Roy", "Rita", "Mona")
    assert line.startswith("Your second reading is awaited: ")
    assert enqueue_reading_reminders() == 0
    assert not record_reading_reminder(reading.pk)
    for url in (f"/secretariat/readings/{reading.pk}/", f"/secretariat/reviews/{reading.report_id}/"):
        assert "reminded on" in words_of(signed_in(cast.rita).get(url)), url


def test_a_report_that_is_returned_before_the_job_runs_reminds_nobody(reading: SecondReading) -> None:
    assert enqueue_reading_reminders() == 1
    Report.objects.update(state=ReportState.CHANGES_REQUESTED)

    assert not record_reading_reminder(reading.pk)
    assert SecondReading.objects.get().reminded_at is None


def test_nobody_is_reminded_too_early_or_of_what_is_over(rita: Actor, reading: SecondReading) -> None:
    SecondReading.objects.update(asked_at=timezone.now() - timedelta(days=3))
    assert enqueue_reading_reminders() == 0

    withdraw_reading(rita, SecondReading.objects.get(), "It is not needed.")
    SecondReading.objects.update(asked_at=timezone.now() - timedelta(days=8))
    assert enqueue_reading_reminders() == 0
    assert not record_reading_reminder(reading.pk)


def test_a_sent_reading_says_of_which_submission_it_is(
    cast: Cast, rita: Actor, reading: SecondReading
) -> None:
    SecondReading.objects.update(state=SecondReadingState.DIFFERS, answered_at=timezone.now())
    reading.refresh_from_db()
    assert submission_read(rita, reading) is None

    second = make_submission(Report.objects.get(), ReportState.IN_REVIEW, number=2)

    assert submission_read(rita, reading) == ReadSubmission(1, 2)
    for page in ("", "settle/"):
        shown = words_of(signed_in(cast.rita).get(f"/secretariat/readings/{reading.pk}/{page}"))
        assert "As of submission 1" in shown, page

    recall = {"organisation": cast.aurora, "kind": ReportDecisionKind.RECALL, "decided_by": cast.sven}
    ReportDecision.objects.create(report=second.report, submission=second, **recall)
    assert submission_read(rita, reading) is None
