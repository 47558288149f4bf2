"""One indicator over members and cycles."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Cycle, Indicator, ReferenceCount, ReferenceLoad
from alliance.queries.public.readings import Reading
from alliance.services.publications import record_report_notice
from alliance.web.public.comparison_cells import compared_cell
from portal.kernel.access import SYSTEM
from tests.factories import Cast, make_cycle, make_report, make_service, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Aurora counts 67,073 where somebody else counted 70,157; Beacon 164,478 where somebody else counted 339,412."""
    cast, cycle = read_cast(), make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, {"complaints": [submitted_figure("moderators", "67073")]})
    make_published_report(cycle, cast.beacon, {"complaints": [submitted_figure("moderators", "164478")]})
    make_published_cycle(cycle)
    load = ReferenceLoad.objects.create(sha256="a" * 64, file_name="counts.csv", rows=2)
    for number, (organisation, value) in enumerate([(cast.aurora, 70157), (cast.beacon, 339412)]):
        ReferenceCount.objects.create(
            load=load,
            organisation=organisation,
            indicator_key="moderators",
            starts_on=cycle.starts_on,
            ends_on=cycle.ends_on,
            value=value,
            observer="The hotline",
            source=f"Line {number}",
        )
    return cast


def table_rows(client: Client, query: str) -> list[Any]:
    return client.get(f"/en/compare/?view=table&{query}").context["rows"]


def test_reference_counts_stand_next_to_each_figure(client: Client, cast: Cast) -> None:
    answer = client.get("/en/compare/?indicator=moderators&view=table")

    counted = [row.cells[0].reference_counts[0] for row in answer.context["rows"]]
    assert [(count.deviation, count.is_large) for count in counted] == [
        ("4.4\N{NO-BREAK SPACE}%", False),
        ("51.5\N{NO-BREAK SPACE}%", True),
    ]
    assert ("67,073" in answer.text, "70,157" in answer.text) == (True, True)
    assert [row.series.name for row, _cell in answer.context["large_deviations"]] == ["Beacon Search"]


@pytest.mark.parametrize(
    "query", ["members=beacon-search,aurora-video", "members=beacon-search&members=aurora-video"]
)
def test_members_are_chosen_in_either_way_of_writing(client: Client, cast: Cast, query: str) -> None:
    answer = client.get(f"/en/compare/?indicator=moderators&view=table&{query}")

    assert [row.series.name for row in answer.context["rows"]] == ["Aurora Video", "Beacon Search"]
    assert answer.context["canonical"].endswith(
        "/en/compare/?indicator=moderators&members=aurora-video,beacon-search&view=table"
    )


def test_one_member_may_be_chosen(client: Client, cast: Cast) -> None:
    rows = table_rows(client, "indicator=moderators&members=beacon-search")

    assert [row.series.name for row in rows] == ["Beacon Search"]


def test_the_file_has_both_counts(client: Client, cast: Cast) -> None:
    lines = client.get("/en/compare.csv?indicator=moderators").content.decode("utf-8-sig").splitlines()

    assert lines[1].split(",")[-4:] == ["The hotline", "70157", "4.4", "Line 0"]


# --- Periods without a figure ----------------------------------------------------------------


@pytest.fixture
def with_gap() -> Cast:
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
    return cast


GAP = "indicator=time-to-removal"


def test_a_period_without_a_report_stays_in_table_chart_and_sentence(client: Client, with_gap: Cast) -> None:
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


def test_a_chosen_member_that_never_reported_the_indicator_is_shown(client: Client, with_gap: Cast) -> None:
    rows = table_rows(client, f"{GAP}&members=beacon-search")

    assert [[cell.reading.status for cell in row.cells] for row in rows] == [["not_asked"] * 3]
    lines = (
        client.get(f"/en/compare.csv?{GAP}&members=beacon-search").content.decode("utf-8-sig").splitlines()
    )
    assert [line.split(",")[7] for line in lines] == ["Status", "Not asked", "Not asked", "Not asked"]


@pytest.mark.parametrize(
    "address", ["compare.csv?indicator=time-to-removal", "commitments/find/time-to-removal.csv"]
)
def test_a_file_has_a_row_for_the_period_without_a_report(
    client: Client, with_gap: Cast, address: str
) -> None:
    lines = client.get(f"/en/{address}").content.decode("utf-8-sig").splitlines()

    assert [line.split(",")[2:8:5] for line in lines if line.startswith("Aurora")] == [
        ["2025-h1", "Reported"],
        ["2025-h2", "Did not file"],
        ["2026-h1", "Reported"],
    ]


def test_every_member_can_be_compared_on_every_indicator(client: Client, with_gap: Cast) -> None:
    page = client.get("/en/compare/").context
    indicators = [indicator.key for group in page["groups"] for indicator in group.indicators]
    answers = {
        (indicator, member): client.get(f"/en/compare/?indicator={indicator}&members={member}").status_code
        for indicator in indicators
        for member in ("aurora-video", "beacon-search")
    }

    assert set(answers.values()) == {200}


