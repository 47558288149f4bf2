"""What was made of the record before something in it was withdrawn: the files of a cycle, packages of the open data."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.http.response import HttpResponseBase
from django.test import Client

from alliance.models import Cycle, DataRelease, PublicFile, Report, Withdrawal
from alliance.queries.public.cycle_editions import cycle_edition
from alliance.queries.public.open_data import PACKAGE
from alliance.services import public_documents
from alliance.services.publications import record_cycle_publication
from alliance.services.withdrawals import publish_again
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.jobs import Job
from portal.kernel.publishing import Publication, forget_answers
from tests.factories import Cast
from tests.support.corrections import KIDS, correct
from tests.support.jobs import run_all_jobs
from tests.support.open_data import build_release
from tests.support.pages import words_of
from tests.support.pdf_reports import search_figures, two_half_years
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.withdrawals import REASON, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new", "one_format")]
PACKAGE_WORDS = "Part of what is in it was withdrawn on"


@pytest.fixture
def report(cast: Cast) -> Publication:
    cycle = two_half_years()[1]
    publication = make_published_report(cycle, cast.aurora, search_figures(), {"find": "limited"})
    make_published_cycle(cycle)
    record_cycle_publication(SYSTEM, cycle)
    run_all_jobs()
    return publication


def build_matrix() -> PublicFile:
    """The matrix of the cycle as it is now."""
    edition = cycle_edition(Cycle.objects.get(slug="2026-h1").slug)
    assert edition is not None
    public_documents.request_public_cycle(edition, "en", "matrix-xlsx")
    run_all_jobs()
    return PublicFile.objects.filter(kind="cycle.matrix.xlsx").latest("as_of")


def address(file: PublicFile) -> str:
    return f"/en/publications/{file.number}/files/{file.sha256}"


def package_address(release: DataRelease) -> str:
    return f"/data/v1/datapackage-{release.number}.zip"


def digest_of(response: HttpResponseBase) -> str:
    return hashlib.sha256(b"".join(response.streaming_content)).hexdigest()  # type: ignore[attr-defined]  # a file’s


def answer_to(client: Client, sha256: str) -> str:
    return words_of(client.get(f"/en/verify/{sha256}/"))


def test_an_edition_of_a_cycle_goes_with_the_report_in_it(
    cast: Cast, client: Client, report: Publication
) -> None:
    before = build_matrix()
    document = Document.objects.get(sha256=before.sha256)
    assert digest_of(client.get(address(before))) == before.sha256

    withdraw(cast, report)

    gone = client.get(address(before))
    assert gone.status_code == 410
    assert [
        text for text in (REASON["en"], "withdrawn after it was made") if text not in words_of(gone)
    ] == []
    assert 'href="/en/cycles/2026-h1/document/"' in gone.text
    assert client.get(f"/documents/{document.key}/file/").status_code == 404

    after = build_matrix()  # and what was discarded is gone

    assert not default_storage.exists(document.file)

    assert f'href="{address(after)}"' in client.get(address(before)).text
    assert digest_of(client.get(address(after))) == after.sha256
    words = answer_to(client, before.sha256)
    withdrawal = Publication.objects.get(type="withdrawal")
    for text in ("Genuine, but withdrawn", REASON["en"], f"Withdrawn by Publication No. {withdrawal.number}"):
        assert text in words
    assert "In its place No." in words
    assert "Genuine and current" in answer_to(client, after.sha256)
    page = client.get(f"/en/publications/{before.number}/")
    assert before.sha256 in page.text
    assert "Members by commitment, XLSX, English withdrawn" in words_of(page)


def test_an_edition_before_a_correction_stays(cast: Cast, client: Client, report: Publication) -> None:
    del report
    before = build_matrix()
    correct(cast, Report.objects.get(), KIDS, "1300")
    run_all_jobs()

    assert digest_of(client.get(address(before))) == before.sha256
    assert "Genuine, but no longer current" in answer_to(client, before.sha256)


def test_an_edition_that_is_being_built_meanwhile_is_withheld(cast: Cast, report: Publication) -> None:
    edition = cycle_edition("2026-h1")
    assert edition is not None
    public_documents.request_public_cycle(edition, "en", "matrix-xlsx")
    withdraw(cast, report)
    with acting_as(SYSTEM):  # the worker had begun before
        Document.objects.filter(kind="cycle.matrix.xlsx").update(state="queued")
        Job.objects.filter(kind="build_document").update(state="ready", attempts=0)
    run_all_jobs()

    assert not Document.objects.filter(kind="cycle.matrix.xlsx", state="ready").exists()
    assert not PublicFile.objects.filter(kind="cycle.matrix.xlsx").exists()


def test_a_package_goes_with_the_report_in_it_and_stays_listed(
    cast: Cast, client: Client, report: Publication
) -> None:
    first = build_release()
    file = first.files.get(name=PACKAGE)
    withdraw(cast, report)

    between = client.get("/data/v1/figures.csv")
    assert (between.status_code, between["Retry-After"]) == (503, "60")
    assert PACKAGE_WORDS in answer_to(client, file.sha256)

    second = build_release()
    forget_answers()

    gone = client.get(package_address(first), headers={"Accept-Language": "ru"})
    assert (gone.status_code, REASON["ru"] in gone.text, 'href="/ru/data/"' in gone.text) == (410, True, True)
    assert REASON["en"] in client.get(package_address(first)).text
    assert digest_of(client.get(package_address(second))) == second.files.get(name=PACKAGE).sha256
    digest_of(client.get("/data/v1/figures.csv"))
    page = client.get("/en/data/")
    assert f"No. {first.number}" in words_of(page)
    assert "withdrawn on" in words_of(page)
    assert f'href="/en/verify/{file.sha256}/"' in page.text
    assert f'href="{package_address(first)}"' not in page.text
    words = answer_to(client, file.sha256)
    assert "Genuine, but withdrawn" in words
    assert f"In its place No. {second.number}" in words


def test_tables_without_what_was_withdrawn_are_current(
    cast: Cast, client: Client, report: Publication
) -> None:
    charter = build_release().files.get(name="charter.csv")
    withdraw(cast, report)
    build_release()

    assert "Genuine and current" in answer_to(client, charter.sha256)


@pytest.mark.parametrize(
    ("table", "is_withdrawn"),
    [
        ("figures.csv", True),
        ("promises.json", True),
        ("charter.csv", False),
        ("members.json", False),
        ("publications.csv", False),
    ],
)
def test_an_earlier_table_is_withdrawn_only_where_it_can_hold_what_was(
    cast: Cast, client: Client, report: Publication, table: str, is_withdrawn: bool
) -> None:
    build_release()
    digest = "5" * 64
    made = PublicFile.objects.filter(name=table).latest("pk")
    PublicFile.objects.filter(pk=made.pk).update(sha256=digest)  # of before a change of another kind
    withdraw(cast, report)
    build_release()

    words = answer_to(client, digest)
    assert "Genuine" in words
    assert ("Genuine, but withdrawn" in words, PACKAGE_WORDS in words) == (is_withdrawn, is_withdrawn)


def test_packages_before_and_after_the_report_stay(cast: Cast, client: Client) -> None:
    cycle = two_half_years()[1]
    make_published_cycle(cycle)
    record_cycle_publication(SYSTEM, cycle)
    before = build_release()
    publication = make_published_report(cycle, cast.aurora, search_figures(), {"find": "limited"})
    withdraw(cast, publication)
    without = build_release()
    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, Withdrawal.objects.get(), "It was theirs after all.")
    again = build_release()
    withdraw(cast, Publication.objects.filter(type="report").latest("number"))
    build_release()

    answers = [client.get(package_address(release)) for release in (before, without, again)]
    for answer in answers[:2]:
        digest_of(answer)

    assert [answer.status_code for answer in answers] == [200, 200, 410]
