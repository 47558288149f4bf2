"""The mark of a corrected value wherever it is drawn or listed: charts, the matrix, the cycle's workbook."""

import re

import pytest
from django.test import Client

from alliance.models import Cycle, Report
from alliance.queries.public.cycle_editions import cycle_edition
from alliance.services.public_documents import request_public_cycle
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import LIVE, correct, correct_verdict, figures
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.workbooks import table_of, workbook_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    """Aurora's figure and the verdict on it are both corrected."""
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, figures("2960", "394"), verdicts={"find": "limited"})
    make_published_cycle(cycle)
    report = Report.objects.get()
    correct(cast, report, LIVE, "349")
    new = {"value": "substantial", "reason": "The log was complete.", "difference": "It weighs most."}
    correct_verdict(cast, report, new)
    return cycle


def test_the_matrix_says_what_a_verdict_was(cycle: Cycle, client: Client) -> None:
    page = words_of(client.get(f"/en/cycles/{cycle.slug}/"))
    file = client.get(f"/en/cycles/{cycle.slug}/verdicts.csv").text

    assert "corrected, was Limited" in page
    assert "Substantial (corrected, was Limited)" in file


def test_the_workbook_of_the_cycle_has_the_value_before(cycle: Cycle) -> None:
    edition = cycle_edition(cycle.slug)
    assert edition is not None
    document = request_public_cycle(edition, "en")
    run_all_jobs()
    workbook = workbook_of(document)

    rows = [
        (row["Value"].value, row["Before correction"].value, row["Corrected in No."].value)
        for row in table_of(workbook["Figures"])
    ]
    number = Publication.objects.get(type="report", revision=2).number
    assert (349, "394", number) in rows
    assert (2960, None, None) in rows
    assert (3309, "3,354", number) in rows
    words = {cell.value for row in workbook["Verdicts"].iter_rows() for cell in row}
    assert "Substantial (corrected, was Limited)" in words


def test_a_drawing_marks_the_point(cycle: Cycle, client: Client) -> None:
    page = client.get("/en/commitments/find/").text

    assert "chart-ring" in page
    assert "corrected, was 3,354" in page


def test_the_mark_of_a_figure_that_opens_leads_on_from_what_it_opens_to(cycle: Cycle, client: Client) -> None:
    page = client.get(f"/en/reports/aurora-video/{cycle.slug}/").text
    summaries = re.findall(r"<summary>(.*?)</summary>", page, re.DOTALL)
    provenance = page.partition("<del>394</del>;")[2]

    assert any("<ins>349</ins>" in summary for summary in summaries)
    assert not any("<a " in summary for summary in summaries)
    assert provenance.lstrip().startswith('<a href="#correction-title">why</a>')
    assert 'id="correction-title"' in page
