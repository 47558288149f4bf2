"""Second readings of reports that are still to come: asked for by a manager, read once the report is filed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState, SecondReadingState
from alliance.models import Person, Report, SecondReading
from alliance.queries.second_readings import silent_readings
from alliance.services.assignments import assign_reports
from alliance.services.obligations import exempt_report, record_missed_report
from alliance.services.second_readings import ReadingRequest, ask_second_reading
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.notices import Delivery
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def ask(cast: Cast, report: Report, reader: Person, name: str = "mona", *measures: str) -> SecondReading:
    with acting_as(cast.actor(name)) as actor:
        return ask_second_reading(actor, report, ReadingRequest(reader.pk, measures, is_blind=True))


def test_a_reader_is_asked_before_the_report_comes_and_reads_once_it_is_filed(
    cast: Cast, coming: Report, roy: Person, mona: Client
) -> None:
    address, roys = f"/secretariat/reports/{coming.pk}/second-reading/", signed_in(roy)
    assert address in mona.get("/secretariat/reviews/?show=coming").text
    assert (roys.get(address).status_code, "measures" in mona.get(address).text) == (403, False)

    done = mona.post(address, {"reader": roy.pk, "is_blind": "on", "request": "Mind the nights."})

    assert done["Location"] == f"/secretariat/cycles/{coming.cycle.slug}/"
    page = f"/secretariat/readings/{SecondReading.objects.get(report=coming).pk}/"
    assert "is not filed yet" in words_of(roys.get(page))
    assert page not in roys.get("/secretariat/reviews/").text
    queue = mona.get("/secretariat/reviews/?show=coming").text
    assert (page in queue, address in queue) == (True, False)
    run_all_jobs()
    assert not Delivery.objects.filter(event__kind="second_reading.ask").exists()

    make_submission(coming, ReportState.SUBMITTED, assigned=False)

    assert page in roys.get("/secretariat/reviews/").text
    assert "is not filed yet" not in words_of(roys.get(page))


def test_the_letter_of_the_submission_names_the_reading_to_its_reader_alone(
    cast: Cast, coming: Report, roy: Person, mailoutbox: list[Any]
) -> None:
    ask(cast, coming, roy)
    submission = make_submission(coming, ReportState.SUBMITTED, assigned=False)
    with acting_as(cast.actor("sven")) as sven:
        journal.record(sven, "report.submit", coming, submission=submission.pk)
    run_all_jobs()
    asked = {mail.to[0]: "second reading" in str(mail.body) for mail in mailoutbox}
    assert (asked[roy.email], asked[cast.rita.email], asked[cast.sven.email]) == (True, False, False)


def test_only_a_manager_asks_and_for_all_of_the_report(cast: Cast, coming: Report, roy: Person) -> None:
    with acting_as(cast.actor("mona")) as mona:
        assign_reports(mona, [coming], cast.rita.pk)
    with pytest.raises(Forbidden):
        ask(cast, coming, roy, "rita")
    with pytest.raises(DomainError, match="does not require that answer"):
        ask(cast, coming, roy, "mona", "search")
    with pytest.raises(DomainError, match="cannot be the second reader"):
        ask(cast, coming, cast.rita)


def test_the_week_of_a_silent_reader_begins_with_the_submission(
    cast: Cast, coming: Report, roy: Person
) -> None:
    ask(cast, coming, roy)
    SecondReading.objects.update(asked_at=clock.now() - timedelta(days=30))
    make_submission(coming, ReportState.SUBMITTED, assigned=False)
    with acting_as(cast.actor("mona")):
        assert silent_readings() == []
        Report.objects.update(submitted_at=clock.now() - timedelta(days=8))
        assert [reading.reader for reading in silent_readings()] == [roy]


def test_many_get_a_reviewer_and_a_reader_at_once_and_the_reading_is_withdrawn_again(
    cast: Cast, coming: Report, roy: Person, mona: Client
) -> None:
    address = f"/secretariat/reviews/assign/?cycle={coming.cycle.slug}"
    chosen = {"reviewer": cast.rita.pk, "second_reader": roy.pk, "report": [coming.pk]}
    assert "No second reading" not in words_of(mona.post(address, chosen, follow=True))
    reading = SecondReading.objects.get(report=coming)

    address = f"/secretariat/readings/{reading.pk}/withdraw/"
    assert "was not notified yet, and is not notified of this either" in words_of(mona.get(address))
    assert mona.post(address).status_code == 422
    done = mona.post(address, {"reason": "It is not needed.", "language": "en"})

    assert done["Location"] == f"/secretariat/cycles/{coming.cycle.slug}/"
    assert mona.get("/secretariat/reviews/?show=coming").context["rows"][0].readings == []
    assert "It is not needed." in words_of(mona.get(f"/secretariat/readings/{reading.pk}/"))


def test_a_reading_ends_with_the_exemption_of_its_report_and_waits_for_one_that_may_be_filed_late(
    cast: Cast, coming: Report, roy: Person
) -> None:
    late = make_report(coming.cycle, cast.beacon)
    readings = [ask(cast, report, roy) for report in (coming, late)]
    with acting_as(cast.actor("mona")) as mona:
        exempt_report(mona, coming, "It was sold.")
    with acting_as(SYSTEM):
        record_missed_report(late)
        states = [SecondReading.objects.get(pk=reading.pk).state for reading in readings]
    assert states == [SecondReadingState.WITHDRAWN, SecondReadingState.ASKED]
    run_all_jobs()  # who was never told of it is not told of its end
    assert not Delivery.objects.filter(event__kind="second_reading.withdraw").exists()
