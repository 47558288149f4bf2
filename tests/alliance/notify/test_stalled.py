"""Once a week the secretariat's managers are notified of what nobody takes on, in one letter with links."""

from datetime import date, timedelta
from typing import Any

import pytest

from alliance import tasks
from alliance.enums import ReportState
from alliance.models import ExtensionRequest, Person, Report
from alliance.queries.stalled import stalled_work
from alliance.services.extensions import ask_for_extension
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.mail import address_fingerprint
from tests.factories import Cast, make_cycle, make_organisation, make_report, read_charter
from tests.support.calendar import Calendar
from tests.support.jobs import run_all_jobs
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 8, 31)


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    return Calendar(monkeypatch, MONDAY)


def beat(calendar: Calendar) -> None:
    tasks.enqueue_stalled_reminder_task()
    run_all_jobs()
    calendar.morning()


def to_managers(cast: Cast, letters: list[Any]) -> list[Any]:
    return [letter for letter in letters if letter.to == [cast.mona.email] and "matter" in letter.subject]


def set_due(report: Report, day: date) -> None:
    Report.objects.filter(pk=report.pk).update(due_on=day)


def test_managers_are_notified_each_week_of_what_waits_with_links(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any]
) -> None:
    cycle = make_cycle(read_charter())
    waiting = make_report(cycle, cast.aurora)
    make_submission(waiting, ReportState.SUBMITTED)
    Report.objects.filter(pk=waiting.pk).update(submitted_at=calendar.now - timedelta(days=7))
    unsigned = make_report(cycle, cast.beacon, ReportState.AWAITING_SIGN_OFF)
    journal.record(cast.actor("carol"), "report.ask_for_sign_off", unsigned)
    draft, far = (make_report(cycle, make_organisation(slug)) for slug in ("cedar", "dune"))
    set_due(unsigned, MONDAY + timedelta(days=20))
    set_due(draft, MONDAY + timedelta(days=20))
    set_due(far, MONDAY + timedelta(days=60))

    beat(calendar)
    beat(calendar)
    calendar.pass_days(7)
    beat(calendar)

    first, second = to_managers(cast, mailoutbox)
    # at first the report without a reviewer, and two members without anybody
    assert first.subject == "Nobody has taken on 3 matters"
    assert f"/secretariat/reviews/{waiting.pk}/" in first.body
    assert first.body.count(f"/secretariat/members/{draft.organisation_id}/") == 1
    # a week later also the signature that nobody gives, and the draft that is due in 13 days
    assert second.subject == "Nobody has taken on 5 matters"
    assert "sign-off requested on" in second.body
    assert second.body.count(f"/secretariat/cycles/{cycle.slug}/") == 2
    assert not [
        letter for letter in mailoutbox if letter.to == [cast.rita.email] and "matter" in letter.subject
    ]


@pytest.mark.parametrize("reached", [False, True])
def test_an_organisation_whose_every_drafter_is_unreachable_is_named(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any], reached: bool
) -> None:
    set_due(make_report(make_cycle(read_charter()), cast.aurora), MONDAY + timedelta(days=60))
    for person in (cast.alice, *(() if reached else (cast.sven,))):
        Person.objects.filter(pk=person.pk).update(bounced_address=address_fingerprint(person.email))

    beat(calendar)

    letters = to_managers(cast, mailoutbox)
    assert [("Aurora Video" in letter.body) for letter in letters] == ([] if reached else [True])


def test_a_paused_review_is_not_named(cast: Cast, calendar: Calendar) -> None:
    make_submission(make_report(make_cycle(read_charter()), cast.aurora), ReportState.SUBMITTED)
    since = {"submitted_at": calendar.now - timedelta(days=8)}
    counts = []
    for paused_until in (MONDAY + timedelta(days=3), MONDAY - timedelta(days=1)):
        Report.objects.update(paused_until=paused_until, **since)
        with acting_as(SYSTEM):
            counts.append(stalled_work(SYSTEM).count)

    assert counts == [0, 1]


def test_a_report_that_nobody_corrects_is_named_after_two_weeks(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any]
) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora, ReportState.CHANGES_REQUESTED)
    journal.record(cast.actor("rita"), "report.request_changes", report)
    run_all_jobs()
    for _week in range(3):
        beat(calendar)
        calendar.pass_days(7)

    [letter] = to_managers(cast, mailoutbox)
    assert "Reports that are not corrected" in letter.body
    assert f"/secretariat/reviews/{report.pk}/" in letter.body


@pytest.mark.parametrize(
    ("asked_days_ago", "due_in", "is_named"), [(7, 60, True), (0, 6, True), (6, 60, False)]
)
def test_a_request_for_more_time_that_nobody_answers_is_named(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any], asked_days_ago: int, due_in: int, is_named: bool
) -> None:
    """After a week, or before the deadline passes."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    set_due(report, MONDAY + timedelta(days=due_in))
    report.refresh_from_db()
    with acting_as(cast.actor("alice")) as alice:
        until = report.due_on + timedelta(days=7)
        ask_for_extension(alice, report, until=until, reason="Two offices moved.")
    ExtensionRequest.objects.update(asked_at=calendar.now - timedelta(days=asked_days_ago))

    beat(calendar)

    named = [
        letter
        for letter in to_managers(cast, mailoutbox)
        if "Requests for more time without an answer" in letter.body
    ]
    assert len(named) == is_named


def test_of_a_returned_report_the_day_to_submit_again_counts(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any]
) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora, ReportState.CHANGES_REQUESTED)
    set_due(report, MONDAY - timedelta(days=30))
    Report.objects.filter(pk=report.pk).update(changes_due_on=MONDAY + timedelta(days=60))
    report.refresh_from_db()
    with acting_as(cast.actor("alice")) as alice:
        ask_for_extension(alice, report, until=MONDAY + timedelta(days=70), reason="Two offices moved.")
    ExtensionRequest.objects.update(asked_at=calendar.now)

    beat(calendar)

    assert not any("for more time" in letter.body for letter in to_managers(cast, mailoutbox))


def test_nothing_is_sent_where_nothing_waits_or_all_is_taken_on_before_the_morning(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any]
) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    set_due(report, MONDAY + timedelta(days=10))
    tasks.enqueue_stalled_reminder_task()
    run_all_jobs()
    assert Event.objects.filter(kind="organisation.remind_stalled").count() == 1
    Report.objects.filter(pk=report.pk).update(state=ReportState.EXEMPT)
    calendar.morning()
    calendar.pass_days(7)
    beat(calendar)

    assert to_managers(cast, mailoutbox) == []
    assert Event.objects.filter(kind="organisation.remind_stalled", actor_kind=SYSTEM.kind).count() == 1
