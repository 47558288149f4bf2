"""Members in the order of one indicator, and what became of each since the period before."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.html import strip_tags

from alliance.enums import Direction, FigureStatus, Gap
from alliance.models import Indicator
from portal.kernel.publishing import touch_public_revision
from tests.factories import make_cycle, make_service, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db
GAP = "indicator=time-to-removal"


def ranked(client: Client, query: str = GAP) -> list[tuple[str, str, str]]:
    rows = client.get(f"/en/compare/?{query}").context["ranked"]
    return [(row.place, row.line.series.name, row.line.course) for row in rows]


@pytest.fixture(scope="module", autouse=True)
def two_half_years(module_transaction: None) -> None:
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
    assert "worse. Unclear, within the bounds of an estimate: 1. Best" in words
    assert "Best: Kids (Aurora Video) and 1 more, 1 hour. Last: Clips (Aurora Video), 40 hours." in words
    assert "Not in the order 1 Beacon Search Not asked" in words


def test_lines_without_a_place_stand_behind_the_order_on_its_pages(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance.web.public.comparison.MAX_RANKED", 2)
    pages = [client.get(f"/en/compare/?{GAP}&page={number}") for number in (1, 2, 3)]

    assert [len(page.context["ranked"]) for page in pages] == [2, 2, 1]
    assert [[row.series.name for row in page.context["unranked"]] for page in pages] == [
        [], [], ["Beacon Search"]
    ]  # fmt: skip
    assert f'href="?{GAP.replace("&", "&amp;")}&amp;page=3#unranked"' in pages[0].text
    assert "Not in the order: 1 line without a figure, with the reason" in words_of(pages[0])
    assert "Not in the order 1 Beacon Search Not asked" in words_of(pages[2])
    assert client.get(f"/en/compare/?{GAP}&page=4").status_code == 404


@pytest.mark.usefixtures("pages_are_new")
def test_each_page_of_a_ranking_is_drawn_on_one_scale(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get(f"/en/compare/?{GAP}").context
    monkeypatch.setattr("alliance.web.public.comparison.MAX_RANKED", 2)
    touch_public_revision()
    pages = [client.get(f"/en/compare/?{GAP}&page={number}").context for number in (1, 2, 3)]

    assert [row.drawing for page in pages for row in page["ranked"]] == [
        row.drawing for row in whole["ranked"]
    ]
    assert {page["ranked_chart"].head_drawing for page in pages} == {whole["ranked_chart"].head_drawing}
    assert {page["summary"] for page in pages} == {whole["summary"]}


@pytest.mark.parametrize("status", [*Gap, *(each for each in FigureStatus if each != FigureStatus.REPORTED)])
def test_a_cell_without_a_number_names_the_reason(status: Gap | FigureStatus) -> None:
    cell = render_to_string("components/figure.html", {"status": status.value})
    assert strip_tags(cell).strip() == status.label


def test_a_unit_with_a_full_stop_ends_a_sentence_with_one(client: Client) -> None:
    Indicator.objects.filter(key="moderators").update(direction=Direction.HIGHER)
    cast, cycle = read_cast(), make_published_cycle(make_cycle(read_charter(), "2027-h1"))
    for member, value in ((cast.aurora, "7"), (cast.beacon, "5")):
        make_published_report(cycle, member, {"complaints": [submitted_figure("moderators", value)]})

    words = words_of(client.get("/ru/compare/?indicator=moderators"))

    assert "чел. Последнее место" in words
    assert "чел.." not in words


def test_a_wide_span_is_drawn_in_proportions_and_a_break_is_not_joined(client: Client) -> None:
    chart = client.get(f"/en/compare/?{GAP}").context["ranked_chart"]
    drawing = client.get(f"/en/compare.svg?{GAP}")

    assert chart.is_log
    joints = {name: bool(row.joint) for name, _last, _x, row in chart.layout}
    assert (joints["Games (Aurora Video)"], joints["Clips (Aurora Video)"]) == (False, True)
    assert drawing["Content-Type"].startswith("image/svg+xml")
    assert b"<svg" in drawing.content


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
