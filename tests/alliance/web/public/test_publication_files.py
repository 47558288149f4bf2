"""The files of a publication: made with it, named with their digests, taken away with a withdrawal."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.http.response import HttpResponseBase
from django.test import Client

from alliance.models import Cycle, PublicFile, Report, Withdrawal
from alliance.queries.public.cycle_editions import cycle_edition
from alliance.services import public_documents
from alliance.services.publications import record_cycle_publication
from alliance.services.responses import respond_to_verdicts
from alliance.services.withdrawals import publish_again
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.jobs import Job
from portal.kernel.publishing import Publication
from tests.factories import Cast
from tests.support.corrections import KIDS, correct
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.pdf_reports import search_figures, two_half_years
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.withdrawals import REASON, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]
REPORT = "/en/reports/aurora-video/2026-h1/"


def publish(cast: Cast) -> Publication:
    cycle = two_half_years()[1]
    publication = make_published_report(cycle, cast.aurora, search_figures(), {"find": "limited"})
    make_published_cycle(cycle)
    return publication


def published(cast: Cast) -> Publication:
    """Aurora's report with its files."""
    publication = publish(cast)
    run_all_jobs()
    return publication


def file_of(publication: Publication, language: str = "en") -> PublicFile:
    """The last one that was made of it in this language."""
    rows = PublicFile.objects.filter(number=publication.number, kind="report.json", language=language)
    return rows.latest("as_of")


def address(file: PublicFile) -> str:
    return f"/en/publications/{file.number}/files/{file.sha256}"


def taken(response: HttpResponseBase) -> str:
    """The digest of the bytes that came."""
    return hashlib.sha256(b"".join(response.streaming_content)).hexdigest()  # type: ignore[attr-defined]  # a file’s


def test_a_report_has_its_files_in_both_languages_once_it_is_published(cast: Cast, client: Client) -> None:
    publication = published(cast)

    page, report = client.get(f"/en/publications/{publication.number}/"), client.get(REPORT).text

    files = PublicFile.objects.filter(number=publication.number)
    made = {(file.kind, file.language) for file in files}
    assert made == {(f"report.{end}", code) for end in ("pdf", "xlsx", "json") for code in ("en", "ru")}
    for file in files:
        assert (f'href="{address(file)}"' in page.text, f'href="{address(file)}"' in report) == (True, True)
        assert file.sha256 in page.text
        assert taken(client.get(address(file))) == file.sha256
    assert [
        text for text in ("Report, PDF, Russian", "Report, XLSX, English") if text not in words_of(page)
    ] == []


@pytest.mark.usefixtures("one_format")
def test_before_they_are_built_the_pages_say_so(cast: Cast, client: Client) -> None:
    publication = publish(cast)

    for page in (REPORT, f"/en/publications/{publication.number}/"):
        assert "Is being built; it will be here within minutes." in words_of(client.get(page))
    run_all_jobs()
    assert "Is being built" not in words_of(client.get(REPORT))


@pytest.mark.usefixtures("one_format")
def test_one_that_could_not_be_built_can_be_asked_for_again(cast: Cast, client: Client) -> None:
    publish(cast)
    with acting_as(SYSTEM):
        Document.objects.update(state="failed")
        Job.objects.update(state="done")

    page = client.get(REPORT)

    assert "Could not be built. Ask for it again" in words_of(page)
    assert f'href="{REPORT}document/"' in page.text


@pytest.mark.usefixtures("one_format")
def test_a_correction_has_files_of_its_own_and_those_before_are_named_as_replaced(
    cast: Cast, client: Client
) -> None:
    first = published(cast)
    before = file_of(first)
    correct(cast, Report.objects.get(), KIDS, "1300")
    run_all_jobs()

    second = Publication.objects.get(type="report", revision=2)
    after = file_of(second)

    assert taken(client.get(address(before))) == before.sha256 != after.sha256
    assert taken(client.get(f"{REPORT}report.json")) == after.sha256
    assert "Report, JSON, English replaced" in words_of(client.get(f"/en/publications/{first.number}/"))
    assert "Report, JSON, English replaced" in words_of(client.get(f"{REPORT}?revision=1"))
    assert "replaced" not in words_of(client.get(f"/en/publications/{second.number}/"))
    answer = words_of(client.get(f"/en/verify/{before.sha256}/"))
    assert f"Publication No. {second.number} stands in its place now." in answer
    assert f"{REPORT}#correction-title" in client.get(f"/en/verify/{before.sha256}/").text
    assert "Genuine and current" in words_of(client.get(f"/en/verify/{after.sha256}/"))


@pytest.mark.usefixtures("one_format")
def test_a_file_that_is_built_again_after_a_correction_is_the_same(cast: Cast) -> None:
    before = file_of(published(cast))
    correct(cast, Report.objects.get(), KIDS, "1300")
    with acting_as(SYSTEM):
        document = Document.objects.get(sha256=before.sha256)
        Document.objects.filter(pk=document.pk).update(state="queued", sha256="")
        Job.objects.filter(payload__document=document.pk).update(state="ready", attempts=0)
    run_all_jobs()

    document.refresh_from_db()

    assert (document.state, document.sha256) == ("ready", before.sha256)


