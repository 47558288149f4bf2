"""The home page."""

import pytest
from django.test import Client

from alliance.models import Cycle, Site
from alliance.queries.site import read_site
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast, make_cycle, read_cast, read_charter
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycles() -> tuple[Cycle, Cycle, Cast]:
    """Two published cycles: Aurora rises on one commitment and falls on the other, Beacon is new."""
    cast, charter = read_cast(), read_charter()
    before, now = make_cycle(charter, "2025-h2"), make_cycle(charter, "2026-h1")
    make_published_report(before, cast.aurora, verdicts={"find": "limited", "answer": "complete"})
    make_published_report(now, cast.aurora, verdicts={"find": "substantial", "answer": "limited"})
    make_published_report(now, cast.beacon, verdicts={"find": "complete", "answer": "not_due"})
    return make_published_cycle(before), make_published_cycle(now), cast


def test_home_shows_how_the_latest_cycle_stands(client: Client, cycles: tuple[Cycle, Cycle, Cast]) -> None:
    answer = client.get("/en/")

    matrix = answer.context["matrix"]
    assert answer.context["cycle"] == cycles[1]
    assert (matrix.tally.good, matrix.tally.due) == (2, 3)
    assert (
        matrix.changes.improved,
        matrix.changes.worsened,
        matrix.changes.unchanged,
        matrix.changes.new,
    ) == (1, 1, 0, 1)
    assert "2 of 3 verdicts are complete or substantial" in answer.text


def test_a_cell_leads_to_the_commitment_in_the_report(
    client: Client, cycles: tuple[Cycle, Cycle, Cast]
) -> None:
    rows = client.get("/en/").context["grid"]["rows"]

    assert rows[0]["cells"][0]["url"] == "/en/reports/aurora-video/2026-h1/#commitment-find"


def test_home_shows_the_cycle_that_is_asked_for(client: Client, cycles: tuple[Cycle, Cycle, Cast]) -> None:
    answer = client.get("/ru/?cycle=2025-h2")

    assert answer.context["cycle"] == cycles[0]
    assert [row.organisation.slug for row in answer.context["matrix"].rows] == ["aurora-video"]


@pytest.mark.parametrize("address", ["/en/?cycle=2030-h1", "/en/?cycle=2026-h2"])
def test_home_knows_no_cycle_that_is_not_published(
    client: Client, cycles: tuple[Cycle, Cycle, Cast], address: str
) -> None:
    make_cycle(cycles[0].charter, "2026-h2")

    assert client.get(address).status_code == 404


def test_home_says_the_sites_headline_else_the_charters_title(client: Client) -> None:
    assert "<h1>Test charter</h1>" in client.get("/en/").text

    Site.objects.update_or_create(
        id=1, defaults={"name_en": "The alliance", "headline_en": "What was promised"}
    )
    touch_public_revision()
    assert "<h1>What was promised</h1>" in Client().get("/en/").text


@pytest.mark.usefixtures("empty_database")
def test_the_name_of_the_portal_stands_once_in_the_title_of_its_home(client: Client) -> None:
    Site.objects.update_or_create(id=1, defaults={"name_en": "Northern Pledge"})
    read_site.forget()
    assert "<title>Northern Pledge</title>" in client.get("/en/").text


EMPTY = (
    "",
    "commitments/",
    "members/",
    "cycles/",
    "reports/",
    "publications/",
    "compare/",
    "about/",
    "feed.atom",
)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_empty_portal_has_pages_that_say_so(client: Client, language: str) -> None:
    answers = {path: client.get(f"/{language}/{path}").status_code for path in EMPTY}

    assert answers == dict.fromkeys(EMPTY, 200)
