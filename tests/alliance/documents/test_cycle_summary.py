"""The summary of a cycle and its matrix: what they say, by name, what they never say, and when they are built."""

from datetime import timedelta

import pytest

from alliance.documents.cycle.pdf import template_data
from alliance.documents.cycle.published_facts import published_cycle_facts
from alliance.documents.cycle.summary_content import collect_published_summary
from alliance.enums import ReportState, Role
from alliance.models import Cycle, PublishedReport, Report
from alliance.queries.public.cycle_editions import cycle_edition
from alliance.services.public_documents import prepare_public_cycles, request_public_cycle
from alliance.services.publications import record_cycle_publication, record_report_notice
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.publishing import Publication
from portal.kernel.text import format_moment
from tests.factories import Cast, make_organisation, make_person, make_report
from tests.support.corrections import KIDS, REASON, REPLY, correct, correct_verdict, figures
from tests.support.jobs import build_document, run_all_jobs
from tests.support.pdf_reports import (
    CANARY,
    WITHHELD,
    all_strings_of,
    bytes_of,
    reader_of,
    search_figures,
    text_of,
    two_half_years,
    with_canaries,
)
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure
from tests.support.withdrawals import withdraw
from tests.support.workbooks import workbook_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> Cycle:
    return two_half_years()[1]


def publish(cast: Cast, cycle: Cycle) -> None:
    """Aurora's report with figures and a verdict; Beacon's was never filed."""
    make_published_report(cycle, cast.aurora, search_figures(), {"find": "substantial"})
    with acting_as(SYSTEM):
        record_report_notice(SYSTEM, make_report(cycle, cast.beacon, state=ReportState.NOT_FILED))


def built(cycle: Cycle, format_: str = "pdf", language: str = "en") -> Document:
    edition = cycle_edition(cycle.slug)
    assert edition is not None
    document = request_public_cycle(edition, language, format_)
    build_document(document)
    return document


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Not filed 1 Beacon Search",
                "Half 1 of 2026",
                "Substantial",
                "Who submitted a report",
                "Method",
            ),
        ),
        ("ru", ("Aurora Video (ру)", "2026 год, полугодие 1", "Как подготовлен документ")),
    ],
)
def test_it_says_who_reported_and_how_it_was_judged(
    cast: Cast, cycle: Cycle, language: str, words: tuple[str, ...]
) -> None:
    publish(cast, cycle)

    text = text_of(built(cycle, language=language))

    assert [word for word in words if word not in text] == []


def test_every_page_names_the_publication_and_its_digest(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)
    edition = cycle_edition(cycle.slug)
    assert edition is not None

    pages = [page.extract_text().replace("\u202f", "") for page in reader_of(built(cycle)).pages]

    assert [edition.sha256 in "".join(page.replace("\u200b", "").split()) for page in pages] == [True] * len(
        pages
    )


def test_nothing_withheld_is_in_the_file(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, **with_canaries())

    everything = all_strings_of(built(cycle))

    assert "Aurora Video" in everything
    assert [secret for secret in (CANARY, "777771", "777,771", "1,666,653") if secret in everything] == []


def test_the_same_facts_give_the_same_bytes(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)
    document = built(cycle)
    first = bytes_of(document)
    with acting_as(SYSTEM):
        Document.objects.all().delete()

    assert bytes_of(built(cycle)) == first


def test_members_are_counted_by_what_they_gave_and_never_added_up(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, search_figures())
    withheld = submitted_figure("content-actioned", "777771", service="beacon-web", **WITHHELD)
    make_published_report(cycle, cast.beacon, {"search": [withheld]})
    edition = cycle_edition(cycle.slug)
    assert edition is not None

    with acting_as(ANYONE):
        summary = collect_published_summary(ANYONE, Document(target_id=edition.number, language="en"))

    counts = {name: cells for table in summary.coverage for name, cells in table.rows}
    assert counts["1.1.b Content actioned, pieces"] == ["1", "–", "1", "–", "–", "–", "–"]
    assert "document_date" not in template_data(summary)


def test_the_matrix_has_a_word_for_each_verdict_on_paper_and_in_a_table(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)

    text, book = text_of(built(cycle, "matrix-pdf")), workbook_of(built(cycle, "matrix-xlsx"))

    assert "Aurora Video" in text
    assert "Substantial" in text
    assert book.sheetnames == ["Overview", "Who submitted a report", "Verdicts", "Number of verdicts"]


