"""One member, commitment, cycle or report for programs: JSON, CSV, Atom, badge, linked from its page."""

import csv
import hashlib
import io
import json
from base64 import b64encode
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from PIL import Image

from alliance.enums import CycleState, ReportState, Standing
from alliance.models import Cycle, PublishedFigure, PublishedReport, Report
from alliance.services.publications import record_report_notice
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Card, draw_card
from portal.kernel.documents.cards import title_lines
from portal.kernel.publishing import Publication, touch_public_revision
from tests.factories import Cast, make_cycle, make_organisation, make_report, make_service, read_charter
from tests.support.corrections import KIDS, correct, figures
from tests.support.pages import show_at_once, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.routes import routes
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

PAGES = ("members/aurora-video", "commitments/find", "cycles/2026-h1", "reports/aurora-video/2026-h1")


@pytest.fixture
def publication(cast: Cast) -> Publication:
    """Aurora has a report with a verdict and a reply; Beacon has one, too."""
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    make_service(cast.aurora, "clips")
    make_published_report(cycle, cast.beacon, verdicts={"find": "limited"})
    figures = {"search": [submitted_figure("time-to-removal", "12.5", service="clips")]}
    return make_published_report(cycle, cast.aurora, figures, {"find": "complete"}, {"find": "Thanks."})


def json_of(client: Client, address: str) -> Any:
    return json.loads(client.get(f"/en/{address}.json").content)


@pytest.mark.usefixtures("publication")
def test_a_member_has_its_own_rows_alone(client: Client) -> None:
    facts = json_of(client, "members/aurora-video")
    assert (facts["kind"], facts["licence"]) == ("member", "CC-BY-4.0")
    assert {
        row["member"] for name in ("reports", "verdicts", "replies", "figures") for row in facts[name]
    } == {"aurora-video"}
    assert facts["replies"][0]["text"] == "Thanks."
    answer = client.get("/en/members/aurora-video.csv")
    packed = client.get("/en/members/aurora-video.csv", headers={"Accept-Encoding": "gzip"})
    digest = b64encode(hashlib.sha256(answer.content).digest()).decode()
    assert answer["Repr-Digest"] == f"sha-256=:{digest}:"
    assert (packed["Content-Encoding"], packed.has_header("Repr-Digest")) == ("gzip", False)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["value"] for row in rows if row["indicator"] == "time-to-removal"] == ["12.5"]
    assert len(rows) == len(facts["figures"])


@pytest.mark.usefixtures("publication")
def test_withheld_figures_have_no_value_in_record_files(client: Client) -> None:
    PublishedFigure.objects.filter(indicator_key="time-to-removal").update(withheld=True)
    touch_public_revision()
    row = next(
        row
        for row in json_of(client, "members/aurora-video")["figures"]
        if row["indicator"] == "time-to-removal"
    )
    assert (row["status"], row["value"]) == ("withheld", None)


@pytest.mark.usefixtures("publication")
def test_a_commitment_and_a_cycle_have_the_rows_of_all_members(client: Client) -> None:
    commitment = json_of(client, "commitments/find")
    verdicts = {(row["member"], row["value"]) for row in commitment["verdicts"] if not row["measure"]}
    assert verdicts == {("aurora-video", "complete"), ("beacon-search", "limited")}
    assert {row["key"] for row in commitment["charter"] if row["kind"] == "commitment"} == {"find"}
    cycle = json_of(client, "cycles/2026-h1")
    assert {row["member"]: row["standing"] for row in cycle["reports"]} == {
        "aurora-video": "filed",
        "beacon-search": "filed",
    }


@pytest.mark.usefixtures("publication")
@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_page_links_to_its_files_and_each_answers(client: Client, address: str, language: str) -> None:
    page = client.get(f"/{language}/{address}/")
    for suffix in ("json", "csv", "atom", "svg"):
        assert f'href="/{language}/{address}.{suffix}"' in page.content.decode(), suffix
        answer = client.get(f"/{language}/{address}.{suffix}")
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*"), suffix
    assert ("Cite:" if language == "en" else "Цитировать:") in words_of(page)


def test_every_data_file_of_the_record_is_read_from_any_site(rf: RequestFactory) -> None:
    files = {
        name: entry
        for name, entry in routes()
        if name.startswith("public:")
        and str(entry.pattern).rstrip("$").endswith((".csv", ".json", ".atom", ".svg", ".xlsx", "/body"))
    }
    closed = [name for name, entry in files.items() if entry.callback(rf.options("/")).status_code != 204]

    assert {"public:promise-table", "public:search-feed", "public:practice-data"} < set(files)
    assert closed == []


