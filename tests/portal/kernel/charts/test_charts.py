"""Drawings: what is drawn from which facts, in words and as a table too, and never anything inline."""

import itertools
import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from portal.kernel.charts import (
    Bar,
    BarChart,
    BeadRay,
    BeadSun,
    Change,
    ChangeChart,
    Drawing,
    LineChart,
    Point,
    Ray,
    Series,
    Share,
    ShareBar,
    Sparkline,
    Step,
    SunMark,
    Target,
)

YEARS = [Step(str(year)) for year in range(2020, 2025)]
LEVELS = {5: "Full", 4: "Most", 3: "Some", 2: "None", 1: "Unknown", 0: "Outside"}
SVG = "{http://www.w3.org/2000/svg}"


def points(*values: str | None) -> list[Point]:
    return [Point(x, None if value is None else Decimal(value)) for x, value in enumerate(values)]


def line(*series: Series, **extra: object) -> LineChart:
    options: dict[str, object] = {"name": "line", "title": "Found first", "steps": YEARS, **extra}
    return LineChart(series=series, **options)


def estimate(x: int, y: str, lower: str, upper: str) -> Point:
    return Point(x, Decimal(y), Decimal(lower), Decimal(upper), estimate=True)


SINGLE = Series("Single", [Point(2, Decimal(58))])
BROKEN = Series(
    "Broken", [*points("61", "64"), Point(2, Decimal(40), breaks_before=True, reason="counts streams")]
)
ESTIMATED = Series(
    "Guessed", [Point(0, Decimal(39)), estimate(1, "42", "37", "48"), estimate(2, "46", "41", "52")]
)
DRAWINGS: list[Drawing] = [
    line(
        Series("One", points("1", "2", None, "4", "5")),
        BROKEN,
        ESTIMATED,
        targets=[Target(Decimal(85), "aim 85")],
    ),
    line(SINGLE, name="single"),
    line(Series("Nothing", points(None)), name="nothing"),
    line(Series("Peer", points("5", "6"), peer=True), SINGLE, name="peers"),
    Sparkline(
        name="spark", title="Shown", steps=YEARS, series=[BROKEN, Series("Peer", points("5"), peer=True)]
    ),
    Sparkline(name="spark-none", title="Shown", steps=YEARS, series=[]),
    BarChart(
        name="bars", title="Counted", bars=[Bar("Own", Decimal(1291)), Bar("Theirs", Decimal(1338), True)]
    ),
    ChangeChart(
        name="changes",
        title="Before and after",
        unit="in 10,000",
        changes=[
            Change("Unwanted contact", Decimal("4.1"), Decimal("1.6")),
            Change("Answers", Decimal(-2), Decimal(3)),
            Change("Nothing", Decimal(0), Decimal(0)),
        ],
    ),
    ShareBar(name="shares", title="Stands", shares=[Share(5, "Full", 3), Share(1, "Unknown", 1)]),
    SunMark(name="mark", title="Aurora", rays=[Ray(5, "1"), Ray(1, "2"), Ray(0, "3")], level_names=LEVELS),
    BeadSun(
        name="sun", title="All", rays=[BeadRay("1", "Find", [5, 3, 0])], level_names=LEVELS, centre=["2026"]
    ),
]


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.name)
def test_every_drawing_is_a_named_image_with_unique_ids_and_no_inline_style(drawing: Drawing) -> None:
    root = ElementTree.fromstring(drawing.svg)
    ids = [element.get("id") for element in root.iter() if element.get("id")]

    assert root.get("role") == "img"
    assert set((root.get("aria-labelledby") or "").split()) <= set(ids)
    assert root.findtext(f"{SVG}title") == drawing.title
    assert len(ids) == len(set(ids))
    assert [element.tag for element in root.iter() if {"style", "onload"} & set(element.attrib)] == []


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.name)
def test_every_drawing_is_the_same_every_time_whatever_the_language_does_to_numbers(drawing: Drawing) -> None:
    with translation.override("ru"):
        svg, again = replace(drawing).svg, replace(drawing).svg
    coordinates = re.findall(r' (?:x|y|width|height|cx|cy|r)="([^"]*)"', svg)

    assert svg == again
    assert [text for text in coordinates if not re.fullmatch(r"-?\d+(\.\d{1,2})?", text)] == []


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.name)
def test_every_drawing_has_its_facts_as_a_table(drawing: Drawing) -> None:
    html = render_to_string("components/charts/figure.html", {"chart": drawing})

    assert html.count('<th scope="row">') == len(drawing.table.rows)
    assert {len(row) for row in drawing.table.rows} <= {len(drawing.table.header)}
    assert "style=" not in html


def test_people_s_words_are_escaped() -> None:
    chart = line(Series("<script>A & B</script>", points("1", "2")), title='"Title" <b>')
    assert "<script>" not in chart.svg
    assert ElementTree.fromstring(chart.svg).findtext(f"{SVG}title") == '"Title" <b>'


def test_a_name_that_makes_no_id_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot make an id"):
        line(SINGLE, name="1.1 a")


