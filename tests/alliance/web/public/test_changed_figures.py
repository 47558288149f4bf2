"""Which figures count as changed, for better or worse, and what cannot be compared: as in the comparison."""

from typing import Any

import pytest
from django.test import Client

from alliance.models import (
    Cycle,
    PublishedTotal,
)
from alliance.queries.public.figure_moves import figure_moves
from alliance.queries.public.sides import Side
from portal.kernel.publishing import touch_public_revision
from tests.factories import (
    Cast,
    make_cycle,
    make_service,
    read_cast,
    read_charter,
)
from tests.support.changes import HOURS, csv_rows, make_changing_cycles
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_changing_cycles()


@pytest.mark.parametrize(("query", "is_shown"), [("", True), ("worse=1", True), ("worse=1&", False)])
def test_what_moved_from_zero_alone_is_a_change(client: Client, query: str, is_shown: bool) -> None:
    """It has two values and no proportion, and stands on its side: more hours until something is removed are worse."""
    cast, charter = read_cast(), read_charter()
    make_service(cast.aurora, "begun")
    for slug, hours in (
        [("2025-h2", "0"), ("2026-h1", "500")] if is_shown else [("2025-h2", "500"), ("2026-h1", "0")]
    ):
        cycle = make_cycle(charter, slug)
        make_published_report(
            cycle, cast.aurora, {"speed": [submitted_figure(HOURS, hours, service="begun")]}
        )
        make_published_cycle(cycle)
    touch_public_revision()
    answer = client.get(f"/en/changes/?{query}")
    words = words_of(answer)

    shown = [(row.before, row.now, row.change, row.length) for row in answer.context["from_zero"]]
    assert shown == ([("0\xa0hours", "500\xa0hours", "", 0)] if is_shown else [])
    assert ("From zero, without a proportion 1 1 worse" in words) is is_shown
    assert ("Nothing that this page counts" in words) is not is_shown
    rows = [
        (row["Before"], row["Now"], row["Better"])
        for row in csv_rows(client, query)
        if row["Kind"] == "figure"
    ]
    assert rows == ([("0", "500", "no")] if is_shown else [])


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "Nothing that this page counts changed in between."),
        ("worse=1", "Nothing that this page counts got worse in between."),
    ],
)
def test_figures_that_moved_and_are_not_counted_are_named_where_nothing_else_changed(
    client: Client, query: str, sentence: str
) -> None:
    """The one is better neither higher nor lower, the other moved by less than a tenth: neither stayed as it was."""
    cast, charter = read_cast(), read_charter()
    make_service(cast.aurora, "steady")
    for slug, people, hours in (("2025-h2", "40", "100"), ("2026-h1", "80", "105")):
        cycle = make_cycle(charter, slug)
        figures = {
            "complaints": [submitted_figure("moderators", people)],
            "speed": [submitted_figure(HOURS, hours, service="steady")],
        }
        make_published_report(cycle, cast.aurora, figures)
        make_published_cycle(cycle)
    touch_public_revision()

    words = words_of(client.get(f"/en/changes/?{query}"))

    assert "moved without a better side 1" in words
    assert f"{sentence} It does not count figures that moved by less than a tenth" in words
    assert "Nothing changed in between" not in words


def test_what_moved_within_the_bounds_of_an_estimate_is_unclear_here_as_in_the_comparison(
    client: Client,
) -> None:
    cast, charter = read_cast(), read_charter()
    estimate = {"estimate": True, "lower": "8", "upper": "16"}
    services: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "once-rough": [("10", estimate), ("15", {})],
        "now-rough": [("15", {}), ("10", estimate)],
        "worse-rough": [("10", estimate), ("20", estimate | {"lower": "18", "upper": "24"})],
    }
    for place, slug in enumerate(("2025-h2", "2026-h1")):
        cycle = make_cycle(charter, slug)
        figures = []
        for service, values in services.items():
            if not place:
                make_service(cast.aurora, service)
            value, others = values[place]
            figures.append(submitted_figure(HOURS, value, service=service, **others))
        make_published_report(cycle, cast.aurora, {"speed": figures})
        make_published_cycle(cycle)
    touch_public_revision()
    answer = client.get("/en/changes/")
    compared = {
        row.line.series.service.slug: row.course
        for row in client.get(f"/en/compare/?indicator={HOURS}").context["ranked"]
    }

    unclear = "unclear, within its bounds"
    assert compared == {"once-rough": unclear, "now-rough": unclear, "worse-rough": "worse"}
    moved = [(row.move.service.slug, row.before, row.now) for row in answer.context["moved"]]
    assert moved == [("worse-rough", "≈\xa010\xa0hours", "≈\xa020\xa0hours")]
    assert "1 of 3 figures that can be compared moved by a tenth or more." in words_of(answer)
    assert "moved within the bounds of an estimate 2." in words_of(answer)
    [row] = [row for row in csv_rows(client) if row["Kind"] == "figure"]
    assert (row["Before is an estimate"], row["Now is an estimate"]) == ("yes", "yes")


def test_a_total_has_the_bounds_of_its_one_figure_and_is_an_estimate_as_soon_as_one_is(
    client: Client,
) -> None:
    """As in the comparison: Aurora has one service, Beacon two."""

    def share(value: str, service: str, **others: Any) -> dict[str, Any]:
        parts = {"numerator": value, "denominator": "100", "service": service}
        return submitted_figure("found-proactively", value, **parts, **others)

    cast, charter = read_cast(), read_charter()
    make_service(cast.aurora, "alone")
    make_service(cast.beacon, "rough")
    make_service(cast.beacon, "counted")
    rough = {"estimate": True, "lower": "40", "upper": "95"}
    for slug, others in (("2025-h2", {}), ("2026-h1", rough)):
        cycle = make_cycle(charter, slug)
        value = "60" if others else "90"
        counted = share("90", "counted")
        for organisation, services, more in (
            (cast.aurora, ["alone"], []),
            (cast.beacon, ["rough"], [counted]),
        ):
            figures = [share(value, services[0], **others), *more]
            make_published_report(cycle, organisation, {"search": figures})
        make_published_cycle(cycle)
    touch_public_revision()
    before, now = (Side(Cycle.objects.get(slug=slug)) for slug in ("2025-h2", "2026-h1"))
    moves = figure_moves(before, now, None, None)

    assert PublishedTotal.objects.filter(value__isnull=False).count() == 4
    assert [(row.organisation, row.now_is_estimate, row.before_is_estimate) for row in moves.rows] == [
        (cast.beacon, True, False)
    ]
    assert (moves.unclear, moves.compared) == (1, 2)
    courses = client.get("/en/compare/?indicator=found-proactively").context["ranked"]
    assert {row.line.series.organisation.slug: row.course for row in courses}["aurora-video"] == (
        "unclear, within its bounds"
    )


@pytest.mark.usefixtures("cast")
def test_many_that_are_worse_leave_room_for_those_that_are_better() -> None:
    before, now = (Side(Cycle.objects.get(slug=slug)) for slug in ("2025-h2", "2026-h1"))
    moves = figure_moves(before, now, None, 1)

    assert [(move.service.slug, move.is_better) for move in moves.rows if move.service] == [
        ("slower", False),
        ("faster", True),
    ]
