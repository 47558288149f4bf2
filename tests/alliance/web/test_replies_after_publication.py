"""The time to reply to verdicts goes on once their report is published: every place says so until its last day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from alliance import tasks
from alliance.enums import CycleState, ReportState
from alliance.models import Charter, Cycle, Report, Response
from alliance.queries import deadlines
from alliance.queries.deadline_shifts import open_deadlines
from alliance.queries.local_dates import today
from alliance.services.cycles import publish_concluded_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.text import NO_BREAK, format_date
from tests.factories import Cast, make_cycle, make_report
from tests.support.calendar import Calendar
from tests.support.cycle_acts import publish
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db

PAGE = "/secretariat/cycles/2026-h1/"


@pytest.fixture
def report(cast: Cast, charter: Charter) -> Report:
    """Aurora's, concluded today: its verdicts can be replied to for two weeks."""
    report = make_report(make_cycle(charter, "2026-h1", CycleState.CLOSED), cast.aurora)
    make_submission(report, ReportState.CONCLUDED)
    report.concluded_at, report.respond_by = timezone.now(), today() + timedelta(days=14)
    report.save(update_fields=["concluded_at", "respond_by"])
    return report


def end_of(report: Report) -> str:
    assert report.respond_by is not None
    return format_date(report.respond_by).replace(NO_BREAK, " ")


def letter_to(cast: Cast, letters: list[Any], subject: str) -> str:
    """The one to Sven that begins so."""
    own = [each for each in letters if each.to == [cast.sven.email] and each.subject.startswith(subject)]
    (letter,) = own
    return " ".join(letter.body.replace(NO_BREAK, " ").split())


def places(cast: Cast, report: Report) -> dict[str, bool]:
    """Which of the places name the time for a reply."""
    sven, mona = signed_in(cast.sven), signed_in(cast.mona)
    with acting_as(cast.actor("mona")) as actor:
        shifts = [each.day for each in open_deadlines(actor)]
    return {
        "home": "Verdicts to reply to" in words_of(sven.get("/workspace/")),
        "report": f"The signatories can reply to the verdicts until {end_of(report)}"
        in words_of(sven.get(f"/workspace/reports/{report.pk}/")),
        "own days": "You can reply to the verdicts"
        in sven.get("/workspace/reports/calendar.ics").content.decode(),
        "days of the cycle": "1 member may reply until 24:00" in words_of(mona.get(f"{PAGE}calendar/")),
        "time zone": report.respond_by in shifts,
    }


def test_after_the_publication_every_place_names_the_day_as_before(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    before = places(cast, report)
    with acting_as(cast.actor("mona")) as mona:
        publish(mona, report.cycle)
    run_all_jobs()
    report.refresh_from_db()
    after = places(cast, report)

    assert (report.state, set(before.values())) == (ReportState.PUBLISHED, {True})
    assert after == before
    letter = letter_to(cast, mailoutbox, "Published")
    assert f"can still reply to its verdicts until {end_of(report)}" in letter
    Report.objects.update(respond_by=today() - timedelta(days=1))
    report.refresh_from_db()
    assert set(places(cast, report).values()) == {False}


def test_while_the_report_is_withdrawn_no_place_asks_for_a_reply(cast: Cast, report: Report) -> None:
    Report.objects.update(state=ReportState.PUBLISHED, withdrawn_as=1)
    assert set(places(cast, report).values()) == {False}


def test_a_report_that_is_published_by_itself_has_the_warning_and_the_day_in_its_letter(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    with acting_as(SYSTEM):
        Cycle.objects.update(state=CycleState.PUBLISHED)
    page = words_of(signed_in(cast.mona).get(f"/secretariat/reports/{report.pk}/publish/"))
    with acting_as(cast.actor("mona")) as mona:
        publish_concluded_report(mona, Report.objects.get(pk=report.pk))
    run_all_jobs()

    assert f"Aurora Video may still reply until {end_of(report)}" in page
    assert "verdicts that it has not replied to stand without a reply until then" in page
    letter = letter_to(cast, mailoutbox, "Published: your report")
    assert f"can still reply to its verdicts until {end_of(report)}" in letter


# --- Reminders -------------------------------------------------------------------------------


class Days(Calendar):
    """The calendar, with beat's round of reminders."""

    def advance(self, days: int) -> list[str]:
        """Run beat so many days later; returns the kinds of the reminders."""
        self.pass_days(days)
        before = list(Event.objects.values_list("pk", flat=True))
        tasks.enqueue_reminders_task()
        run_all_jobs()
        sent = Event.objects.exclude(pk__in=before).filter(kind__startswith="report.remind")
        return list(sent.values_list("kind", flat=True))


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch, date(2026, 9, 1))


@pytest.fixture
def published(days: Days, report: Report) -> Report:
    Report.objects.update(state=ReportState.PUBLISHED)
    report.refresh_from_db()
    return report


def test_the_end_of_the_time_is_announced_although_the_report_is_published(
    cast: Cast, days: Days, published: Report, mailoutbox: list[Any]
) -> None:
    Report.objects.update(concluded_at=timezone.now(), respond_by=days.today + timedelta(days=14))

    sent = [kind for _day in range(7) for kind in days.advance(1)]
    days.morning()
    sent += [kind for _day in range(9) for kind in days.advance(1)]

    assert sent == [deadlines.RESPONSE] * 2
    bodies = [" ".join(letter.body.split()) for letter in mailoutbox if letter.to == [cast.sven.email]]
    assert bodies
    assert all("is published. A signatory can still reply to its verdicts" in body for body in bodies)
    assert not [body for body in bodies if "was corrected" in body]


@pytest.mark.parametrize("reason", ["replied", "withdrawn"])
def test_who_has_replied_or_cannot_reply_is_not_reminded(
    cast: Cast, days: Days, published: Report, reason: str
) -> None:
    Report.objects.update(concluded_at=timezone.now(), respond_by=days.today + timedelta(days=14))
    if reason == "withdrawn":
        Report.objects.update(withdrawn_as=1)
    else:
        Response.objects.create(
            report=published, organisation=cast.aurora, text="Thanks.", language="en", signatory_name="Sven",
            signed_by=cast.sven, signed_at=timezone.now(),
        )  # fmt: skip

    assert days.advance(7) == []