def test_a_point_outside_the_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the steps"):
        line(Series("One", [Point(9, Decimal(1))]))


def test_two_points_at_one_step_are_refused() -> None:
    with pytest.raises(ValueError, match="two share a step"):
        Series("One", [Point(1, Decimal(1)), Point(1, Decimal(2))])


def test_a_line_stops_at_a_gap_and_at_a_change_of_definition() -> None:
    gap = Series("Gap", points("1", "2", None, "4", "5"))
    assert [[point.x for point in run] for run in gap.runs] == [[0, 1], [3, 4]]
    assert [[point.x for point in run] for run in BROKEN.runs] == [[0, 1], [2]]


def test_a_change_of_definition_is_a_band_between_the_steps_with_the_reason_in_words() -> None:
    layout = line(BROKEN).layout
    mark, labels = layout.break_marks[0], layout.axis.labels

    assert labels[1].x < mark.left < mark.left + mark.width < labels[2].x
    assert (mark.width, mark.title, mark.reason) == (30, "Definition changed", "counts streams")


def test_a_change_in_one_of_two_series_says_in_which() -> None:
    chart = line(BROKEN, Series("Whole", points("1", "2", "3")))
    assert chart.layout.break_marks[0].title == "Definition changed: Broken"


def test_a_change_before_the_first_value_is_no_break() -> None:
    assert line(Series("New", [Point(2, Decimal(5), breaks_before=True)])).layout.break_marks == []


def test_an_estimate_has_a_band_a_hollow_marker_and_says_so() -> None:
    chart = line(ESTIMATED)
    path, label = chart.layout.paths[0], chart.layout.labels[0]

    assert (path.band.count("M"), path.hollow.count("M"), path.full.count("M")) == (1, 2, 1)
    assert [(row.text, row.value) for row in label.rows] == [
        ("Guessed", "≈ 46"),
        ("estimate, 41–52, in 2022", ""),
    ]
    assert f"{chart.name}-hatch-1" in chart.svg


def test_each_series_has_a_marker_and_colour_of_its_own() -> None:
    twelve = [Series(f"S{index}", points("5")) for index in range(12)]
    paths = line(*twelve).layout.paths
    assert len({(path.colour, path.full) for path in paths}) == 12
    assert len({path.full for path in paths[:6]}) == 6


def test_end_labels_of_twelve_long_names_do_not_overlap() -> None:
    name = "Автономная некоммерческая организация «Центр изучения детства» № "
    chart = line(*(Series(f"{name}{index}", points("50", "50", "50", "50", "50")) for index in range(12)))
    baselines = sorted(row.y for label in chart.layout.labels for row in label.rows)

    assert all(after - before >= 16 for before, after in itertools.pairwise(baselines))
    assert baselines[-1] <= chart.layout.frame.height
    assert chart.layout.labels[0].full_name == f"{name}0"


def test_a_label_far_from_its_point_has_a_leader() -> None:
    ended = Series("Ended", points("5", "6"))
    current = Series("Current", points("1", "2", "3", "4", "5"))
    leaders = [label.leader for label in line(ended, current).layout.labels]
    assert [bool(leader) for leader in leaders] == [True, False]


