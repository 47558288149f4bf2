"""Tables of figures on paper: every status has its sign, nothing is compared across a changed definition."""

from typing import Any

import pytest

from alliance.documents.report.facts import published_report_facts
from alliance.documents.report.figure_tables import TableNotes, figure_tables_of
from alliance.documents.report.pdf_model import PdfFigureTable
from alliance.models import Measure, Organisation, Service
from tests.factories import Cast, make_service
from tests.support.pdf_reports import search_figures, two_half_years
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db


def tables(
    organisation: Organisation, figures: dict[str, list[dict[str, Any]]], measure: str = "search"
) -> list[PdfFigureTable]:
    """The tables of one measure, with last half's report before it."""
    before, cycle = two_half_years()
    make_published_report(before, organisation, search_figures(value="900"))
    publication = make_published_report(cycle, organisation, figures)
    return figure_tables_of(published_report_facts(publication.number), Measure.objects.get(key=measure))


def cells(table: PdfFigureTable, row: int = 0) -> list[tuple[str, str]]:
    return [(cell.kind, cell.text) for cell in table.rows[row].cells]


def test_services_stand_side_by_side_with_total_and_period_before(cast: Cast) -> None:
    (table,) = tables(cast.aurora, search_figures())
    assert table.header == ["Indicator", "Aurora Kids", "Aurora Live", "All", "Previous period"]
    assert cells(table) == [("value", "1,200"), ("value", "34,000"), ("value", "35,200"), ("value", "34,900")]
    assert (table.total, table.before) == (3, 4)


@pytest.mark.parametrize(
    ("changed", "cell"),
    [
        ({"value": "0"}, ("zero", "0")),
        ({"status": "not_measured", "value": None}, ("not_measured", "Not measured")),
        ({"status": "not_applicable", "value": None}, ("not_applicable", "Not applicable")),
        ({"status": "declined", "value": None, "reason": "The law forbids it."}, ("declined", "Declined")),
        ({"disclosure": "secretariat", "disclosure_reason": "A secret."}, ("withheld", "Withheld")),
        ({"estimate": True, "lower": "1100", "upper": "1300"}, ("value", "≈\u00a01,200")),
    ],
)
def test_each_status_has_its_cell(cast: Cast, changed: dict[str, Any], cell: tuple[str, str]) -> None:
    (table,) = tables(cast.aurora, search_figures(**changed))
    assert cells(table)[0] == cell


def test_an_estimate_has_its_bounds_behind_it(cast: Cast) -> None:
    (table,) = tables(cast.aurora, search_figures(estimate=True, lower="1100", upper="1300"))
    assert table.rows[0].cells[0].aside == "1,100–1,300"


def test_a_total_of_some_services_says_so(cast: Cast) -> None:
    (table,) = tables(cast.aurora, search_figures(status="not_measured", value=None))
    assert (table.rows[0].cells[2].text, table.rows[0].cells[2].below) == ("34,000", "1 of 2 services")


def test_across_a_changed_definition_nothing_is_compared(cast: Cast) -> None:
    (table,) = tables(
        cast.aurora, search_figures(definition_changed=True, definition_note="Streams count too.")
    )
    assert cells(table)[-1] == ("not_compared", "not compared")
    sign, note = table.notes[0]
    assert (table.rows[0].cells[0].sign, sign) == ("a", "a")
    assert note.text == "Definition changed, not compared with the previous period: Streams count too."


def test_medians_have_no_total(cast: Cast) -> None:
    figures = [
        submitted_figure("time-to-removal", "3.2", service=slug) for slug in ("aurora-kids", "aurora-live")
    ]
    (table,) = tables(cast.aurora, {"speed": figures}, "speed")
    assert cells(table) == [("value", "3.2"), ("value", "3.2"), ("none", "–"), ("none", "–")]


def test_a_figure_of_the_whole_organisation_stands_under_its_name(cast: Cast) -> None:
    figures = [submitted_figure("moderators", "412")]
    (table,) = tables(cast.aurora, {"complaints": figures}, "complaints")
    assert (table.header, cells(table)) == (
        ["Indicator", "The whole organisation", "Previous period"], [("value", "412"), ("none", "–")]
    )  # fmt: skip


def test_an_only_service_has_no_column_for_all(cast: Cast) -> None:
    figures = [submitted_figure("content-actioned", "7", service="beacon-web")]
    _before, cycle = two_half_years()
    publication = make_published_report(cycle, cast.beacon, {"search": figures})
    (table,) = figure_tables_of(published_report_facts(publication.number), Measure.objects.get(key="search"))
    assert (table.header, cells(table)) == (["Indicator", "Beacon Web"], [("value", "7")])


def test_many_services_make_several_tables_and_the_last_has_the_total(cast: Cast) -> None:
    for number in range(5):
        make_service(cast.aurora, f"aurora-{number}")
    figures = [
        submitted_figure("content-actioned", "1", service=service.slug)
        for service in Service.objects.filter(slug__startswith="aurora")
    ]
    first, second = tables(cast.aurora, {"search": figures})
    assert (len(first.header), first.total, first.before) == (6, None, None)
    assert cells(second)[-2] == ("value", "7")


def test_notes_are_lettered_once_each() -> None:
    notes = TableNotes()
    signs = [notes.sign(text) for text in ("one", "two", "one", "")]
    assert signs == ["a", "b", "a", ""]
    assert [TableNotes.sign(notes, str(number)) for number in range(26)][-3:] == ["z", "aa", "ab"]
