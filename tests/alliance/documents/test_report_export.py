"""A member's report as a workbook and as JSON: published, as filed, and the working copy, each for whom it is."""

import json
from typing import Any

import pytest
from openpyxl import Workbook

from alliance.documents.report.export import collect_working_report
from alliance.models import Answer, Cycle, Figure, Indicator, Question, Report, Service, TimelineEntry
from alliance.queries.documents import find_document
from alliance.queries.public.correction_rows import CorrectionRow
from alliance.queries.public.report_editions import report_edition
from alliance.queries.public.summaries import summaries_of
from alliance.queries.public.value_differences import ValueDifference
from alliance.services.documents import document_options, request_report_document
from alliance.services.public_documents import request_public_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.errors import DomainError, Forbidden
from tests.factories import Cast, make_report
from tests.support.corrections import LIVE, REASON, STORY, correct
from tests.support.jobs import build_document
from tests.support.pdf_reports import CANARY, search_figures, text_of, two_half_years, with_canaries
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission
from tests.support.workbooks import content_of, everything_in, table_of, values_of, workbook_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> Cycle:
    return two_half_years()[1]


def public(cast: Cast, cycle: Cycle, format_: str) -> Document:
    edition = report_edition(cast.aurora.slug, cycle.slug)
    assert edition is not None
    document = request_public_report(edition, "en", format_)
    build_document(document)
    return document


def own(cast: Cast, report: Report, name: str, text: str) -> Document:
    """A document of this name, asked for and built as this person."""
    with acting_as(cast.actor(name)) as actor:
        document = request_report_document(actor, report, "en", text)
    build_document(document)
    return document


def data_of(document: Document) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(content_of(document))
    return data