@pytest.mark.usefixtures("one_format")
def test_a_reply_makes_another_file_of_the_same_revision(cast: Cast, client: Client) -> None:
    publication = published(cast)
    before = file_of(publication)
    with acting_as(cast.actor("sven")) as actor:
        respond_to_verdicts(actor, Report.objects.get(), None, "So it is.", "en")
    run_all_jobs()

    after = file_of(publication)

    assert after.as_of > before.as_of
    answer = words_of(client.get(f"/en/verify/{before.sha256}/"))
    assert "Genuine, but no longer the last file" in answer
    assert f'href="{address(after)}"' in client.get(f"/en/verify/{before.sha256}/").text
    assert f"{before.name}" in answer

    withdraw(cast, Publication.objects.get(type="response"))
    run_all_jobs()

    assert client.get(address(after)).status_code == 410  # the reply was in it
    assert taken(client.get(address(before))) == before.sha256


@pytest.mark.usefixtures("one_format")
def test_the_files_of_a_withdrawn_report_are_gone_and_their_digests_are_known(
    cast: Cast, client: Client
) -> None:
    publication = published(cast)
    file = file_of(publication)
    stored = Document.objects.get(sha256=file.sha256).file
    withdraw(cast, publication)
    run_all_jobs()

    addresses = (
        address(file),
        *(f"{REPORT}report.{end}" for end in ("pdf", "xlsx", "json")),
        f"{REPORT}document/",
        f"{REPORT}document/progress/",
        *(f"{REPORT.rstrip('/')}.{end}" for end in ("json", "csv", "atom", "svg", "png")),
    )
    for gone in addresses:
        answer = client.get(gone)
        assert (answer.status_code, REASON["en"] in answer.text) == (410, True), gone
    assert client.post(f"{REPORT}document/").status_code == 410
    assert not Document.objects.exclude(file="").filter(kind="report.json").exists()
    assert not default_storage.exists(stored)
    page = words_of(client.get(f"/en/verify/{file.sha256}/"))
    assert "Genuine, but withdrawn" in page
    assert REASON["en"] in page
    assert f'href="{address(file)}"' not in client.get(f"/en/publications/{publication.number}/").text

    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, Withdrawal.objects.get(), "It was theirs after all.")
    run_all_jobs()

    again = file_of(Publication.objects.get(type="report", revision=2))
    assert taken(client.get(f"{REPORT}report.json")) == again.sha256


@pytest.mark.usefixtures("one_format")
def test_a_report_that_is_withdrawn_before_its_files_are_built_has_none(cast: Cast, client: Client) -> None:
    publication = publish(cast)
    withdraw(cast, publication)
    run_all_jobs()

    assert not PublicFile.objects.filter(kind__startswith="report.").exists()
    assert not Document.objects.filter(kind__startswith="report.", state="ready").exists()


@pytest.mark.usefixtures("one_format")
def test_a_report_of_which_no_file_was_asked_for_says_so(cast: Cast, client: Client) -> None:
    publish(cast)
    with acting_as(SYSTEM):
        Document.objects.all().delete()

    assert "No file of this revision was built yet. Ask for one" in words_of(client.get(REPORT))
    run_files_again(client)
    assert "Report, JSON, English" in words_of(client.get(REPORT))


def run_files_again(client: Client) -> None:
    """Somebody asks for the file by its button, as for reports of earlier times."""
    client.post(f"{REPORT}document/", {"format": "json"})
    with acting_as(SYSTEM):
        Job.objects.exclude(payload__document=Document.objects.get().pk).filter(
            kind="build_document"
        ).delete()
    run_all_jobs()


@pytest.mark.usefixtures("one_format")
def test_the_files_of_a_cycle_belong_to_its_publication(cast: Cast, client: Client) -> None:
    published(cast)
    cycle = Cycle.objects.get(slug="2026-h1")
    publication = record_cycle_publication(SYSTEM, cycle)
    edition = cycle_edition(cycle.slug)
    assert edition is not None
    public_documents.request_public_cycle(edition, "ru", "matrix-xlsx")
    run_all_jobs()

    file = PublicFile.objects.get(kind="cycle.matrix.xlsx")

    assert file.number == publication.number
    assert f'href="{address(file)}"' in client.get(f"/en/publications/{publication.number}/").text
    assert "Genuine and current" in words_of(client.get(f"/en/verify/{file.sha256}/"))
    correct(cast, Report.objects.get(), KIDS, "1300")
    assert "Genuine, but no longer current" in words_of(client.get(f"/en/verify/{file.sha256}/"))


def test_no_file_of_another_publication_is_there(cast: Cast, client: Client) -> None:
    assert client.get(f"/en/publications/1/files/{'0' * 64}").status_code == 404
