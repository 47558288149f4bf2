"""The PDF of a published report: asked for by a post, built once for everybody, fetched from one address."""

import hashlib
import re

import pytest
from django.test import Client

from alliance.models import Cycle
from portal.kernel.documents import Document
from portal.kernel.jobs import Job
from tests.factories import Cast, make_report
from tests.support.jobs import run_all_jobs
from tests.support.pdf_reports import search_figures, two_half_years
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
PAGE = "/en/reports/aurora-video/2026-h1/document/"
FILE = "/en/reports/aurora-video/2026-h1/report.pdf"


@pytest.fixture
def cycle() -> Cycle:
    return two_half_years()[1]


@pytest.fixture
def unasked(cast: Cast, cycle: Cycle) -> None:
    """A published report whose document nobody has asked for, as after loading a demonstration."""
    make_published_report(cycle, cast.aurora, search_figures(), {"find": "limited"})
    Document.objects.all().delete()
    Job.objects.all().delete()


def page(client: Client, path: str = PAGE) -> str:
    response = client.get(path)
    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)
    return response.content.decode()


def fetched(client: Client, path: str) -> bytes:
    """The first bytes of the file."""
    content: bytes = b"".join(client.get(path).streaming_content)
    return content[:5]


@pytest.mark.usefixtures("unasked")
def test_looking_asks_for_nothing(client: Client) -> None:
    content = page(client)

    button = '<input type="hidden" name="format" value="pdf"><button class="button" data-kind="primary"'
    assert f'<form method="post" action="{PAGE}">{button}' in content
    assert "csrfmiddlewaretoken" not in content
    assert client.get(FILE)["Location"] == PAGE
    assert (Document.objects.count(), client.cookies.keys()) == (0, {}.keys())


@pytest.mark.usefixtures("unasked")
def test_the_head_of_a_report_says_that_no_digest_of_its_csv_is_known(client: Client) -> None:
    head = client.get("/en/reports/aurora-video/2026-h1/").text.partition('<div class="with-index')[0]
    table = client.get("/en/reports/aurora-video/2026-h1.csv")

    assert "The CSV is made when it is asked for" in head
    digest = hashlib.sha256(table.content).hexdigest()
    assert client.get(f"/en/verify/{digest}/").context["results"][0]["verification"] is None


def test_json_of_a_report_is_stored(cast: Cast, cycle: Cycle, client: Client) -> None:
    make_published_report(cycle, cast.aurora, search_figures())
    others = Document.objects.exclude(kind="report.json").values_list("pk", flat=True)
    Job.objects.filter(kind="build_document", payload__document__in=list(others)).delete()
    run_all_jobs()
    links = re.findall(
        r'href="([^"]+)">(?:\s*<[^>]+>)*\s*JSON', client.get("/en/reports/aurora-video/2026-h1/").text
    )

    assert (len(links), len(set(links))) == (2, 1)
    digest = hashlib.sha256(b"".join(client.get(links[0]).streaming_content)).hexdigest()
    [result] = client.get(f"/en/verify/{digest}/").context["results"]
    assert result["verification"] is not None


def test_files_made_when_asked_for(cast: Cast, client: Client) -> None:
    page, table = client.get("/en/members/aurora-video/").text, client.get("/en/members/aurora-video.csv")
    digest = hashlib.sha256(table.content).hexdigest()

    assert "CSV and JSON are made when they are asked for: unlike stored files they have no digest" in page
    unknown = client.get(f"/en/verify/{digest}/")
    assert unknown.context["results"][0]["verification"] is None
    assert "such as the CSV of a report or a comparison" in unknown.text


@pytest.mark.usefixtures("unasked")
def test_asking_twice_builds_once(client: Client) -> None:
    answers = [client.post(PAGE) for _ in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, PAGE)] * 2
    document = Document.objects.get()
    assert (document.kind, document.requested_by_id, document.state) == ("report.pdf", None, "queued")
    assert Job.objects.filter(kind="build_document").count() == 1


@pytest.mark.usefixtures("unasked")
def test_each_language_has_its_own(client: Client) -> None:
    for language in ("en", "ru"):
        client.post(PAGE.replace("/en/", f"/{language}/"))

    assert sorted(Document.objects.values_list("language", flat=True)) == ["en", "ru"]


@pytest.mark.usefixtures("unasked")
def test_the_page_looks_again_until_the_document_is_ready(client: Client) -> None:
    client.post(PAGE)
    waiting = page(client)
    run_all_jobs()
    part = page(client, f"{PAGE}progress/")

    assert f'hx-get="{PAGE}progress/"' in waiting
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting
    assert "hx-get" not in part
    assert (f'href="{FILE}"' in part, Document.objects.get().sha256 in part) == (True, True)


@pytest.mark.usefixtures("unasked")
def test_the_file_is_a_private_matter_of_nobody(client: Client) -> None:
    client.post(PAGE)
    run_all_jobs()

    response = client.get(FILE)

    assert b"".join(response.streaming_content)[:5] == b"%PDF-"
    headers = (
        "Content-Type",
        "Content-Disposition",
        "X-Content-Type-Options",
        "Content-Security-Policy",
        "Cache-Control",
    )
    assert [response[name] for name in headers] == [
        "application/pdf",
        'attachment; filename="aurora-video-2026-h1-en.pdf"',
        "nosniff",
        "default-src 'none'; frame-ancestors 'none'; sandbox",
        "public, max-age=0, must-revalidate",
    ]
    assert client.get(FILE, headers={"if-none-match": response["ETag"]}).status_code == 304


def test_a_publication_queues_its_document_in_every_language(
    cast: Cast, cycle: Cycle, client: Client
) -> None:
    make_published_report(cycle, cast.aurora, search_figures())
    run_all_jobs()

    assert [fetched(client, FILE.replace("/en/", f"/{code}/")) for code in ("en", "ru")] == [b"%PDF-"] * 2


@pytest.mark.usefixtures("unasked")
def test_one_that_failed_says_why_and_is_tried_again(client: Client) -> None:
    client.post(PAGE)
    Document.objects.update(state="failed", error="The pages could not be set.")
    Job.objects.update(state="done")

    failed = page(client)
    client.post(PAGE)
    run_all_jobs()

    assert "The pages could not be set." in failed
    button = '<input type="hidden" name="format" value="pdf"><button class="button" type="submit">Try again'
    assert f'<form method="post" action="{PAGE}">{button}' in failed
    assert fetched(client, FILE) == b"%PDF-"


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}progress/", FILE])
def test_what_is_not_published_does_not_exist(cast: Cast, cycle: Cycle, client: Client, path: str) -> None:
    make_submission(make_report(cycle, cast.aurora))

    foreign, missing = client.get(path), client.get(path.replace("aurora-video", "nobody"))

    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert client.post(PAGE).status_code == 404
    assert Document.objects.count() == 0
