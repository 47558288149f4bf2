"""The archive of everything that one's own organisation has filed: its files, what is missing, who may have it."""

import hashlib
import io
import json
import zipfile

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from alliance.enums import CycleState, ReportState
from alliance.models import Evidence, Membership, Report, Submission
from alliance.queries.own_archives import own_archives
from alliance.services.documents import request_own_archive
from alliance.services.recalls import recall_report
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document, DocumentState
from portal.kernel.errors import Forbidden
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import make_submission
from tests.support.workbooks import content_of

pytestmark = pytest.mark.django_db
PAGE = "/workspace/archive/"


@pytest.fixture
def report(cast: Cast) -> Report:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    return report


def add_evidence(report: Report, content: bytes, name: str = "table.csv") -> Evidence:
    with acting_as(SYSTEM):
        measure = report.cycle.charter.measures.first()
        return Evidence.objects.create(
            report=report,
            organisation=report.organisation,
            measure=measure,
            kind="file",
            title="A table",
            file=files.store_at("evidence", content),
            file_name=name,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            submitted_at=timezone.now(),
        )


def request(cast: Cast, name: str = "sven") -> Document:
    with acting_as(cast.actor(name)) as actor:
        return request_own_archive(actor, actor_organisation(cast, name), "en")


def actor_organisation(cast: Cast, name: str):  # type: ignore[no-untyped-def]  # an organisation of the cast
    return cast.beacon if name == "carol" else cast.aurora


def archive_of(cast: Cast, name: str = "sven") -> dict[str, bytes]:
    document = request(cast, name)
    run_all_jobs()
    with zipfile.ZipFile(io.BytesIO(content_of(document))) as package:
        assert package.testzip() is None
        return {each: package.read(each) for each in package.namelist()}


def test_it_holds_what_was_filed_in_every_form(cast: Cast, report: Report) -> None:
    evidence = add_evidence(report, b"a,b\n1,2\n")
    package = archive_of(cast)

    folder = "reports/2026-h1/"
    assert {
        *("organisation.json", "people.json", "corrections.json", "index.html", "index.json", "SHA256SUMS"),
        *(f"{folder}{name}" for name in ("report.json", "report.xlsx", "report.pdf", "verdicts.json")),
        *(f"{folder}{name}" for name in ("submission-1.json", "receipt-1.json")),
        f"{folder}evidence/{evidence.measure.key}-{evidence.pk}-table.csv",
    } <= package.keys()
    submission = Submission.objects.get()
    assert package[f"{folder}submission-1.json"] == bytes(submission.body)
    assert json.loads(package[f"{folder}receipt-1.json"])["sha256"] == submission.sha256
    assert package[f"{folder}report.pdf"].startswith(b"%PDF")


def test_replaced_submissions_are_there_as_bytes_as_workbooks_and_as_pdfs(cast: Cast, report: Report) -> None:
    make_submission(report, ReportState.IN_REVIEW, number=2, answer="What we did in the end.")
    package = archive_of(cast)

    bodies = {row.number: bytes(row.body) for row in Submission.objects.all()}
    assert {number: package[f"reports/2026-h1/submission-{number}.json"] for number in bodies} == bodies
    assert "What we did." in texts_in(package["reports/2026-h1/submission-1.xlsx"])
    assert "What we did in the end." in texts_in(package["reports/2026-h1/report.xlsx"])
    assert "reports/2026-h1/submission-2.xlsx" not in package
    words = pdf_words(package["reports/2026-h1/submission-1.pdf"])
    assert "was replaced by submission 2" in words
    pages = PdfReader(io.BytesIO(package["reports/2026-h1/submission-1.pdf"])).pages
    assert all("Does not stand" in page.extract_text() for page in pages)
    assert "What we did." in words
    assert "What we did in the end." not in words
    assert "What we did in the end." in pdf_words(package["reports/2026-h1/report.pdf"])