def test_a_corrected_verdict_bears_a_sign_and_stands_below_the_matrix_as_it_was(
    cast: Cast, cycle: Cycle
) -> None:
    publish(cast, cycle)
    report = Report.objects.get(organisation=cast.aurora, cycle=cycle)
    correct_verdict(cast, report, {"value": "limited", "reason": "By day.", "difference": "It weighs most."})
    number = Publication.objects.get(type="report", revision=2).number

    matrix, summary = text_of(built(cycle, "matrix-pdf")), text_of(built(cycle))
    sheet = workbook_of(built(cycle, "matrix-xlsx"))["Verdicts"]

    below = f"1 1 Find, Aurora Video: corrected, was Substantial, No. {number}"
    for text in (matrix, summary):
        assert below in text
        assert "Submitted Limited 1 –" in text
    assert "Limited (corrected, was Substantial)" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_they_are_built_by_themselves_once_for_each_edition(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)
    with acting_as(SYSTEM):
        prepare_public_cycles()
        prepare_public_cycles()
        first = Document.objects.filter(kind__startswith="cycle.", cache_key__contains=cycle.slug).count()
        cedar = make_organisation("cedar-messenger")
        make_person("Cedric", cedar, Role.SIGNATORY)
        make_published_report(cycle, cedar, verdicts={"find": "limited"})
        prepare_public_cycles()
        second = Document.objects.filter(kind__startswith="cycle.", cache_key__contains=cycle.slug).count()

    assert (first, second) == (4, 8)


def test_each_file_of_a_cycle_names_its_source_in_the_same_words(cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)
    edition = cycle_edition(cycle.slug)
    assert edition is not None
    with acting_as(SYSTEM):
        prepare_public_cycles()
    run_all_jobs()
    sources = Document.objects.filter(kind__startswith="cycle.", language="en").values_list(
        "about", flat=True
    )

    moment = format_moment(edition.at)
    assert set(sources) == {f"As of publication No. {edition.number}, {moment}"}


def test_corrections_of_reports_and_of_replies_are_listed_and_make_an_edition(
    cast: Cast, cycle: Cycle
) -> None:
    make_published_report(
        cycle, cast.aurora, figures("1200", "34000"), {"find": "substantial"}, {"find": "394 it is."}
    )
    report = Report.objects.get(organisation=cast.aurora, cycle=cycle)
    before = cycle_edition(cycle.slug)
    correct(cast, report, REPLY, {"text": "349 it is."})
    reply = cycle_edition(cycle.slug)
    assert before is not None
    assert reply is not None
    correct(cast, report, KIDS, "1300")

    text = text_of(built(cycle))

    edition = cycle_edition(cycle.slug)
    assert edition is not None
    drawn = (
        published_cycle_facts(edition).readings["aurora-video", "content-actioned"].total.before_correction
    )
    assert drawn is not None
    assert drawn.value == 35200
    assert reply.number > before.number
    assert text.count(REASON["en"]) == 2
    assert text.count("(a reply)") == 1
    assert f"in place of No. {before.number}" in text
    for words in (
        "Value Was Is",
        "Aurora Kids 1,200 1,300",
        "All services 35,200 35,300",
        "394 it is. 349 it is.",
    ):
        assert words in text, words


def test_absences_in_the_summary_are_stated_only_while_true(cast: Cast, cycle: Cycle) -> None:
    absences = (
        "No verdict is published yet.",
        "No published report of this cycle was corrected or withdrawn.",
        "Every member that had to report did so on time.",
    )
    make_published_report(cycle, cast.aurora, search_figures())
    first = text_of(built(cycle))
    report = Report.objects.get(organisation=cast.aurora, cycle=cycle)
    correct(cast, report, KIDS, "1300")
    make_published_report(cycle, cast.beacon, verdicts={"find": "limited"})
    PublishedReport.objects.filter(organisation=cast.beacon).update(late=True)

    later = text_of(built(cycle))

    assert [words for words in absences if words not in first] == []
    assert [words for words in absences if words in later] == []


def test_a_report_that_came_in_time_after_an_extension_is_named_with_its_own_day(
    cast: Cast, cycle: Cycle
) -> None:
    make_published_report(cycle, cast.aurora, search_figures())
    until = cycle.due_on + timedelta(days=10)
    Report.objects.filter(organisation=cast.aurora, cycle=cycle).update(due_on=until)
    with acting_as(SYSTEM):
        record_cycle_publication(SYSTEM, cycle)

    text = text_of(built(cycle))

    assert f"On time, after an extension 1 Aurora Video had until {until.day} " in text
    assert "Every member that had to report did so on time." not in text


def test_a_withdrawn_report_is_counted_as_such_and_not_as_on_time(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, search_figures(), {"find": "limited"})
    make_published_report(cycle, cast.beacon, verdicts={"find": "limited"})
    with acting_as(SYSTEM):
        record_cycle_publication(SYSTEM, cycle)
        publication = Publication.objects.get(type="report", record=f"aurora-video/{cycle.slug}")
    withdraw(cast, publication, REASON)

    text, matrix = text_of(built(cycle)), text_of(built(cycle, "matrix-pdf"))

    assert "1 reports on time" in text
    assert "1 published and withdrawn" in text
    assert f"Published and withdrawn 1 Aurora Video {REASON['en']}" in text
    assert "Every member that had to report did so on time." not in text
    assert "Withdrawn on" in matrix
    assert "Filed" not in matrix
