"""The drawing on paper is that of the page, stroke by stroke; only whose it is, links and size differ."""

from dataclasses import replace

import pytest
from django.test import Client

from alliance.documents.report.charts import charts_of
from alliance.documents.report.facts import published_report_facts
from alliance.models import Cycle
from alliance.queries.public.report_editions import report_edition
from portal.kernel.charts import LineChart, Target
from tests.factories import Cast, make_cycle, read_charter
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
VALUES = {"found-proactively": ("61.333333", "64", "70.5"), "content-actioned": ("3", "1200", "900")}


@pytest.fixture
def cycles(cast: Cast) -> list[Cycle]:
    """Three reports of Aurora: shares with a break and bounds, and counts that span more than twenty-fold."""
    cycles = [make_cycle(read_charter(), slug) for slug in ("2025-h1", "2025-h2", "2026-h1")]
    for place, cycle in enumerate(cycles):
        break_ = {"definition_changed": True, "definition_note": "Streams too."} if place == 1 else {}
        bounds = {"estimate": True, "lower": "60", "upper": "950"} if place == 2 else {}
        figures = [
            submitted_figure(key, values[place], service="aurora-kids", **(break_ | bounds))
            for key, values in VALUES.items()
        ]
        make_published_report(cycle, cast.aurora, {"search": figures})
        make_published_cycle(cycle)
    return cycles


def without_names(chart: LineChart) -> LineChart:
    """The drawing without what belongs to where it stands: size, links, whose its line and its targets are."""
    series = [
        replace(each, name="Line", points=[replace(point, url="") for point in each.points])
        for each in chart.series
    ]
    targets = [Target(target.value, "aim", target.start, target.end) for target in chart.targets]
    return replace(
        chart, name="drawing", title="Title", unit="", width=700, height=190, series=series, targets=targets
    )


@pytest.mark.parametrize("key", VALUES)
def test_page_and_paper_have_one_drawing(client: Client, cast: Cast, cycles: list[Cycle], key: str) -> None:
    value = "80" if key == "found-proactively" else "1000"
    pledge = make_published_pledge(cast.aurora, {"indicator": key, "value": value, "due_on": "2026-03-31"})
    edition = report_edition(cast.aurora.slug, cycles[-1].slug)
    assert edition is not None
    facts = published_report_facts(edition.number)
    measures = [measure for each in facts.charter.commitments.all() for measure in each.measures.all()]

    paper = next(each for each in charts_of(facts, measures, pledge) if each.drawing.name == f"line-{key}")
    page = client.get(f"/en/compare/?indicator={key}&members=aurora-video").context["chart"]

    assert paper.drawing.title == page.title
    assert paper.drawing.is_log is page.is_log is (key == "content-actioned")
    assert without_names(paper.drawing).svg == without_names(page).svg
    assert len(paper.drawing.layout.targets) == 1
