"""A member's report as PDF: what it says, what it never says, and the same bytes for the same facts."""

from typing import Any

import pytest

from alliance.models import InternalNote, Report, Submission
from alliance.queries.public.report_editions import report_edition
from alliance.services.documents import request_public_report, request_report_document
from portal.kernel.access import ANYONE, SYSTEM
from portal.kernel.models import Document
from portal.kernel.row_security import acting_as
from tests.factories import Cast, make_cast, make_report
from tests.support.jobs import do_all_jobs
from tests.support.papers import (
    CANARY,
    bytes_of,
    everything_of,
    halves,
    reader_of,
    search_figures,
    text_of,
    with_canaries,
)
from tests.support.published import published
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def printed(cast: Cast, cycle: Any, language: str = "en") -> Document:
    """Aurora's published report, built."""
    edition = report_edition(cast.aurora.slug, cycle.slug)
    assert edition is not None
    document = request_public_report(edition, language)
    do_all_jobs()
    document.refresh_from_db()
    return document


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Aurora Video", "Half 1 of 2026", "Find", "Search", "35,200", "Content actioned", "aurora-video")),
        ("ru", ("Aurora Video (ру)", "2026 год, полугодие 1", "Find (ру)", "35 200", "Content actioned (ру)")),
    ],
)
def test_it_says_what_was_published(cast: Cast, language: str, words: tuple[str, ...]) -> None:
    _before, cycle = halves()
    publication = published(cycle, cast.aurora, search_figures(), {"find": "substantial"}, {"find": "We agree."})
    document = printed(cast, cycle, language)
    text = text_of(document)
    shared = ("What we did.", "This is right and complete.", "Sven", "Reason for find.", "We agree.")
    digest = publication.sha256
    missing = [word for word in (*shared, *words, digest) if word not in text.replace(" " , " ") and word not in
               text.replace(" ", "") and word not in document.file_name]  # fmt: skip
    assert missing == []


def test_nothing_withheld_is_in_the_file(cast: Cast) -> None:
    _before, cycle = halves()
    report = make_report(cycle, cast.aurora)
    parts = with_canaries(cast, report)
    Report.objects.filter(pk=report.pk).delete()
    published(cycle, cast.aurora, **parts)
    with acting_as(SYSTEM):
        report = Report.objects.get()
        InternalNote.objects.create(report=report, text="CANARY internal", written_by=cast.rita)
        assert bytes(Submission.objects.get().body).count(CANARY.encode()) == 11
    everything = everything_of(printed(cast, cycle))
    assert [secret for secret in (CANARY, "777771", "777,771", "1,666,653", "1666653") if secret in everything] == []
    assert "888,882" in everything
    assert "This text is withheld" in everything.replace("\u00a0", " ")


def test_a_preview_withholds_what_the_publication_would(cast: Cast) -> None:
    _before, cycle = halves()
    report = make_report(cycle, cast.aurora)
    make_submission(report, **with_canaries(cast, report))
    document = preview(cast, report, "alice")
    everything = everything_of(document)
    assert [secret for secret in (CANARY, "777771", "777,771") if secret in everything] == []
    assert "888,882" in everything


def test_the_same_facts_give_the_same_bytes(cast: Cast) -> None:
    _before, cycle = halves()
    published(cycle, cast.aurora, search_figures(), {"find": "limited"})
    first = printed(cast, cycle)
    digest = first.sha256
    Document.objects.all().delete()
    assert printed(cast, cycle).sha256 == digest
    assert bytes_of(first) != b""


def test_it_is_an_accessible_pdf_in_its_language(cast: Cast) -> None:
    _before, cycle = halves()
    published(cycle, cast.aurora, search_figures(), {"find": "limited"})
    reader = reader_of(printed(cast, cycle, "ru"))
    catalogue = reader.trailer["/Root"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]  # it has one
    assert (catalogue["/Lang"], catalogue["/MarkInfo"]["/Marked"]) == ("ru", True)
    assert reader.metadata is not None
    assert "Aurora Video (ру)" in str(reader.metadata.title)


def preview(cast: Cast, report: Report, name: str) -> Document:
    """A preview, asked for and built as this person."""
    with acting_as(cast.actor(name)) as actor:
        document = request_report_document(actor, report, "en")
    do_all_jobs()
    document.refresh_from_db()
    return document


def test_the_organisation_and_the_secretariat_preview_what_was_filed(cast: Cast) -> None:
    _before, cycle = halves()
    report = make_report(cycle, cast.aurora)
    make_submission(report, figures=search_figures())
    for name in ("alice", "bob", "rita", "mona"):
        document = preview(cast, report, name)
        assert (document.kind, document.state) == ("report.preview", "ready")
        assert "Not published" in text_of(document)


def test_a_verdict_is_in_the_preview_of_those_who_may_see_it(cast: Cast) -> None:
    _before, cycle = halves()
    published(cycle, cast.aurora, search_figures(), {"find": "limited"})
    report = Report.objects.get()
    Report.objects.filter(pk=report.pk).update(state="in_review")
    report.refresh_from_db()
    texts = {name: text_of(preview(cast, report, name)) for name in ("rita", "alice")}
    assert {name: "Reason for find." in text for name, text in texts.items()} == {"rita": True, "alice": False}


def test_what_concerns_the_report_later_makes_a_new_edition(cast: Cast) -> None:
    _before, cycle = halves()
    published(cycle, cast.aurora, search_figures(), {"find": "limited"})
    first = report_edition(cast.aurora.slug, cycle.slug)
    published(cycle_of(cycle, "2026-h2"), cast.aurora)
    again = report_edition(cast.aurora.slug, cycle.slug)
    assert first is not None and again is not None
    assert first.key == again.key == f"{first.report.number}.{first.report.number}"


def cycle_of(cycle: Any, slug: str) -> Any:
    """Another published half-year on the same charter."""
    from tests.factories import make_cycle
    from tests.support.published import published_cycle

    return published_cycle(make_cycle(cycle.charter, slug))


def test_the_public_record_alone_is_read(cast: Cast) -> None:
    """Were the working copy or the submission changed or gone, the document would still be the same."""
    _before, cycle = halves()
    published(cycle, cast.aurora, search_figures())
    with acting_as(ANYONE):
        assert Submission.objects.count() == 0
    assert "35,200" in text_of(printed(cast, cycle))
