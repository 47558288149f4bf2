"""The draft of a report as PDF: for its own organisation, with a watermark, and not to be confused with a filed one."""

import pytest

from alliance.enums import Disclosure, ReportState
from alliance.models import Answer, Organisation, Report
from alliance.queries.documents import find_document, own_documents
from alliance.services.documents import document_options, request_report_document
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.documents import Document, DocumentState
from portal.kernel.errors import Forbidden, WrongState
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pdf_reports import all_strings_of, reader_of, text_of
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's, complete; one of its texts is withheld."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    with acting_as(cast.actor("alice")):
        Answer.objects.filter(indicator__key="search-story").update(
            text="CANARY", disclosure=Disclosure.SECRETARIAT
        )
    return report


def draft(actor: Actor, report: Report, language: str = "en") -> Document:
    with acting_as(actor):
        document = request_report_document(actor, report, language, "draft.pdf")
    run_all_jobs()
    document.refresh_from_db()
    return document


@pytest.mark.parametrize(
    ("language", "words", "title"),
    [
        ("en", "Draft, not filed", "Draft, not filed. Aurora Video: report for"),
        ("ru", "Черновик, не подан", "Черновик, не подан. Aurora Video"),
    ],
)
def test_every_page_title_and_file_name_of_a_draft_says_that_it_is_one(
    cast: Cast, report: Report, language: str, words: str, title: str
) -> None:
    document = draft(cast.actor("alice"), report, language)
    reader = reader_of(document)

    # on the page as its watermark, and in its head
    pages = [page.extract_text().replace("\u00a0", " ") for page in reader.pages]
    assert all(page.count(words) >= 2 for page in pages)
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith(title)
    assert document.file_name == f"aurora-video-2026-h1-{language}-draft-not-filed.pdf"
    assert "Sven" not in text_of(document)


def test_a_draft_is_tagged_and_says_the_minute_at_which_it_stood_so(cast: Cast, report: Report) -> None:
    document = draft(cast.actor("alice"), report)
    reader = reader_of(document)
    catalogue = reader.trailer["/Root"]

    assert reader.xmp_metadata is not None
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()
    assert (catalogue["/Lang"], catalogue["/MarkInfo"]["/Marked"]) == ("en", True)
    assert "Draft as of" in text_of(document)
    assert "Not signed" in text_of(document)


def test_a_draft_withholds_what_the_publication_would(cast: Cast, report: Report) -> None:
    assert "CANARY" not in all_strings_of(draft(cast.actor("alice"), report))


@pytest.mark.parametrize("name", ["carol", "rita", "mona"])
def test_only_the_organisation_asks_for_its_draft(cast: Cast, report: Report, name: str) -> None:
    with pytest.raises(Forbidden):
        draft(cast.actor(name), report)


def test_a_draft_is_offered_until_the_report_is_submitted(cast: Cast, report: Report) -> None:
    def is_offered() -> bool:
        with acting_as(cast.actor("alice")) as actor:
            return "draft.pdf" in [each.name for each in document_options(actor, report)]

    before = is_offered()
    report.state = ReportState.SUBMITTED

    assert (before, is_offered()) == (True, False)


@pytest.mark.parametrize("name", ["draft.pdf", "working.xlsx", "working.json"])
def test_no_draft_is_made_of_a_report_that_was_submitted_meanwhile(
    cast: Cast, report: Report, name: str
) -> None:
    with acting_as(cast.actor("alice")) as actor:
        document = request_report_document(actor, report, "en", "draft.pdf")
        Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
        report.refresh_from_db()
        with pytest.raises(WrongState, match="not being written now: its state is “Submitted”"):
            request_report_document(actor, report, "en", name)
    run_all_jobs()
    document.refresh_from_db()

    assert document.state == DocumentState.FAILED
    assert "its state is “Submitted”" in document.error


def test_a_draft_is_shown_to_its_requester_alone_and_only_while_they_act_for_the_organisation(
    cast: Cast, report: Report
) -> None:
    document = draft(cast.actor("alice"), report)
    with acting_as(SYSTEM):
        other = Organisation.objects.get(slug="beacon-search")

    for name in ("sven", "carol", "mona"):
        with acting_as(cast.actor(name)) as actor:
            assert find_document(actor, document.key) is None
    with acting_as(cast.actor("alice")) as actor:
        assert list(own_documents(actor)) == [document]
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(organisation=other)
    with acting_as(cast.actor("alice")) as actor:
        assert find_document(actor, document.key) is None
