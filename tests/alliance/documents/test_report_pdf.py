"""A member's report as PDF: what it says, what it never says, and the same bytes for the same facts."""

from datetime import date
from decimal import Decimal

import pytest

from alliance.documents.report.charts import charts_of
from alliance.documents.report.facts import published_report_facts
from alliance.models import Cycle, InternalNote, ReferenceCount, ReferenceLoad, Report, Submission
from alliance.queries.documents import find_document
from alliance.queries.public.report_editions import report_edition
from alliance.services.documents import request_report_document
from alliance.services.public_documents import request_public_report
from alliance.services.publications import record_reference_load, record_report_publication
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_report
from tests.support.corrections import KIDS, correct
from tests.support.jobs import build_document
from tests.support.pdf_reports import (
    CANARY,
    all_strings_of,
    reader_of,
    search_figures,
    text_of,
    two_half_years,
    with_canaries,
)
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
SECRETS = (
    CANARY,
    "777771",
    "777,771",
    "1,666,653",
    "1666653",
)  # the last two: the total, which would reveal it


@pytest.fixture
def cycle() -> Cycle:
    return two_half_years()[1]


def publish(cast: Cast, cycle: Cycle) -> Publication:
    """Aurora's report with figures, a verdict and a reply."""
    return make_published_report(
        cycle, cast.aurora, search_figures(), {"find": "substantial"}, {"find": "We agree."}
    )


def printed(cast: Cast, cycle: Cycle, language: str = "en") -> Document:
    """Aurora's published report, built."""
    edition = report_edition(cast.aurora.slug, cycle.slug)
    assert edition is not None
    document = request_public_report(edition, language)
    build_document(document)
    return document


def preview(cast: Cast, report: Report, name: str) -> Document:
    """What was filed, asked for and built as this person."""
    with acting_as(cast.actor(name)) as actor:
        document = request_report_document(actor, report, "en")
    build_document(document)
    return document


def secrets_in(document: Document) -> list[str]:
    everything = all_strings_of(document)
    assert "888,882" in everything  # what is public
    return [secret for secret in SECRETS if secret in everything]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Aurora Video", "Half 1 of 2026", "Content actioned", "Aurora Kids", "35,200")),
        (
            "ru",
            (
                "Aurora Video (ру)",
                "2026 год, полугодие 1",
                "Content actioned (ру)",
                "Aurora Kids (ру)",
                "35 200",
            ),
        ),
    ],
)
def test_it_says_what_was_published(cast: Cast, cycle: Cycle, language: str, words: tuple[str, ...]) -> None:
    publish(cast, cycle)

    text = text_of(printed(cast, cycle, language))

    phrases = (
        "What we did.",
        "This is right and complete.",
        "Sven, Chief",
        "Reason for find.",
        "We agree.",
        *words,
    )
    assert [word for word in phrases if word not in text] == []


def test_every_page_names_the_publication_and_its_digest(cast: Cast, cycle: Cycle) -> None:
    publication = publish(cast, cycle)

    pages = [page.extract_text().replace("\u202f", "") for page in reader_of(printed(cast, cycle)).pages]

    digest = "".join(publication.sha256)
    marked = [digest in "".join(page.replace("\u200b", "").split()) for page in pages]
    assert marked == [True] * len(pages)
    assert f"{len(pages)} of {len(pages)}" in pages[-1].replace("\u00a0", " ")


def test_nothing_withheld_is_in_the_file(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, **with_canaries())
    with acting_as(SYSTEM):
        assert bytes(Submission.objects.get().body).count(CANARY.encode()) == 11
        InternalNote.objects.create(report=Report.objects.get(), text="CANARY note", written_by=cast.rita)

    document = printed(cast, cycle)

    assert secrets_in(document) == []
    assert "This text is withheld" in text_of(document)


def test_a_preview_withholds_what_the_publication_would(cast: Cast, cycle: Cycle) -> None:
    report = make_report(cycle, cast.aurora)
    make_submission(report, **with_canaries())

    assert secrets_in(preview(cast, report, "alice")) == []


def test_the_same_facts_give_the_same_bytes(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)
    first = printed(cast, cycle)
    first.refresh_from_db()
    Document.objects.filter(pk=first.pk).delete()

    again = printed(cast, cycle)
    again.refresh_from_db()

    assert (again.pk != first.pk, again.sha256) == (True, first.sha256)


def test_it_is_an_accessible_pdf_in_its_language(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)

    reader = reader_of(printed(cast, cycle, "ru"))

    assert reader.xmp_metadata is not None
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()
    catalogue = reader.trailer["/Root"]
    assert (catalogue["/Lang"], catalogue["/MarkInfo"]["/Marked"]) == ("ru", True)


