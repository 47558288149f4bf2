"""What keeps a review from its conclusion: each line leads to the place where it is given."""

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Measure, Report
from alliance.services.second_readings import ReadingRequest, ask_second_reading, give_opinion, send_reading
from portal.kernel.access import acting_as
from tests.alliance.web.secretariat.test_verdicts import commitment_url, give, measure_url
from tests.factories import Cast, actor_of, make_person
from tests.support.pages import words_of
from tests.support.report_acts import judge_all
from tests.support.review_desk import review_url

pytestmark = pytest.mark.django_db


def test_a_verdict_that_was_taken_back_is_led_to_and_takes_the_focus(
    cast: Cast, rita: Client, report: Report
) -> None:
    judge_all(cast, report, "limited")
    rita.post(measure_url(report), {"act": "take_back", "version": "1"})

    page = rita.get(f"{review_url(report)}conclude/").content.decode()

    assert f'<a href="{measure_url(report)}#verdict">1.1 Search</a>' in page
    assert 'id="verdict" tabindex="-1"' in rita.get(measure_url(report)).content.decode()
    whole = rita.get(review_url(report))
    assert "1 verdict is missing. What is missing" in words_of(whole)


def test_a_difference_that_is_not_explained_any_more_leads_to_its_field(
    cast: Cast, rita: Client, report: Report
) -> None:
    judge_all(cast, report, "limited")
    give(rita, commitment_url(report), "complete", version=1, difference="It is minor.")
    give(rita, measure_url(report), "not_started", version=1)

    page = rita.get(f"{review_url(report)}conclude/").content.decode()

    assert f'<a href="{commitment_url(report)}#id_difference">1 Find</a>' in page
    assert 'id="id_difference"' in rita.get(commitment_url(report)).content.decode()


@pytest.mark.parametrize(("value", "end"), [("", "/"), ("complete", "/settle/")])
def test_a_second_reading_that_is_open_or_differs_is_led_to(
    cast: Cast, rita: Client, report: Report, value: str, end: str
) -> None:
    judge_all(cast, report, "limited")
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    with acting_as(cast.actor("rita")) as reviewer:
        reading = ask_second_reading(reviewer, report, ReadingRequest(roy.pk, ["search"]))
    if value:
        measure = Measure.objects.get(charter=report.charter, key="search")
        with acting_as(actor_of(roy)) as reader:
            give_opinion(reader, reading, measure, value=value, reason="All of it.")
            send_reading(reader, reading)

    link = f'<a href="/secretariat/readings/{reading.pk}{end}">Open the second reading</a>'
    assert link in rita.get(f"{review_url(report)}conclude/").content.decode()
    assert link in rita.get(review_url(report)).content.decode()
