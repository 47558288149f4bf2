"""Points that lead somewhere, targets with a start and a day, and scales of proportions."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from portal.kernel.charts import (
    CaptionedDrawing,
    Dumbbell,
    DumbbellChart,
    LineChart,
    Point,
    Series,
    Step,
    Target,
    TargetTrack,
    TrackKind,
)
from tests.portal.kernel.charts.test_target_tracks import point as track_point
from tests.portal.kernel.charts.test_target_tracks import track

SVG = "{http://www.w3.org/2000/svg}"
YEARS = [Step(str(year)) for year in range(2020, 2024)]
LINKED = Series(
    "Aurora",
    [
        Point(0, Decimal(12), url="/2020/"),
        Point(1, Decimal(15), Decimal(14), Decimal(17), estimate=True, url="/2021/"),
        Point(2, None, note="Did not file", url="/2022/"),
        Point(3, Decimal(9), breaks_before=True, reason="Calls too.", was="8", url="/2023/"),
    ],
)


def line(*series: Series, **extra: object) -> LineChart:
    return LineChart(**{"name": "line", "title": "Hours: Aurora", "steps": YEARS, "series": series, **extra})


def read(chart: LineChart | TargetTrack) -> list[tuple[str | None, str | None]]:
    """Where each point leads, and what it says."""
    root = ElementTree.fromstring(chart.svg)
    return [(link.get("href"), link.findtext(f"{SVG}title")) for link in root.iter(f"{SVG}a")]


def test_each_point_is_a_link_that_says_all_that_it_shows() -> None:
    assert read(line(LINKED)) == [
        ("/2020/", "Aurora, 2020: 12"),
        ("/2021/", "Aurora, 2021: ≈ 15 (14–17)"),
        ("/2022/", "Aurora, 2022: Did not file"),
        ("/2023/", "Aurora, 2023: 9 (corrected, was 8; Definition changed). Calls too."),
    ]


def test_a_drawing_with_links_is_a_group_and_one_without_is_an_image() -> None:
    linked = ElementTree.fromstring(line(LINKED).svg)
    plain = ElementTree.fromstring(line(Series("One", [Point(0, Decimal(1))])).svg)

    assert (linked.get("role"), linked.get("aria-labelledby")) == ("group", "line-title")
    assert linked.get("aria-describedby") == "line-desc"
    assert plain.get("role") == "img"


def test_the_page_has_no_second_stop_around_linked_points_and_links_the_table() -> None:
    html = render_to_string("components/charts/figure.html", {"chart": line(LINKED)})

    assert re.findall(r'aria-label="([^"]*)"', html) == ["Table: Hours: Aurora"]
    assert html.count('<td class="num"><a href="/20') == 4


def test_the_words_of_a_point_stay_inside_the_drawing() -> None:
    long = [Point(x, Decimal(10) ** 12 * (x + 1), url="/") for x in range(4)]
    points = line(Series("One", long)).layout.points

    assert {point.anchor for point in points} <= {"start", "middle", "end"}
    assert all(0 < point.tip_y < 340 for point in points)


def test_points_know_their_line_and_step() -> None:
    other = Series("Beacon", [Point(1, Decimal(3), url="/b/")])
    points = line(LINKED, other).layout.points

    assert [(point.row, point.column) for point in points] == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 1)]


def test_peers_behind_the_lines_are_reached_in_the_table() -> None:
    peer = Series("Beacon", [Point(1, Decimal(3), url="/b/")], peer=True)
    chart = line(LINKED, peer)

    assert "/b/" not in {href for href, _words in read(chart)}
    assert chart.table.linked_rows[1][2] == ("3", "/b/")


def test_each_period_of_a_track_is_a_link() -> None:
    drawing = track(
        track_point(0, "4", url="/1/"),
        track_point(1, None, TrackKind.NOT_FILED, text="Did not file", url="/2/"),
        state="Due",
    )

    assert read(drawing) == [("/1/", "Period 0: 4"), ("/2/", "Period 1: Did not file")]
    assert "State: Due." in drawing.words


def test_a_track_without_links_stays_an_image() -> None:
    assert ElementTree.fromstring(track(track_point(0, "4")).svg).get("role") == "img"


# --- Targets ------------------------------------------------------------------------------------


def rule_of(*, start: float | None, end: float | None) -> tuple[float, float, bool]:
    """Where the rule begins and ends, as shares of the plot, and whether its day is marked."""
    chart = line(LINKED, targets=[Target(Decimal(10), "aim", start, end)])
    frame, target = chart.layout.frame, chart.layout.targets[0]
    places = [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", target.rule)]
    width = float(frame.right) - float(frame.left)
    first, last = ((place - float(frame.left)) / width for place in places)
    return round(first, 2), round(last, 2), bool(target.day)


def test_a_target_runs_from_its_signature_to_its_day() -> None:
    first, last, has_day = rule_of(start=0.5, end=2)

    assert (0.1 < first < 0.3, 0.6 < last < 0.7, has_day) == (True, True, True)


def test_a_day_in_the_last_period_is_marked_at_the_edge() -> None:
    assert rule_of(start=-0.5, end=3.5) == (0, 1, True)


@pytest.mark.parametrize(("start", "end"), [(None, None), (-0.5, 9), (-3, 4.5)])
def test_what_lies_outside_is_cut_at_the_edges_without_a_day(start: float | None, end: float | None) -> None:
    assert rule_of(start=start, end=end) == (0, 1, False)


@pytest.mark.parametrize(("start", "end", "place"), [(-3, -2, 0.0), (5, 7, 0.97)])
def test_a_target_beside_the_periods_is_seen_at_the_edge(start: float, end: float, place: float) -> None:
    first, last, has_day = rule_of(start=start, end=end)

    assert (first, has_day) == (pytest.approx(place, abs=0.02), False)
    assert last - first == pytest.approx(0.03, abs=0.02)


# --- Scales -------------------------------------------------------------------------------------


def spread(*values: str, **extra: object) -> LineChart:
    return line(Series("One", [Point(x, Decimal(value)) for x, value in enumerate(values)]), **extra)


@pytest.mark.parametrize(
    ("values", "widely"),
    [(("1", "20"), False), (("1", "21"), True), (("0", "21"), False), (("-1", "500"), False), ((), False)],
)
def test_more_than_twenty_fold_is_drawn_in_proportions(values: tuple[str, ...], widely: bool) -> None:
    chart = spread(*values)

    assert (chart.spans_widely, chart.is_log) == (widely, widely)


def test_equal_proportions_are_equal_heights() -> None:
    chart = spread("1", "32", "1024")
    ys = [float(y) for y in re.findall(r"[ML]-?[\d.]+ (-?[\d.]+)", chart.layout.paths[0].line)]

    assert ys[0] - ys[1] == pytest.approx(ys[1] - ys[2], abs=0.2)


def test_the_scale_can_be_of_amounts_and_says_which_it_is() -> None:
    drawn = {
        in_amounts: render_to_string(
            "components/charts/figure.html",
            {"chart": spread("1", "5000", in_amounts=in_amounts), "other_scale_url": "?other"},
        )
        for in_amounts in (False, True)
    }

    assert "equal heights are equal multiples" in drawn[False]
    assert '<a href="?other">Draw by amounts</a>' in drawn[False]
    assert '<a href="?other">Draw by proportions</a>' in drawn[True]
    assert "scale is of" not in render_to_string(
        "components/charts/figure.html", {"chart": spread("1", "15")}
    )


def test_a_target_widens_the_scale() -> None:
    assert spread("1", "2", targets=[Target(Decimal(500), "aim")]).is_log


def test_rows_can_be_drawn_by_amounts_too() -> None:
    rows = [Dumbbell("A", Decimal(1)), Dumbbell("B", Decimal(900))]
    chart, other = (
        DumbbellChart(name="d", title="T", rows=rows, in_amounts=in_amounts) for in_amounts in (False, True)
    )

    assert [each.is_log for each in (chart, other)] == [True, False]
    assert (chart.spans_widely, other.spans_widely) == (True, True)
    assert chart.ticks != other.ticks


# --- Files --------------------------------------------------------------------------------------


def test_a_file_has_its_title_and_source_around_the_same_drawing() -> None:
    chart = spread("1", "2")
    file = CaptionedDrawing(
        name="file", title="Hours: Aurora", drawing=chart, source="The alliance. https://a"
    )
    root = ElementTree.fromstring(file.svg)
    words = [text.text for text in root.iter(f"{SVG}text")]

    assert str(chart.svg) in str(file.svg)
    assert (words[0], words[-1]) == ("Hours: Aurora", "The alliance. https://a")
    assert file.table == chart.table
    assert float(root.get("height") or 0) > float(chart.layout.frame.height)