@pytest.mark.usefixtures("publication")
def test_a_table_made_when_asked_for_shows_other_sites_its_digest(client: Client) -> None:
    answer = client.get("/en/promises.csv", headers={"Origin": "https://example.org"})

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Repr-Digest" in answer["Access-Control-Expose-Headers"]
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize("address", PAGES)
def test_feed_and_badge_are_well_formed(client: Client, publication: Publication, address: str) -> None:
    feed = ElementTree.fromstring(client.get(f"/en/{address}.atom").content)
    atom = "{http://www.w3.org/2005/Atom}"
    links = {entry.findtext(f"{atom}id") or "" for entry in feed.iter(f"{atom}entry")}
    if "commitments" not in address:
        assert any(link.endswith(f"/publications/{publication.number}/") for link in links)
    badge = client.get(f"/en/{address}.svg")
    assert badge["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert ElementTree.fromstring(badge.content).tag.endswith("svg")


@pytest.mark.usefixtures("publication")
def test_a_badge_says_a_fact(client: Client) -> None:
    cycle = Cycle.objects.get(slug="2026-h1")
    record_report_notice(SYSTEM, make_report(cycle, make_organisation("excused"), ReportState.EXEMPT))
    assert "2 of 2 reports filed" in client.get("/en/cycles/2026-h1.svg").content.decode()
    assert "Publication No. 2" in client.get("/en/reports/aurora-video/2026-h1.svg").content.decode()


def test_badge_of_a_corrected_report(client: Client, cast: Cast) -> None:
    cycle = make_published_cycle(make_cycle(read_charter(), "2026-h1"))
    make_published_report(cycle, cast.aurora, figures("10", "20"))
    with acting_as(SYSTEM):
        report = Report.objects.get(cycle=cycle, organisation=cast.aurora)
    correct(cast, report, KIDS, "12")
    touch_public_revision()
    number = Publication.objects.latest("number").number

    assert f"Publication No. {number}, corrected" in client.get("/en/reports/aurora-video/2026-h1.svg").text
    assert (
        f"Публикация №\N{NO-BREAK SPACE}{number}, исправлено"
        in client.get("/ru/reports/aurora-video/2026-h1.svg").text
    )


@pytest.mark.parametrize(
    ("state", "words"), [(ReportState.EXEMPT, "Exempt"), (ReportState.NOT_FILED, "Not filed")]
)
@pytest.mark.usefixtures("publication")
def test_a_badge_of_a_report_that_there_is_not_says_what_became_of_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, state: ReportState, words: str
) -> None:
    show_at_once(monkeypatch)
    cycle = Cycle.objects.get(slug="2026-h1")
    record_report_notice(SYSTEM, make_report(cycle, make_organisation("excused"), state))
    badge = f"/en/reports/excused/{cycle.slug}.svg"

    assert words in client.get(badge).text
    # the notice is corrected: it had been filed
    PublishedReport.objects.filter(organisation__slug="excused").update(notice=Standing.FILED)
    Report.objects.filter(organisation__slug="excused").update(state=ReportState.SUBMITTED)
    touch_public_revision()
    assert words not in client.get(badge).text


@pytest.mark.parametrize(
    ("state", "words"),
    [(CycleState.OPEN, "Open, reports due 31 July 2026"), (CycleState.CLOSED, "Closed, not published yet")],
)
def test_a_badge_of_a_cycle_counts_nothing_before_it_is_published(
    client: Client, cast: Cast, state: CycleState, words: str
) -> None:
    cycle = make_cycle(read_charter(), "2026-h1", state)
    Cycle.objects.update(due_on="2026-07-31")
    make_report(cycle, cast.aurora, ReportState.SUBMITTED)

    assert words in client.get("/en/cycles/2026-h1.svg").text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("address", ["card", *PAGES])
@pytest.mark.usefixtures("publication")
def test_a_card_is_a_picture_for_messengers(client: Client, address: str) -> None:
    card = client.get(f"/ru/{address}.png")
    assert card["Content-Type"] == "image/png"
    assert Image.open(BytesIO(card.content)).size == (1200, 630)
    assert len(card.content) < 60_000
    assert (
        f'content="{settings.ORIGIN}/ru/{address}.png"'
        in client.get(f"/ru/{'' if address == 'card' else f'{address}/'}").content.decode()
    )


def test_no_line_of_a_card_begins_with_a_dash_or_ends_with_a_short_word() -> None:
    class FixedWidth:
        def getlength(self, text: str) -> int:
            return 50 * len(text)

    lines = title_lines("Аврора Видео: отчёт за\xa0январь — июнь 2026", FixedWidth())  # type: ignore[arg-type]  # it measures as a font does

    assert lines == ["Аврора Видео: отчёт", "за\xa0январь\xa0— июнь", "2026"]


def test_a_long_title_keeps_its_place_on_a_card() -> None:
    card = Card("Альянс " * 30, "Обязательство", "Противодействие " * 40, "факт " * 50, "x" * 300)
    assert draw_card(card) == draw_card(card)
    assert Image.open(BytesIO(draw_card(card))).size == (1200, 630)


@pytest.mark.parametrize(
    "address", ["members/nobody", "commitments/none", "cycles/2000-h1", "reports/nobody/2000-h1"]
)
def test_unpublished_records_have_no_files(client: Client, address: str) -> None:
    for suffix in ("json", "csv", "atom", "svg", "png"):
        assert client.get(f"/en/{address}.{suffix}").status_code == 404, suffix
