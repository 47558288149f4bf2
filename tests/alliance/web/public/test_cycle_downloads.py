"""The workbook of a published cycle: asked for by a post, built once for everybody, fetched from one address."""

from html import unescape

import pytest
from django.test import Client
from django.utils.translation import override

from alliance.models import Cycle
from alliance.services.public_documents import CYCLE_MATRIX_PDF, CYCLE_MATRIX_XLSX
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document, kind_label
from portal.kernel.jobs import Job
from tests.factories import Cast, make_cycle, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.pdf_reports import search_figures, two_half_years
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db
PAGE = "/en/cycles/2026-h1/document/"
FILE = "/en/cycles/2026-h1/cycle.xlsx"


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    """A published cycle none of whose documents is requested."""
    second = two_half_years()[1]
    make_published_report(second, cast.aurora, search_figures(), {"find": "limited"})
    Document.objects.all().delete()
    Job.objects.all().delete()
    return second


@pytest.mark.usefixtures("cycle")
def test_the_page_of_the_cycle_leads_to_it(client: Client) -> None:
    assert f'href="{PAGE}"' in client.get("/en/cycles/2026-h1/").content.decode()


@pytest.mark.usefixtures("cycle")
@pytest.mark.parametrize(
    ("language", "name"), [("en", "Members by commitment"), ("ru", "Участники и обязательства")]
)
def test_members_by_commitment_has_one_name_wherever_it_is_listed(
    client: Client, language: str, name: str
) -> None:
    page = " ".join(
        unescape(words_of(client.get(f"/{language}/cycles/2026-h1/document/"))).replace("\xad", "").split()
    )
    with override(language):
        labels = [" ".join(kind_label(kind).split()) for kind in (CYCLE_MATRIX_PDF, CYCLE_MATRIX_XLSX)]

    assert labels == [f"{name}, PDF", f"{name}, XLSX"]
    assert [label for label in labels if label not in page] == [], page
    assert "matrix" not in page.lower()
    assert "матриц" not in page.lower()


@pytest.mark.usefixtures("cycle")
def test_looking_asks_for_nothing_and_asking_twice_builds_once(client: Client) -> None:
    response = client.get(PAGE)
    assert (response.status_code, Document.objects.count()) == (200, 0)
    assert client.get(FILE)["Location"] == PAGE
    assert [client.post(PAGE, {"format": "xlsx"})["Location"] for _ in range(2)] == [PAGE] * 2
    document = Document.objects.get()
    assert (document.kind, document.is_for_everybody) == ("cycle.workbook", True)
    assert Job.objects.filter(kind="build_document").count() == 1


@pytest.mark.usefixtures("cycle")
def test_one_that_waits_for_all_others_is_made_at_once_when_asked_for(client: Client) -> None:
    client.post(PAGE, {"format": "xlsx"})
    with acting_as(SYSTEM):
        assert "Create it now" not in client.get(PAGE).content.decode()
        Job.objects.filter(kind="build_document").update(is_bulk=True)

    assert "Create it now" in client.get(PAGE).content.decode()
    client.post(PAGE, {"format": "xlsx"})

    with acting_as(SYSTEM):
        assert not Job.objects.get(kind="build_document").is_bulk
    assert "Create it now" not in client.get(PAGE).content.decode()


@pytest.mark.usefixtures("cycle")
def test_it_is_fetched_by_anybody_with_its_digest(client: Client) -> None:
    client.post(PAGE, {"format": "xlsx"})
    run_all_jobs()
    response = client.get(FILE)
    content = b"".join(response.streaming_content)
    assert content[:2] == b"PK"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    document = Document.objects.get()
    assert (response["ETag"], document.sha256 in client.get(PAGE).content.decode()) == (
        f'"{document.sha256}"', True,
    )  # fmt: skip


@pytest.mark.usefixtures("cycle")
def test_a_paper_that_is_not_offered_does_not_exist(client: Client) -> None:
    assert client.post(PAGE, {"format": "docx"}).status_code == 404
    assert Document.objects.count() == 0


def test_before_it_is_published_a_cycle_has_none(client: Client) -> None:
    make_cycle(read_charter(), "2026-h1", "closed")
    answers = [client.get(PAGE), client.post(PAGE), client.get(FILE)]
    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.parametrize("format_", ["xlsx", "json"])
@pytest.mark.usefixtures("cycle")
def test_a_report_is_fetched_in_each_format(client: Client, format_: str) -> None:
    page = "/en/reports/aurora-video/2026-h1/document/"
    client.post(page, {"format": format_})
    run_all_jobs()
    file = client.get(f"/en/reports/aurora-video/2026-h1/report.{format_}")
    assert b"".join(file.streaming_content)[:1] == {"xlsx": b"P", "json": b"{"}[format_]
    assert Document.objects.get().kind == f"report.{format_}"
    assert f'filename="aurora-video-2026-h1-en.{format_}"' in file["Content-Disposition"]
