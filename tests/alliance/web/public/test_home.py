"""The home page."""

import pytest
from django.test import Client

from alliance.models import Cycle, PublishedFigure, PublishedTarget, Service, Site
from alliance.queries.site import read_site
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast, make_cycle, read_cast, read_charter
from tests.support.open_data import build_release
from tests.support.pages import show_at_once
from tests.support.pledges import make_published_pledge
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


@pytest.fixture
def answered(cycles: tuple[Cycle, Cycle, Cast]) -> Cast:
    """Three cycles more than a year apart in all; times of two services; a target that was missed; the open data."""
    cast, charter = cycles[2], read_charter()
    first = make_cycle(charter, "2025-h1")
    make_published_report(first, cast.aurora, verdicts={"find": "complete"})
    make_published_cycle(first)
    for organisation, service, hours in (
        (cast.aurora, "aurora-kids", "9"),
        (cast.beacon, "beacon-web", "2.5"),
    ):
        PublishedFigure.objects.create(
            valid_from=1, organisation=organisation, service=Service.objects.get(slug=service), cycle=cycles[1],
            indicator_key="time-to-removal", status="reported", value=hours,
        )  # fmt: skip
    record = make_published_pledge(cast.aurora, {"due_on": "2026-03-31"}).record
    PublishedTarget.objects.create(
        valid_from=1, organisation=cast.aurora, record=record, number=1, due_on="2026-03-31", outcome="missed"
    )
    build_release()
    touch_public_revision()
    return cast


@pytest.mark.usefixtures("answered")
def test_home_answers_what_readers_ask(client: Client) -> None:
    answers = client.get("/en/").context["answers"]

    assert [(answer.question, answer.url) for answer in answers] == [
        ("Which company is the fastest?", "/en/compare/?indicator=time-to-removal"),
        ("What was promised and not kept?", "/en/promises/"),
        ("What changed since last year?", "/en/changes/?from=2025-h1&to=2026-h1"),
        ("Where are all figures in one table?", "/en/data/#figures"),
        ("Is this document the one that was published?", "/en/verify/"),
    ]
    assert answers[0].text.endswith(": Beacon Web (Beacon Search), 2.5\N{NO-BREAK SPACE}hours.")
    assert answers[1].text == "1 target was missed. 0 of 1 target whose day is over was kept."
    assert answers[2].text.startswith("0 verdicts rose and 1 fell. 2025-I compared with 2026-I;")
    assert [url for _label, url in answers[3].files] == ["/data/v1/figures.csv", "/data/v1/figures.xlsx"]


@pytest.mark.usefixtures("answered")
def test_a_corrected_time_of_the_fastest_says_what_it_was(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_at_once(monkeypatch)
    figures = PublishedFigure.objects.filter(indicator_key="time-to-removal")
    was = {"status": "reported", "value": "3.5", "choice": ""}
    figures.filter(value="2.5").update(corrected_in=1, was=was)
    touch_public_revision()
    (fastest, *_others) = client.get("/en/").context["answers"]
    assert fastest.text.endswith(
        ": Beacon Web (Beacon Search), 2.5\N{NO-BREAK SPACE}hours (corrected, was 3.5\N{NO-BREAK SPACE}hours)."
    )

    figures.update(value="2.5")
    touch_public_revision()
    (fastest, *_others) = client.get("/en/").context["answers"]
    assert "Beacon Web (Beacon Search, corrected, was 3.5\N{NO-BREAK SPACE}hours), 2.5" in fastest.text


@pytest.mark.usefixtures("answered")
def test_the_fastest_share_the_first_place_and_what_is_withheld_has_none(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_at_once(monkeypatch)
    figures = PublishedFigure.objects.filter(indicator_key="time-to-removal")
    figures.update(value="2.5")
    touch_public_revision()
    assert "Aurora Kids (Aurora Video); Beacon Web (Beacon Search), 2.5" in client.get("/en/").text

    figures.filter(organisation__slug="aurora-video").update(withheld=True, value=None)
    figures.filter(organisation__slug="beacon-search").update(status="not_measured", value=None)
    touch_public_revision()
    assert "Which company is the fastest?" not in client.get("/en/").text


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize(
    ("query", "compared", "changed"),
    [
        ("?cycle=2025-h2", None, "/en/changes/?from=2025-h1&to=2025-h2"),
        (
            "?as-of=2001-01-01",
            "/en/compare/?indicator=time-to-removal",
            "/en/changes/?from=2025-h1&to=2026-h1",
        ),
    ],
)
def test_an_earlier_cycle_has_answers_of_its_own(
    client: Client, query: str, compared: str | None, changed: str
) -> None:
    urls = [answer.url for answer in client.get(f"/en/{query}").context["answers"]]

    assert (changed in urls, next((url for url in urls if "compare" in url), None)) == (True, compared)


@pytest.mark.usefixtures("answered")
def test_the_sums_of_verdicts_lead_to_what_changed(client: Client) -> None:
    page = client.get("/en/").text

    assert '<a href="/en/changes/?from=2025-h2&amp;to=2026-h1#rose"><b>1</b> verdict rose' in page
    assert '<a href="/en/changes/?from=2025-h2&amp;to=2026-h1#fell"><b>1</b> fell</a>' in page
    assert 'id="rose"' in client.get("/en/changes/?from=2025-h2&to=2026-h1").text


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