def test_the_period_before_and_a_line_of_both_are_shown(cast: Cast) -> None:
    before, cycle = two_half_years()
    make_published_report(before, cast.aurora, search_figures(value="900"), {"find": "limited"})
    publish(cast, cycle)

    everything = all_strings_of(printed(cast, cycle))

    assert [
        word
        for word in ("34,900", "2025-II", "2026-I", "Content actioned: 34,900 in")
        if word not in everything
    ] == []


def test_a_line_marks_a_corrected_value_with_a_ring(cast: Cast) -> None:
    before, cycle = two_half_years()
    make_published_report(before, cast.aurora, search_figures(value="900"), {"find": "limited"})
    publish(cast, cycle)
    report = Report.objects.get(cycle=cycle)
    correct(cast, report, KIDS, "1300")
    edition = report_edition(cast.aurora.slug, cycle.slug)
    assert edition is not None

    facts = published_report_facts(edition.number)
    measures = [measure for each in facts.charter.commitments.all() for measure in each.measures.all()]
    (chart,) = charts_of(facts, measures, None)

    assert 'class="chart-ring"' in str(chart.drawing.svg)
    assert "corrected, was 35,200" in chart.words
    assert "a ring: corrected" in chart.note
    assert "corrected, was 35,200" in all_strings_of(printed(cast, cycle))


def test_somebody_elses_count_loaded_later_makes_a_new_edition(cast: Cast, cycle: Cycle) -> None:
    publication = publish(cast, cycle)
    load = ReferenceLoad.objects.create(sha256="1" * 64, file_name="counts.csv", rows=1)
    ReferenceCount.objects.create(
        load=load, organisation=cast.aurora, indicator_key="content-actioned", value=Decimal(70400),
        observer="Hotline", source="Table 4", starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30),
    )  # fmt: skip
    later = record_reference_load(SYSTEM, load)

    edition = report_edition(cast.aurora.slug, cycle.slug)
    text = text_of(printed(cast, cycle))

    assert edition is not None
    assert (edition.report.number, edition.number) == (publication.number, later.number)
    assert [
        word
        for word in ("70,400", "50 %", "over 10 % of the independent count", "Hotline: Table 4")
        if word not in text
    ] == []


@pytest.mark.parametrize("name", ["alice", "bob", "rita", "mona"])
def test_the_organisation_and_the_secretariat_preview_what_was_filed(
    cast: Cast, cycle: Cycle, name: str
) -> None:
    report = make_report(cycle, cast.aurora)
    make_submission(report, figures=search_figures())

    document = preview(cast, report, name)

    assert (document.kind, "Not published" in text_of(document)) == ("report.preview", True)
    assert find_document(cast.actor("carol"), document.pk) is None


@pytest.mark.parametrize("name", ["alice", "rita"])
def test_before_anything_was_filed_there_is_nothing_to_preview(cast: Cast, cycle: Cycle, name: str) -> None:
    report = make_report(cycle, cast.aurora)

    with acting_as(cast.actor(name)) as actor, pytest.raises(DomainError):
        request_report_document(actor, report, "en")


def test_a_rival_and_the_public_preview_nothing(cast: Cast, cycle: Cycle) -> None:
    report = make_report(cycle, cast.aurora)
    make_submission(report)

    with acting_as(cast.actor("carol")) as carol, pytest.raises(DomainError):
        request_report_document(carol, report, "en")
    with acting_as(ANYONE), pytest.raises(Forbidden):
        request_report_document(ANYONE, report, "en")

    assert Document.objects.count() == 0


def test_a_verdict_is_in_the_preview_of_those_who_may_see_it(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)
    report = Report.objects.get()
    Report.objects.filter(pk=report.pk).update(state="in_review")
    report.refresh_from_db()

    texts = {name: text_of(preview(cast, report, name)) for name in ("rita", "alice")}

    assert {name: "Reason for find." in text for name, text in texts.items()} == {
        "rita": True,
        "alice": False,
    }


def test_a_correction_says_what_it_replaces_and_strikes_the_older_value(cast: Cast, cycle: Cycle) -> None:
    first = publish(cast, cycle)
    report = Report.objects.get()
    make_submission(report, "concluded", number=2, figures=search_figures(value="1300"))
    with acting_as(SYSTEM):
        second = record_report_publication(SYSTEM, report)

    text = text_of(printed(cast, cycle))

    replaced = f"Publication No. {second.number} replaces No. {first.number}"
    assert [
        word for word in (replaced, "1,200 1,300", "35,200 35,300", "Revision 2") if word not in text
    ] == []