@pytest.mark.parametrize("count", [1, 2, 5, 24, 60])
def test_any_number_of_steps_stays_inside_the_plot(count: int) -> None:
    steps = [Step(str(index % 12 + 1), str(2020 + index // 12)) for index in range(count)]
    chart = line(Series("One", points(*["7"] * count)), steps=steps)
    frame, xs = chart.layout.frame, [label.x for label in chart.layout.axis.labels]

    assert frame.left < xs[0] <= xs[-1] < frame.right
    assert all(after - before >= 20 for before, after in itertools.pairwise(xs))


def test_peers_are_drawn_first_and_have_no_label() -> None:
    layout = line(SINGLE, Series("Peer", points("5", "6"), peer=True)).layout
    assert [path.peer for path in layout.paths] == [True, False]
    assert len(layout.labels) == 1


def test_a_target_is_a_dashed_rule_with_its_label() -> None:
    layout = line(SINGLE, targets=[Target(Decimal(85), "aim 85 %")]).layout
    assert len(layout.targets) == 1
    assert [row.text for row in layout.labels[1].rows] == ["aim 85 %"]


def test_a_chart_without_values_says_so() -> None:
    chart = line(Series("Nothing", points(None, None)))
    assert (chart.layout.empty, chart.layout.labels) == (True, [])
    assert "No figures to draw" in chart.svg


def test_the_summary_names_first_last_break_and_target() -> None:
    chart = line(BROKEN, suffix=" %", targets=[Target(Decimal(85), "Aim: 85 %")])
    assert chart.words == (
        "Broken: 61 % in 2020, 40 % in 2022. "
        "Definition changed before 2022: Broken. counts streams. Aim: 85 %."
    )


def test_the_table_shows_gaps_notes_bounds_and_breaks() -> None:
    withheld = Series("Kept", [Point(0, None, note="withheld")])
    assert [list(row) for row in line(BROKEN, ESTIMATED, withheld).table.rows[:3]] == [
        ["2020", "61", "39", "withheld"],
        ["2021", "64", "≈ 42 (37–48)", "–"],
        ["2022", "40 (Definition changed)", "≈ 46 (41–52)", "–"],
    ]


def test_a_sparkline_ends_with_its_short_value() -> None:
    chart = Sparkline(name="s", title="Shown", steps=YEARS, series=[Series("One", points("100", "214000"))])
    assert [word.text for word in chart.layout.words] == ["214k"]


def test_bars_are_in_proportion_and_the_outside_count_is_outlined() -> None:
    bars = BarChart(
        name="b", title="t", bars=[Bar("Own", Decimal(50)), Bar("Theirs", Decimal(100), True)]
    ).layout.bars
    assert [bar.outlined for bar in bars] == [False, True]
    assert float(bars[0].width) * 2 == pytest.approx(float(bars[1].width), abs=0.2)


def test_a_bar_without_a_value_says_why() -> None:
    bar = BarChart(name="b", title="t", bars=[Bar("Own", None, note="not measured")]).layout.bars[0]
    assert (bar.width, bar.value, bar.absent) == (0, "not measured", True)


def test_negative_bars_run_left_of_the_baseline() -> None:
    bars = BarChart(name="b", title="t", bars=[Bar("A", Decimal(-5)), Bar("B", Decimal(10))]).layout.bars
    assert float(bars[0].x) + float(bars[0].width) == pytest.approx(float(bars[1].x), abs=0.2)


def test_a_share_bar_fills_its_width_and_leaves_out_what_is_nothing() -> None:
    chart = ShareBar(
        name="s", title="t", shares=[Share(5, "Full", 22), Share(4, "Most", 0), Share(0, "Outside", 4)]
    )
    last = chart.tiles[-1]
    assert [tile.level for tile in chart.tiles] == [5, 0]
    assert float(last.x) + float(last.width) == pytest.approx(chart.width, abs=0.2)


@pytest.mark.parametrize("count", [1, 2, 7, 10, 30])
def test_a_mark_has_one_ray_for_each_level_given(count: int) -> None:
    mark = SunMark(name="m", title="t", rays=[Ray(4)] * count, level_names=LEVELS)
    assert mark.shapes[0].d.count("M") == count


def test_rays_are_as_long_as_their_levels() -> None:
    ends = [
        SunMark(name="m", title="t", rays=[Ray(level)], level_names=LEVELS).shapes[0].d
        for level in (2, 3, 4, 5)
    ]
    tips = [float(d.split("L24 ")[1]) for d in ends]
    assert tips == sorted(tips, reverse=True)


def test_beads_run_outwards_from_the_highest_level() -> None:
    sun = BeadSun(name="s", title="t", rays=[BeadRay("1", "Find", [3, 5, 2])], level_names=LEVELS)
    heights = {bead.level: float(bead.rings.split("M")[1].split("a")[0].split()[1]) for bead in sun.beads}
    assert sorted(heights, key=lambda level: -heights[level]) == [5, 3, 2]


def test_labels_of_the_sun_stand_inside_its_width() -> None:
    rays = [BeadRay(str(index + 1), "Cooperate", [5] * 8) for index in range(10)]
    sun = BeadSun(name="s", title="t", rays=rays, level_names=LEVELS)
    sideways = [label for label in sun.labels if label.anchor == "start"]
    assert all(float(label.x) + 100 <= sun.width for label in sideways)


def test_the_sun_counts_its_levels_in_words_and_in_the_table() -> None:
    sun = BeadSun(name="s", title="t", rays=[BeadRay("1", "Find", [5, 3, 5])], level_names=LEVELS)
    assert sun.words == "1 Find: 2 Full, 1 Some."
    assert list(sun.table.rows[0]) == ["1 Find", "2", "0", "1", "0", "0", "0"]


def test_a_corrected_value_bears_a_ring_and_its_words_say_what_it_was() -> None:
    chart = line(Series("One", [Point(0, Decimal(3)), Point(1, Decimal(349), was="394")]))

    svg, key = str(chart.svg), render_to_string("components/charts/figure.html", {"chart": chart})

    assert svg.count("chart-ring") == 1
    assert "2021 corrected, was 394." in chart.words
    assert chart.table.rows[1][1] == "349 (corrected, was 394)"
    assert "corrected: the table says what it was" in key
    plain = line(Series("One", points("1", "2")))
    assert (plain.has_corrections, "chart-ring" in str(plain.svg)) == (False, False)


def test_a_corrected_bar_bears_the_ring_of_lines_and_says_what_it_was() -> None:
    chart = BarChart(
        name="b", title="B", bars=[Bar("One", Decimal(5), was="7"), Bar("Two", Decimal(3))], width=400
    )

    svg = str(chart.svg)

    assert svg.count('class="chart-ring"') == 1
    assert "One: 5, corrected, was 7. Two: 3." in chart.words