def test_nothing_is_said_of_an_earlier_figure_across_a_changed_definition(with_gap: Cast) -> None:
    indicator = Indicator.objects.get(key="time-to-removal")
    cycle = Cycle.objects.latest("starts_on")
    before, gap = Reading(value=Decimal("10.8")), Reading(status="not_filed")

    changes = [
        compared_cell(indicator, cycle, [before, gap, Reading(value=Decimal(7), broken=broken)], ()).change
        for broken in (False, True)
    ]

    assert changes == ["2 periods ago: 10.8", ""]


# --- Ranked --------------------------------------------------------------------------------------


def ranked(client: Client, query: str = GAP) -> list[tuple[str, str, str]]:
    rows = client.get(f"/en/compare/?{query}").context["ranked"]
    return [(row.place, row.line.series.name, row.line.course) for row in rows]


@pytest.fixture
def two_years() -> Cast:
    """Hours of five services in two half-years: Kids faster, Live new, Clips slower, Games anew, News unclear."""
    cast, charter = read_cast(), read_charter()
    hours = {
        "kids": ("2", "1"), "live": (None, "1"), "clips": ("1", "40"), "games": ("9", "3"), "news": ("5", "4"),
    }  # fmt: skip
    for slug in hours:
        make_service(cast.aurora, slug)
    for place, slug in enumerate(("2025-h2", "2026-h1")):
        cycle = make_cycle(charter, slug)
        figures = []
        for service, values in hours.items():
            extra: dict[str, Any] = {}
            if place and service == "games":
                extra = {"definition_changed": True, "definition_note": "Calls too."}
            if place and service == "news":
                extra = {"estimate": True, "lower": "3", "upper": "6"}
            if values[place] is not None:
                figures.append(submitted_figure("time-to-removal", values[place], service=service, **extra))
        make_published_report(cycle, cast.aurora, {"speed": figures})
        make_published_report(cycle, cast.beacon)
        make_published_cycle(cycle)
    return cast


@pytest.mark.usefixtures("two_years")
def test_the_best_comes_first_in_the_direction_of_the_indicator(client: Client) -> None:
    assert ranked(client) == [
        ("1=", "Kids", "better"),
        ("1=", "Live", "new"),
        ("3", "Games", "broken"),
        ("4", "News", "unclear"),
        ("5", "Clips", "worse"),
    ]
    words = words_of(client.get(f"/en/compare/?{GAP}"))
    assert "Of 3 that can be compared, 1 became better and 1 worse." in words
    assert "Best: Kids, Aurora Video, 1 hour. Last: Clips, Aurora Video, 40 hours." in words
    assert "Not in the order 1 Beacon Search Not asked" in words


def test_a_gap_between_is_named(client: Client, with_gap: Cast) -> None:
    answer = client.get(f"/en/compare/?{GAP}")

    assert [row.notes for row in answer.context["ranked"]] == [["no figure in 2025-II"]]
    assert [row.is_interrupted for row in answer.context["ranked_chart"].rows] == [True]


@pytest.mark.usefixtures("two_years")
def test_a_wide_span_is_drawn_in_proportions_and_a_break_is_not_joined(client: Client) -> None:
    chart = client.get(f"/en/compare/?{GAP}").context["ranked_chart"]
    drawing = client.get(f"/en/compare.svg?{GAP}")

    assert chart.is_log
    joints = {name: bool(row.joint) for name, _last, _x, row in chart.layout}
    assert (joints["Games, Aurora Video"], joints["Clips, Aurora Video"]) == (False, True)
    assert drawing["Content-Type"].startswith("image/svg+xml")
    assert b"<svg" in drawing.content


@pytest.mark.usefixtures("two_years")
@pytest.mark.parametrize(
    ("query", "cycles"),
    [
        ("", ["2025-h2", "2026-h1"]),
        ("&from=2026-h1", ["2026-h1"]),
        ("&from=2026-h1&to=2025-h2", ["2025-h2", "2026-h1"]),
        ("&to=2025-h2", ["2025-h2"]),
    ],
)
def test_cycles_are_chosen_in_either_order(client: Client, query: str, cycles: list[str]) -> None:
    compared = client.get(f"/en/compare/?{GAP}{query}").context["choice"]

    assert [cycle.slug for cycle in compared.cycles] == cycles


@pytest.mark.usefixtures("two_years")
def test_indicators_are_found_by_their_words(client: Client) -> None:
    groups = client.get("/en/compare/?find=REMOVAL time").context["groups"]

    assert [indicator.key for group in groups for indicator in group.indicators] == ["time-to-removal"]
    assert "No indicator has these words." in words_of(client.get("/en/compare/?find=unicorn"))
