"""Every public place that shows a value shows the corrected one with what it was, and none of a withdrawn report."""

from datetime import date

import pytest
from django.test import Client
from django.utils.html import strip_tags

from alliance.enums import CycleState, Role
from alliance.models import Report
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    CorrectionInput,
    agree_to_correction,
    consent_to_correction,
    draft_correction,
    propose_correction,
)
from alliance.services.target_outcomes import project_targets
from alliance.services.withdrawals import ask_for_withdrawal, consent_to_withdrawal
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import acting_as
from portal.kernel.publishing import Publication, touch_public_revision
from tests.factories import Cast, make_cycle, make_person, make_service, read_charter
from tests.factories.cast import actor_of
from tests.support.corrections import REASON, VERDICT, correct
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.public_places import PublicPlaces
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
HOURS = CorrectionPlace("figure", indicator="time-to-removal", service="clips")
# in thousands and parts, so that no other number of a page looks like one of them
OLD, NEW, EARLIER = "777.25", "555.75", "333.5"
PLACES = PublicPlaces("en", "2026-h1", HOURS.indicator)


@pytest.fixture(autouse=True)
def pages_are_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.kernel.publishing.revision._REFRESH_SECONDS", 0.0)


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report on the second of two half-years, with a promise that it decides."""
    charter = read_charter()
    make_service(cast.aurora, "clips")
    target = {"indicator": "time-to-removal", "due_on": date(2026, 3, 31).isoformat(), "value": "600"}
    make_published_pledge(cast.aurora, {**target, "text": "Six hundred."})
    for slug, value in (("2025-h2", EARLIER), ("2026-h1", OLD)):
        cycle = make_cycle(charter, slug, CycleState.PUBLISHED)
        figures = {"speed": [submitted_figure("time-to-removal", value, service="clips")]}
        publication = make_published_report(cycle, cast.aurora, figures, {"find": "complete"})
        make_published_cycle(cycle)
    project_targets(publication, [cast.aurora.pk])
    touch_public_revision()
    return Report.objects.get(cycle__slug="2026-h1")


def seen(client: Client, address: str) -> str:
    """The words of a page, or the text of a file; a drawing says its values in words too."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    is_page = answer["Content-Type"].startswith(("text/html", "image/svg"))
    return words_of(answer) if is_page else answer.content.decode()


def correct_verdict(cast: Cast, report: Report) -> None:
    """From complete to limited, with the consent of a second reviewer."""
    vera = make_person("Vera", cast.secretariat, Role.REVIEWER)
    change = CorrectionInput(
        {VERDICT: {"value": "limited", "reason": "One service is missing.", "difference": "It weighs most."}},
        REASON,
    )
    with acting_as(cast.actor("rita")) as actor:
        correction = propose_correction(actor, draft_correction(actor, report, change))
    with acting_as(cast.actor("sven")) as actor:
        agree_to_correction(actor, correction)
    with acting_as(actor_of(vera)) as actor:
        consent_to_correction(actor, correction)
    with acting_as(cast.actor("mona")) as actor:
        publish_correction(actor, correction)


def test_a_corrected_figure_stands_with_what_it_was(cast: Cast, report: Report, client: Client) -> None:
    correct(cast, report, HOURS, NEW)
    number = str(Publication.objects.get(type="report", revision=2).number)

    lacking = {
        address: [value for value in (NEW, OLD) if value not in text]
        for address in (*PLACES.of_figure, *PLACES.of_answer)
        for text in (seen(client, address),)
    }
    numbers = {
        address: (NEW in text, number in text)
        for address in PLACES.of_number
        for text in (seen(client, address),)
    }

    assert {address: values for address, values in lacking.items() if values} == {}
    assert set(numbers.values()) == {(True, True)}
    assert [feed for feed in PLACES.feeds if f"/publications/{number}/" not in client.get(feed).text] == []
    for address in ("/en/cycles/2026-h1/", "/en/reports/", "/en/members/aurora-video/"):
        words = words_of(client.get(address)).replace("&nbsp;", " ")
        assert f"No. {number} Revision 2" in words, address


def test_a_corrected_verdict_stands_with_what_it_was(cast: Cast, report: Report, client: Client) -> None:
    correct_verdict(cast, report)

    lacking = {
        address: [value for value in ("limited", "complete") if value not in text]
        for address in PLACES.of_verdict
        for text in (seen(client, address).casefold(),)
    }

    assert {address: values for address, values in lacking.items() if values} == {}
    assert "corrected, was Complete" in strip_tags(client.get("/en/promises/").text)


def test_nothing_of_a_withdrawn_report_stands_but_that_it_was_withdrawn(
    cast: Cast, report: Report, client: Client
) -> None:
    publication = Publication.objects.get(type="report", record="aurora-video/2026-h1")
    with acting_as(cast.actor("mona")) as actor:
        request = ask_for_withdrawal(actor, publication, {"en": "Not theirs.", "ru": "Не их."})
    with acting_as(actor_of(make_person("Otto", cast.secretariat, Role.AUDITOR))) as actor:
        done = consent_to_withdrawal(actor, request)

    own = PLACES.of_report
    others = [
        address for address in (*PLACES.of_figure, *PLACES.of_answer, *PLACES.of_number) if address not in own
    ]
    assert [address for address in others if OLD in seen(client, address)] == []
    assert OLD in seen(client, own[0])  # it stays readable at its own address, which says so first
    for address in own:
        assert "Not theirs." in client.get(address).text
    for address in ("/en/cycles/2026-h1/", "/en/members/aurora-video/"):
        assert "Withdrawn" in words_of(client.get(address)), address
    assert "Clips Aurora Video 333.5 Withdrawn" in words_of(
        client.get(f"/en/compare/?indicator={HOURS.indicator}&view=table")
    )
    assert "withdrawn" in client.get("/en/cycles/2026-h1.json").text
    feeds = [feed for feed in PLACES.feeds if not feed.startswith(PLACES.report)]
    assert [
        feed for feed in feeds if f"/publications/{done.published_as}/" not in client.get(feed).text
    ] == []
