"""A member that did not file in between: what table, chart, file and order say of it."""

from decimal import Decimal

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Cycle, Indicator
from alliance.queries.public.readings import Reading
from alliance.services.publications import record_report_notice
from alliance.web.public.comparison_cells import compared_cell
from portal.kernel.access import SYSTEM
from tests.alliance.web.public.test_compare import table_rows
from tests.factories import make_cycle, make_report, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
GAP = "indicator=time-to-removal"


@pytest.fixture(scope="module", autouse=True)
def three_half_years(module_transaction: None) -> None:
    """Aurora reports 10.8 hours, does not file, reports 7.8; Beacon files three times, and was never asked."""
    cast, charter = read_cast(), read_charter()
    for slug, hours in (("2025-h1", "10.8"), ("2025-h2", None), ("2026-h1", "7.8")):
        cycle = make_cycle(charter, slug)
        if hours is None:
            record_report_notice(SYSTEM, make_report(cycle, cast.aurora, ReportState.NOT_FILED))
        else:
            figures = {"speed": [submitted_figure("time-to-removal", hours, service="aurora-kids")]}
            make_published_report(cycle, cast.aurora, figures)
        make_published_report(cycle, cast.beacon)
        make_published_cycle(cycle)


def test_a_period_without_a_report_stays_in_table_chart_and_sentence(client: Client) -> None:
    aurora, beacon = table_rows(client, GAP)
    assert [cell.reading.status for cell in aurora.cells] == ["reported", "not_filed", "reported"]
    assert [cell.reading.status for cell in beacon.cells] == ["not_asked"] * 3
    assert aurora.cells[2].change == "2 periods ago: 10.8"
    page = client.get(f"/en/compare/?{GAP}&view=time")
    chart = page.context["chart"]
    assert (len(chart.steps), [path.line for path in chart.layout.paths]) == (3, ["", ""])
    assert "Did not file: Half 2 of 2025." in chart.words
    assert [row[1] for row in chart.table.rows] == ["10.8", "Did not file", "7.8"]
    assert all(path.gaps for path in chart.layout.paths)
    assert words_of(page).count("Did not file") >= 2


def test_a_chosen_member_that_never_reported_the_indicator_is_shown(client: Client) -> None:
    rows = table_rows(client, f"{GAP}&members=beacon-search")

    assert [[cell.reading.status for cell in row.cells] for row in rows] == [["not_asked"] * 3]
    lines = (
        client.get(f"/en/compare.csv?{GAP}&members=beacon-search").content.decode("utf-8-sig").splitlines()
    )
    assert [line.split(",")[7] for line in lines] == ["Status", "Not asked", "Not asked", "Not asked"]


@pytest.mark.parametrize(
    "address", ["compare.csv?indicator=time-to-removal", "commitments/find/time-to-removal.csv"]
)
def test_a_file_has_a_row_for_the_period_without_a_report(client: Client, address: str) -> None:
    lines = client.get(f"/en/{address}").content.decode("utf-8-sig").splitlines()

    assert [line.split(",")[2:8:5] for line in lines if line.startswith("Aurora")] == [
        ["2025-h1", "Reported"],
        ["2025-h2", "Did not file"],
        ["2026-h1", "Reported"],
    ]


def test_every_member_can_be_compared_on_every_indicator(client: Client) -> None:
    page = client.get("/en/compare/").context
    indicators = [indicator.key for group in page["menu"].groups for indicator in group.indicators]
    answers = {
        (indicator, member): client.get(f"/en/compare/?indicator={indicator}&members={member}").status_code
        for indicator in indicators
        for member in ("aurora-video", "beacon-search")
    }

    assert set(answers.values()) == {200}


def test_a_changed_definition_is_not_compared_with_the_earlier_figure() -> None:
    indicator = Indicator.objects.get(key="time-to-removal")
    cycle = Cycle.objects.latest("starts_on")
    before, gap = Reading(value=Decimal("10.8")), Reading(status="not_filed")

    changes = [
        compared_cell(indicator, cycle, [before, gap, Reading(value=Decimal(7), broken=broken)], ()).change
        for broken in (False, True)
    ]

    assert changes == ["2 periods ago: 10.8", ""]


def test_a_gap_between_is_named(client: Client) -> None:
    answer = client.get(f"/en/compare/?{GAP}")

    assert [row.notes for row in answer.context["ranked"]] == [["no figure in 2025-II"]]
    assert [row.is_interrupted for row in answer.context["ranked_chart"].rows] == [True]
