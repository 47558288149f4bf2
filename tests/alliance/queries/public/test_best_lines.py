"""Of many lines only the best are read, and they are those that reading all of them would find."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import get_language

from alliance.enums import Aggregation, Direction
from alliance.models import (
    Cycle,
    Indicator,
    Organisation,
    PublishedFigure,
    PublishedReport,
    PublishedTotal,
    Service,
)
from alliance.queries.public.best_lines import best_lines, best_series, numbers_in
from alliance.queries.public.gaps import with_gaps
from alliance.queries.public.members import comparable_organisations
from alliance.queries.public.rankings import change_over, completed, ranking
from alliance.queries.public.readings import ReadingsByOwner, reading_series, readings_by_owner
from alliance.web.public.comparison import line_ends
from portal.kernel.publishing import touch_public_revision
from tests.factories import make_cycle, read_cast, read_charter
from tests.support.pages import show_at_once
from tests.support.published_reports import make_published_cycle, make_published_members

pytestmark = pytest.mark.django_db

MEMBERS = 12


@pytest.fixture
def cycles() -> list[Cycle]:
    """Twelve members over three cycles; two are equally good, one has no last figure, one no first, one a break."""
    read_cast()
    charter = read_charter()
    first, second, third = (
        make_published_cycle(make_cycle(charter, slug)) for slug in ("2025-h1", "2025-h2", "2026-h1")
    )
    members = make_published_members(first, MEMBERS)
    for cycle in (second, third):
        reports = [PublishedReport(organisation=member, cycle=cycle, valid_from=1) for member in members]
        PublishedReport.objects.bulk_create(reports)
    PublishedFigure.objects.all().delete()
    figures = [
        PublishedFigure(
            organisation=member, cycle=cycle, valid_from=1, indicator_key="content-actioned", status="reported",
            value=Decimal(10 + number // 2 * 5 + place), definition_changed=(number, place) == (7, 1),
        )
        for number, member in enumerate(members)
        for place, cycle in enumerate((first, second, third))
        if (number, place) not in {(11, 2), (10, 0), (9, 1)}
    ]  # fmt: skip
    PublishedFigure.objects.bulk_create(figures)
    return [first, second, third]


def indicator_with(direction: Direction) -> Indicator:
    Indicator.objects.filter(key="content-actioned").update(direction=direction)
    return Indicator.objects.select_related("charter").get(key="content-actioned")


def everything(indicator: Indicator, cycles: Sequence[Cycle]) -> list[tuple[str, list[Decimal | None]]]:
    lines = with_gaps(reading_series(indicator), cycles, comparable_organisations())
    return named(best_series(indicator, lines, cycles, 6), cycles)


def named(lines: Sequence[object], cycles: Sequence[Cycle]) -> list[tuple[str, list[Decimal | None]]]:
    return [(line.name, [line.readings[cycle.pk].value for cycle in cycles]) for line in lines]  # type: ignore[attr-defined]  # each has a value


@pytest.mark.parametrize("direction", [Direction.HIGHER, Direction.LOWER, Direction.NEUTRAL])
def test_the_best_of_many_are_those_of_all(cycles: list[Cycle], direction: Direction) -> None:
    indicator = indicator_with(direction)
    lines = best_lines(indicator, cycles, few=8, most=6)

    assert named(lines.series, cycles) == everything(indicator, cycles)
    assert (len(lines.series), lines.count) == (6, MEMBERS)


@pytest.mark.parametrize("direction", [Direction.HIGHER, Direction.LOWER])
def test_of_equally_good_lines_the_first_by_name_alone_are_read(
    cycles: list[Cycle], direction: Direction, monkeypatch: pytest.MonkeyPatch
) -> None:
    PublishedFigure.objects.update(value=Decimal(7))
    indicator, asked = indicator_with(direction), []

    def read(of: Indicator, ids: set[int]) -> ReadingsByOwner:
        asked.append(ids)
        return readings_by_owner(of, ids)

    monkeypatch.setattr("alliance.queries.public.best_lines.readings_by_owner", read)

    lines = best_lines(indicator, cycles, few=8, most=6)

    assert named(lines.series, cycles) == everything(indicator, cycles)
    assert asked == [{line.organisation.pk for line in lines.series}]


@pytest.mark.parametrize("aggregation", Aggregation.values)
def test_the_numbers_of_lines_are_those_of_their_readings(cycles: list[Cycle], aggregation: str) -> None:
    """Entered, summed or by service; of one service or several, some without a number or withheld."""
    indicator = Indicator.objects.select_related("charter").get(key="time-to-removal")
    indicator.aggregation = aggregation
    members, last = list(Organisation.objects.filter(kind="member").order_by("pk")[:4]), cycles[-1]
    services = list(Service.objects.order_by("pk")[:2])
    shared = {"cycle": last, "valid_from": 1, "indicator_key": indicator.key}
    places = (
        [(0, service, "reported", number) for number, service in enumerate(services, 3)],
        [(1, services[0], "reported", 5), (1, services[1], "not_measured", None)],
        [(2, None, "reported", 7), (2, services[0], "reported", 9)],
        [(3, services[0], "not_measured", None)],
    )
    PublishedFigure.objects.bulk_create(
        PublishedFigure(organisation=members[at], service=service, status=status, value=value, **shared)
        for rows in places
        for at, service, status, value in rows
    )
    totals = [
        PublishedTotal(organisation=members[0], value=8, parts=2, of=2, **shared),
        PublishedTotal(organisation=members[1], value=None, withheld=True, **shared),
        PublishedTotal(organisation=members[2], value=16, parts=2, of=2, **shared),
    ]
    PublishedTotal.objects.bulk_create(totals)

    numbers = numbers_in(indicator, last.pk).values_list("organisation_id", "number")

    assert sorted(numbers) == sorted(
        (place[0], readings[last.pk].value)
        for place, readings in readings_by_owner(indicator, cycle_ids=[last.pk]).items()
        if readings[last.pk].has_value
    )


def test_readings_without_a_selection_include_every_organisation(cycles: list[Cycle]) -> None:
    indicator = indicator_with(Direction.HIGHER)

    every = readings_by_owner(indicator)

    assert every
    assert readings_by_owner(indicator, others=Q(cycle__in=cycles[:1])) == every


def test_where_the_last_cycle_has_too_few_figures_an_earlier_one_counts(cycles: list[Cycle]) -> None:
    PublishedFigure.objects.filter(cycle=cycles[-1]).exclude(
        organisation=Organisation.objects.earliest("pk")
    ).delete()
    indicator = indicator_with(Direction.HIGHER)

    assert named(best_lines(indicator, cycles, few=8, most=6).series, cycles) == everything(indicator, cycles)


def test_the_best_are_put_in_order_once_for_all_public_pages_of_a_revision(
    cycles: list[Cycle], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In each alphabet: of those that are equally good the first by name are drawn."""
    show_at_once(monkeypatch)
    indicator_with(Direction.HIGHER)
    ordered = []

    def order(indicator: Indicator, cycle_id: int) -> QuerySet[Any]:
        ordered.append(get_language())
        return numbers_in(indicator, cycle_id)

    monkeypatch.setattr("alliance.queries.public.best_lines.numbers_in", order)
    monkeypatch.setattr("alliance.web.public.commitments.MAX_LINES", 8)
    addresses = [
        f"/{language}/commitments/find/{rest}"
        for language in ("en", "ru")
        for rest in ("content-actioned.svg", "?indicator=content-actioned", "content-actioned.csv")
    ]
    assert {client.get(address).status_code for address in addresses} == {200}
    assert ordered == ["en", "ru"]

    before = client.get(addresses[0]).content
    best, worst = (Organisation.objects.get(slug=slug) for slug in _first_and_last(cycles[-1]))
    PublishedFigure.objects.filter(organisation=worst).update(value=Decimal(1000))
    touch_public_revision()

    assert worst.name not in before.decode()
    after = client.get(addresses[0]).content.decode()
    assert worst.name in after
    assert best.name in after
    assert ordered == ["en", "ru", "en"]