def test_a_pdf_that_could_not_be_true_is_missing_with_its_reason(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)
    for number, version in ((1, 7), (2, 1)):
        charter = {"key": report.charter.key, "version": version}
        make_submission(report, ReportState.IN_REVIEW, number=number, charter=charter)
    package = archive_of(cast)
    reasons = {row["name"]: row["reason"] for row in json.loads(package["index.json"])["missing"]}
    assert reasons.keys() == {"reports/2026-h1/submission-1.pdf"}
    assert "another version of the charter" in reasons["reports/2026-h1/submission-1.pdf"]
    assert {"reports/2026-h1/submission-1.xlsx", "reports/2026-h1/report.pdf"} <= package.keys()


def test_of_a_published_report_the_pdf_is_the_published_one(cast: Cast) -> None:
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.CLOSED)
    make_published_report(cycle, cast.aurora)
    Report.objects.update(state=ReportState.PUBLISHED)
    make_published_cycle(cycle)
    words = pdf_words(archive_of(cast)["reports/2026-h1/report.pdf"])
    assert "Publication No." in words
    assert "Not published" not in words


def test_a_report_whose_only_submission_was_recalled_is_there(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)
    make_submission(report)
    with acting_as(cast.actor("sven")) as sven:
        recall_report(sven, report, "A page was missing.", "en")
    package = archive_of(cast)

    folder = "reports/2026-h1/"
    assert package[f"{folder}submission-1.json"] == bytes(Submission.objects.get().body)
    assert json.loads(package[f"{folder}receipt-1.json"])["recalled_at"]
    assert "What we did." in texts_in(package[f"{folder}submission-1.xlsx"])
    assert "was recalled on" in pdf_words(package[f"{folder}submission-1.pdf"])
    missing = [row["name"] for row in json.loads(package["index.json"])["missing"]]
    assert missing == [f"{folder}report.pdf"]


def pdf_words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def texts_in(content: bytes) -> set[str]:
    sheets = load_workbook(io.BytesIO(content), read_only=True).worksheets
    return {str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row}


def test_the_index_names_each_file_with_its_digest(cast: Cast, report: Report) -> None:
    package = archive_of(cast)
    index = json.loads(package["index.json"])

    digests = {row["name"]: row["sha256"] for row in index["files"]}
    assert digests == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in package.items()
        if name not in ("index.html", "index.json", "SHA256SUMS")
    }
    assert all(f"{digest}  {name}\n" in package["SHA256SUMS"].decode() for name, digest in digests.items())
    assert all(name in package["index.html"].decode() for name in digests)


def test_a_withheld_and_a_damaged_file_are_named_as_missing(cast: Cast, report: Report) -> None:
    withheld, damaged = (
        add_evidence(report, b"held,back\n", "w.csv"),
        add_evidence(report, b"torn\n", "d.csv"),
    )
    with acting_as(cast.actor("mona")) as mona:
        files.quarantine_file(
            mona, withheld.sha256, concern="harmful", reason="It may be a picture of a child."
        )
    files.storage.replace(damaged.file, b"other bytes")
    package = archive_of(cast)

    missing = {
        row["name"].rsplit("-", 1)[1]: row["reason"] for row in json.loads(package["index.json"])["missing"]
    }
    assert missing.keys() == {"w.csv", "d.csv"}
    assert "being checked" in missing["w.csv"]
    assert not any(name.endswith((".csv",)) for name in package)


def test_evidence_that_was_never_submitted_stays_out(cast: Cast, report: Report) -> None:
    draft = add_evidence(report, b"draft\n", "draft.csv")
    with acting_as(SYSTEM):
        Evidence.objects.filter(pk=draft.pk).update(submitted_at=None)
    assert not any("draft.csv" in name for name in archive_of(cast))


@pytest.mark.parametrize("name", ["alice", "bob", "mona"])
def test_only_signatories_and_administrators_ask_for_it(cast: Cast, report: Report, name: str) -> None:
    with pytest.raises(Forbidden):
        request(cast, name)


def test_another_member_gets_its_own_alone(cast: Cast, report: Report) -> None:
    assert not any(name.startswith("reports/") for name in archive_of(cast, "carol"))


