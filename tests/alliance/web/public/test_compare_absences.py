"""Lines of a comparison that have no figure, with the reason that their member gave."""

from typing import Any

import pytest
from django.test import Client

from alliance.models import Indicator, PublishedPledge
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import touch_public_revision
from tests.factories import make_cycle, make_organisation, make_service, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
REASON = "Counting begins in July."


@pytest.fixture(autouse=True)
def half_year() -> None:
    """Hours of one service; of another none, with a reason; of a third one withheld, also with one."""
    cast, cycle = read_cast(), make_cycle(read_charter())
    services: dict[str, dict[str, Any]] = {
        "clips": {"value": "4"},
        "games": {"value": None, "status": "not_measured", "reason": REASON},
        "news": {
            "value": None, "status": "declined", "reason": "A secret.", "disclosure": "secretariat",
            "disclosure_reason": "A trade secret.",
        },
    }  # fmt: skip
    for slug in services:
        make_service(cast.aurora, slug)
    figures = [
        submitted_figure("time-to-removal", service=slug, **values) for slug, values in services.items()
    ]
    make_published_report(cycle, cast.aurora, {"speed": figures})
    make_published_cycle(cycle)


def test_a_line_without_a_place_has_the_reason_that_its_member_gave(client: Client) -> None:
    words = words_of(client.get("/en/compare/?indicator=time-to-removal"))

    assert f"Games Aurora Video Not measured {REASON}" in words
    assert "A secret." not in words


@pytest.mark.parametrize(
    ("disclosure", "reason"),
    [
        ("public", "Kept for the secretariat, with the member’s reason, or because it would give another"),
        ("secretariat", "The charter keeps this figure for the secretariat."),
    ],
)
def test_a_withheld_line_says_what_may_be_said_and_each_leads_to_its_promise(
    client: Client, disclosure: str, reason: str
) -> None:
    """What the member wrote to the secretariat is not public; of two pledges one is about another service."""
    aurora = read_cast().aurora
    promise = {"indicator": "time-to-removal", "value": "6", "due_on": "2026-12-31"}
    make_published_pledge(aurora, {**promise, "text": "Six hours."})
    other = make_published_pledge(aurora, {**promise, "text": "Games in one."})
    PublishedPledge.objects.filter(pk=other.pk).update(services=[{"slug": "games", "name": {"en": "Games"}}])
    with acting_as(SYSTEM):
        Indicator.objects.filter(key="time-to-removal").update(disclosure=disclosure)
    touch_public_revision()
    answer = client.get("/en/compare/?indicator=time-to-removal")
    words = words_of(answer)

    assert f"News Aurora Video Withheld {reason}" in words
    assert "trade secret" not in words
    assert 'href="/en/about/method/#withheld-title"' in answer.text
    promised = {
        row.series.service.slug: {each.text for each in row.promised} for row in answer.context["unranked"]
    }
    assert promised == {"games": {"Six hours.", "Games in one."}, "news": {"Six hours."}}
    assert f'/en/members/aurora-video/#pledge-{other.record}" lang="en">Games in one.</a>, by' in answer.text


def test_a_reason_in_the_other_language_says_in_which(client: Client) -> None:
    text = client.get("/ru/compare/?indicator=time-to-removal").text
    beginning = text.partition(REASON)[0][-120:]

    assert 'lang="en"' in beginning
    assert "На английском" in beginning


def test_no_line_leads_to_a_report_that_was_never_due(client: Client) -> None:
    make_organisation("newcomer")
    touch_public_revision()

    answer = client.get("/en/compare/?indicator=time-to-removal&members=aurora-video,newcomer")

    assert "Newcomer No report was due" in words_of(answer)
    assert [f"/en/reports/{slug}/" in answer.text for slug in ("aurora-video", "newcomer")] == [True, False]