def _first_and_last(cycle: Cycle) -> list[str]:
    rows = PublishedFigure.objects.filter(cycle=cycle).order_by("-value", "organisation__slug")
    slugs = list(rows.values_list("organisation__slug", flat=True))
    return [slugs[0], slugs[-1]]


def test_few_lines_are_all_there_by_name(cycles: list[Cycle]) -> None:
    lines = best_lines(indicator_with(Direction.HIGHER), cycles, few=30, most=6)

    assert len(lines.series) == lines.count == MEMBERS
    assert [line.name for line in lines.series] == sorted(line.name for line in lines.series)


def test_a_long_ranking_reads_the_ends_and_is_the_same(cycles: list[Cycle]) -> None:
    indicator = indicator_with(Direction.LOWER)
    members = list(comparable_organisations())
    full = with_gaps(reading_series(indicator), cycles, members)
    by_name = {line.name: line for line in full}
    whole, ends = (
        ranking(indicator, full, cycles),
        ranking(indicator, line_ends(indicator, members, cycles), cycles),
    )
    lines = [completed(indicator, line, by_name[line.series.name], cycles) for line in ends.ranked]

    assert [(line.course, line.place, change_over(indicator, line)) for line in ends.ranked] == [
        (line.course, line.place, change_over(indicator, line)) for line in whole.ranked
    ]
    assert lines == list(whole.ranked)
    assert [line.missed for line in lines if line.missed] == [[cycles[1]]]


def test_a_ranking_asks_as_often_whether_a_definition_changed_or_not(cycles: list[Cycle]) -> None:
    indicator, members = indicator_with(Direction.LOWER), list(comparable_organisations())
    line_ends(indicator, members, cycles)  # reads the versions of the charter, once
    with CaptureQueriesContext(connection) as changed:
        line_ends(indicator, members, cycles)
    PublishedFigure.objects.update(definition_changed=False)

    with CaptureQueriesContext(connection) as unchanged:
        line_ends(indicator, members, cycles)

    assert len(changed) == len(unchanged)


def test_a_service_with_figures_between_the_ends_alone_keeps_its_line(cycles: list[Cycle]) -> None:
    indicator = Indicator.objects.select_related("charter").get(key="time-to-removal")
    member = Organisation.objects.get(slug="aurora-video")
    kids, live = Service.objects.filter(ownerships__organisation=member).order_by("slug")[:2]
    for service, cycle in ((kids, cycles[0]), (kids, cycles[2]), (live, cycles[1])):
        PublishedFigure.objects.create(
            organisation=member, cycle=cycle, valid_from=1, indicator_key=indicator.key, status="reported",
            value=Decimal(3), service=service,
        )  # fmt: skip

    lines = line_ends(indicator, [member], cycles)

    assert [line.service for line in lines] == [kids, live]
    assert [series.service for series, _reading in ranking(indicator, lines, cycles).unranked] == [live]