def test_asked_twice_it_is_made_once(cast: Cast, report: Report, client: Client) -> None:
    client.force_login(cast.sven)
    assert [client.post(PAGE)["Location"] for _ in range(2)] == [
        f"/documents/{Document.objects.get().key}/"
    ] * 2


def test_two_signatories_get_one_each(cast: Cast, report: Report) -> None:
    Membership.objects.filter(person=cast.alice).update(roles=["signatory"])
    first, second = request(cast, "sven"), request(cast, "alice")
    run_all_jobs()
    assert first != second
    contents = [content_of(document) for document in (first, second)]
    with acting_as(cast.actor("sven")) as sven:
        assert list(own_archives(sven)) == [first]
    assert [zipfile.ZipFile(io.BytesIO(each)).testzip() for each in contents] == [None, None]


def test_asked_again_it_is_made_anew(cast: Cast, report: Report) -> None:
    first = archive_of(cast)
    add_evidence(report, b"later,file\n", "later.csv")
    assert len(archive_of(cast)) == len(first) + 1


def test_one_that_fails_half_way_is_tried_again(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = request(cast)
    with monkeypatch.context() as patch:
        patch.setattr("alliance.documents.own_archive.workbook.render", fail)
        with pytest.raises(AssertionError, match="build_document"):
            run_all_jobs()
    document.refresh_from_db()
    assert (document.state, document.file) == (DocumentState.QUEUED, "")
    assert document.step == "It failed and will be tried again automatically"
    with acting_as(SYSTEM):
        Job.objects.filter(kind="build_document").update(next_at="2026-01-01T00:00:00Z")
    run_all_jobs()
    assert "reports/2026-h1/report.xlsx" in zipfile.ZipFile(io.BytesIO(content_of(document))).namelist()


def fail(*_arguments: object) -> None:
    raise RuntimeError("half-way")


def test_evidence_that_is_away_is_waited_for_and_not_named_as_missing(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence, open_file = add_evidence(report, b"a,b\n", "counts.csv"), files.open_file

    def refuse(path: str, *digests: str) -> files.VerifiedFile:
        if path == evidence.file:
            raise files.ReadRefused
        return open_file(path, *digests)

    document = request(cast)
    with monkeypatch.context() as patch:
        patch.setattr(files, "open_file", refuse)
        with pytest.raises(AssertionError, match="build_document"):
            run_all_jobs()
    with acting_as(SYSTEM):
        Job.objects.filter(kind="build_document").update(next_at="2026-01-01T00:00:00Z")
    run_all_jobs()
    with zipfile.ZipFile(io.BytesIO(content_of(document))) as package:
        assert any(name.endswith("counts.csv") for name in package.namelist())
        assert json.loads(package.read("index.json"))["missing"] == []


def test_a_leaver_may_not_download_it(cast: Cast, report: Report, client: Client) -> None:
    document = request(cast)
    run_all_jobs()
    client.force_login(cast.sven)
    Membership.objects.filter(person=cast.sven).update(ended_at=timezone.now())
    assert client.get(f"/documents/{document.key}/file/").status_code in (302, 403, 404)
    assert Event.objects.filter(kind="document.download").count() == 0


def test_a_lost_right_closes_it_and_a_download_is_journalled(
    cast: Cast, report: Report, client: Client
) -> None:
    document = request(cast)
    run_all_jobs()
    client.force_login(cast.sven)
    answer = client.get(f"/documents/{document.key}/file/")
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]  # a file
    assert Event.objects.filter(kind="document.download").exists()

    Membership.objects.filter(person=cast.sven).update(roles=["reader"])
    assert client.get(f"/documents/{document.key}/file/").status_code == 404
    assert client.get(PAGE).status_code == 403


def test_a_right_that_is_lost_while_it_is_made_ends_it(cast: Cast, report: Report) -> None:
    document = request(cast)
    Membership.objects.filter(person=cast.sven).update(roles=["reader"])
    run_all_jobs()
    document.refresh_from_db()
    assert (document.state, document.file) == (DocumentState.FAILED, "")