def figures_in(data: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """Each figure as indicator, service and value."""
    indicators = [
        indicator
        for commitment in data["commitments"]
        for measure in commitment["measures"]
        for indicator in measure["indicators"]
    ]
    return [
        (indicator["key"], row["service"], row["value"])
        for indicator in indicators
        for row in indicator.get("figures", ())
    ]


def draft(cast: Cast, report: Report, value: str = "41") -> None:
    """Something typed and not filed."""
    frame = {"report": report, "organisation": cast.aurora, "updated_by": cast.alice}
    with acting_as(cast.actor("alice")):
        Figure.objects.create(
            indicator=Indicator.objects.get(key="content-actioned"), service=Service.objects.get(slug="aurora-kids"),
            status="reported", value=value, **frame,
        )  # fmt: skip
        Answer.objects.create(indicator=Indicator.objects.get(key="search-story"), text="A draft.", **frame)


# --- Published -------------------------------------------------------------------------------


def test_the_published_one_has_everything_in_its_place(cast: Cast, cycle: Cycle) -> None:
    publication = make_published_report(
        cycle, cast.aurora, search_figures(), {"find": "substantial"}, {"find": "We agree."}
    )
    data = data_of(public(cast, cycle, "json"))
    assert (data["schema"], data["version"], data["basis"]) == ("alliance-portal/report", 1, "publication")
    assert (data["origin"]["number"], data["origin"]["sha256"]) == (publication.number, publication.sha256)
    (find, _answer) = data["commitments"]
    assert (find["verdict"]["value"], find["reply"]["text"]) == ("substantial", "We agree.")
    assert figures_in(data)[:2] == [
        ("content-actioned", "aurora-kids", "1200"), ("content-actioned", "aurora-live", "34000"),
    ]  # fmt: skip
    assert find["measures"][0]["indicators"][1]["totals"][0]["value"] == "35200"
    assert [key for key in ("questions", "changes_requested") if key in data] == []


def test_a_correction_stands_in_every_file_with_what_it_was(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, search_figures())
    correct(cast, Report.objects.get(), LIVE, "34900")

    data = data_of(public(cast, cycle, "json"))
    (entry,) = data["corrections"]
    assert [(row["old"]["value"], row["new"]["value"]) for row in entry["items"]] == [("34000", "34900")]
    (row,) = values_of(workbook_of(public(cast, cycle, "xlsx"))["Figures"], "Aurora Live", "Remarks")
    assert row[0] == 34900
    assert "Aurora Live: corrected, was 34,000" in row[1]
    assert "The whole organisation: corrected, was 35,200" in row[1]
    text = text_of(public(cast, cycle, "pdf"))
    assert text.count(REASON["en"]) == 2  # on the first page, and with the values
    assert "Aurora Live 34,000 34,900" in text
    rows = values_of(workbook_of(public(cast, cycle, "xlsx"))["Corrections"], "Value", "Was", "Is")
    assert [row[1:] for row in rows] == [("34,000", "34,900"), ("35,200", "36,100")]


def test_a_text_that_was_corrected_near_its_end_shows_what_differs(cast: Cast, cycle: Cycle) -> None:
    """The workbook has it whole; on paper and in feeds both texts are cut around the first difference."""
    beginning = "We search what is published. " * 40
    old, new = f"{beginning}It took eleven days.", f"{beginning}It took seven days."
    make_published_report(cycle, cast.aurora, search_figures(), answer=old)
    correct(cast, Report.objects.get(), STORY, {"text": new})

    rows = values_of(workbook_of(public(cast, cycle, "xlsx"))["Corrections"], "Was", "Is")
    assert rows == [(old, new)]
    _title, was, now = CorrectionRow("", "", ValueDifference(old, new)).on_paper
    assert (was[-21:], now[-20:], len(was) < 300) == (" It took eleven days.", " It took seven days.", True)
    (summary,) = summaries_of(TimelineEntry.objects.filter(kind="correction"))
    assert "eleven days. → …" in summary.points[0]
    assert summary.points[0].endswith("seven days.")


def test_the_workbook_shows_services_side_by_side_as_the_editor_does(cast: Cast, cycle: Cycle) -> None:
    make_published_report(
        cycle, cast.aurora, search_figures(), {"find": "substantial"}, {"find": "We agree."}
    )
    book = workbook_of(public(cast, cycle, "xlsx"))
    assert book.sheetnames == ["Cover", "Answers", "Figures", "Verdicts", "Data dictionary"]
    (row,) = values_of(
        book["Figures"], "Indicator", "Part", "Aurora Kids", "Aurora Live", "The whole organisation"
    )
    assert row == ("1.1.b", "Total", 1200, 34000, 35200)
    first = table_of(book["Verdicts"])[0]
    assert (first["Verdict"].value, first["Reply"].value) == ("Substantial", "We agree.")


@pytest.mark.parametrize("format_", ["xlsx", "json"])
def test_nothing_withheld_is_in_it(cast: Cast, cycle: Cycle, format_: str) -> None:
    make_published_report(cycle, cast.aurora, **with_canaries())
    content = content_of(public(cast, cycle, format_))
    text = everything_in(content) if format_ == "xlsx" else content.decode()
    assert [secret for secret in (CANARY, "777771", "1666653") if secret in text] == []


@pytest.mark.parametrize("format_", ["xlsx", "json"])
def test_the_same_facts_give_the_same_bytes(cast: Cast, cycle: Cycle, format_: str) -> None:
    make_published_report(cycle, cast.aurora, search_figures(), {"find": "substantial"})
    first = content_of(public(cast, cycle, format_))
    Document.objects.all().delete()
    assert content_of(public(cast, cycle, format_)) == first


def test_two_who_ask_get_the_same_build(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, search_figures())
    report = Report.objects.get()
    document_ids = {own(cast, report, name, "xlsx").pk for name in ("alice", "rita")}
    assert (len(document_ids), Document.objects.get(pk=document_ids.pop()).is_for_everybody) == (1, True)


# --- As filed --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["alice", "bob", "rita", "mona"])
def test_the_organisation_and_the_secretariat_read_what_was_filed_whole(
    cast: Cast, cycle: Cycle, name: str
) -> None:
    report = make_report(cycle, cast.aurora)
    make_submission(report, **with_canaries())
    document = own(cast, report, name, "filed.json")
    data = data_of(document)
    assert (data["basis"], figures_in(data)[0]) == (
        "submission", ("content-actioned", "aurora-kids", "777771"),
    )  # fmt: skip
    assert "Not public" in data["notice"]
    assert find_document(cast.actor("carol"), document.key) is None


def test_questions_and_warnings_are_in_the_organisations_own_alone(cast: Cast, cycle: Cycle) -> None:
    report = make_report(cycle, cast.aurora)
    make_submission(report, **with_canaries())
    with acting_as(SYSTEM):
        Question.objects.create(
            report=report, organisation=cast.aurora, text="Which one?", asked_by=cast.rita
        )
    sheets = {
        name: workbook_of(own(cast, report, name, "filed.xlsx")).sheetnames for name in ("alice", "rita")
    }
    extra_titles = {
        name: [title for title in titles if title in ("Questions", "Warnings")]
        for name, titles in sheets.items()
    }
    assert extra_titles == {"alice": ["Questions", "Warnings"], "rita": []}
    assert "Which one?" not in content_of(own(cast, report, "rita", "filed.json")).decode()


def test_every_sheet_of_what_is_not_public_says_so(cast: Cast, cycle: Cycle) -> None:
    report = make_report(cycle, cast.aurora)
    make_submission(report, figures=search_figures())
    book: Workbook = workbook_of(own(cast, report, "alice", "filed.xlsx"))
    mark = "Not public. Only for the organisation and the secretariat."
    assert {(sheet["A1"].value, sheet.oddHeader.right.text) for sheet in book} == {(mark, f"&B{mark}")}


# --- The working copy ------------------------------------------------------------------------


def test_the_working_copy_is_what_stands_there_now(cast: Cast, cycle: Cycle) -> None:
    report = make_report(cycle, cast.aurora)
    draft(cast, report)
    document = own(cast, report, "bob", "working.json")
    data = data_of(document)
    assert (data["basis"], figures_in(data)) == ("working_copy", [("content-actioned", "aurora-kids", "41")])
    answers = data["commitments"][0]["measures"][0]["indicators"][0]["answer"]
    assert (answers["text"], document.about[:5], "not submitted" in data["notice"]) == (
        "A draft.",
        "Draft",
        True,
    )


@pytest.mark.parametrize("name", ["rita", "mona"])
def test_the_secretariat_gets_no_working_copy(cast: Cast, cycle: Cycle, name: str) -> None:
    report = make_report(cycle, cast.aurora)
    with acting_as(cast.actor(name)) as actor, pytest.raises(Forbidden):
        request_report_document(actor, report, "en", "working.xlsx")
    offers = [offer.name for offer in document_options(cast.actor(name), report)]
    assert ([name for name in offers if "working" in name], Document.objects.count()) == ([], 0)


def test_a_working_copy_asked_for_by_a_trick_is_refused_when_it_is_built(cast: Cast, cycle: Cycle) -> None:
    report = make_report(cycle, cast.aurora)
    draft(cast, report)
    document = Document.objects.create(
        kind="report.working.json", target_id=report.pk, language="en", title="x",
        requested_by=cast.carol, tenant_id=cast.beacon.pk,
    )  # fmt: skip
    with acting_as(cast.actor("carol")) as carol, pytest.raises(DomainError):
        collect_working_report(carol, document)


def test_a_name_that_is_not_offered_is_refused(cast: Cast, cycle: Cycle) -> None:
    report = make_report(cycle, cast.aurora)
    with acting_as(cast.actor("alice")) as actor, pytest.raises(DomainError):
        request_report_document(actor, report, "en", "working.exe")
