"""Published figures of chosen indicators, of all members and cycles: a line for each place, a figure for each cycle.

A figure of an earlier version of the charter stands under the key that the indicator has now.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, overload

from django.db import connection
from django.db.models import Case, CharField, Count, F, QuerySet, Value, When
from django.db.models.fields.json import KT

from alliance.models import Cycle, Indicator, Organisation, PublishedFigure, Service
from alliance.queries.public.data_tables import DataScope
from alliance.queries.public.data_tables.figures import figures_in
from alliance.queries.public.members import ids_by_name
from alliance.queries.public.readings import filed_in_series, key_history_of
from alliance.queries.public.search import indicators_by_key
from alliance.queries.public.series_breaks import SeriesBreaks
from portal.kernel.access import ANYONE
from portal.kernel.search import SearchDocument

MOST_INDICATORS = 20  # in one table: whoever wants more takes the open data
_PLACE_COLUMNS = ("series", "organisation_id", "service_id", "cell")
_COUNTED = (
    "SELECT series, organisation_id, count(*) FROM ({places}) AS place (series, organisation_id, service_id, cell)"
    " GROUP BY series, organisation_id"
)


class Place(NamedTuple):
    """Where figures stand, cycle for cycle; `series` is the key that their indicator has now."""

    series: str
    organisation_id: int
    service_id: int | None
    cell: str


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One place of a figure, as reported, and what was published of it by cycle."""

    indicator: Indicator
    organisation: Organisation
    service: Service | None
    cell: str
    figures: Mapping[int, PublishedFigure]  # by cycle, of those that were asked for
    breaks: Mapping[int, str]  # why those of these cycles are not comparable with what stands before them


class FigurePlaces(Sequence[Place]):
    """The places of the figures in a scope: those of one indicator together, members by name.

    Four queries: they are counted by member, and of a slice those of its members alone are read, one query for each.
    """

    def __init__(self, scope: DataScope) -> None:
        self._rows = _in_series(scope, indicators_by_key(scope.indicators)).order_by()
        # counted once for each place, and not once for each of its figures
        distinct = self._rows.values_list(*_PLACE_COLUMNS).distinct()
        sql, parameters = distinct.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(_COUNTED.format(places=sql), parameters)
            counts: dict[tuple[str, int], int] = {(row[0], row[1]): row[2] for row in cursor.fetchall()}
        numbers = {pk: number for number, pk in enumerate(ids_by_name())}
        members = sorted(counts, key=lambda each: (each[0], numbers.get(each[1], len(numbers)), each[1]))
        self._counts = [(member, counts[member]) for member in members]

    def __len__(self) -> int:
        return sum(count for _member, count in self._counts)

    @overload
    def __getitem__(self, place: int) -> Place: ...
    @overload
    def __getitem__(self, place: slice) -> list[Place]: ...
    def __getitem__(self, place: int | slice) -> Place | list[Place]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _step = place.indices(len(self))
        members, before, passed = [], 0, 0
        for member, count in self._counts:
            if passed + count <= start:
                before += count
            elif passed < stop:
                members.append(member)
            passed += count
        order = {member: number for number, member in enumerate(members)}
        rows = self._rows.filter(organisation__in={organisation for _series, organisation in members})
        places = [
            Place(*row)
            for row in rows.order_by("service_id", "cell").values_list(*_PLACE_COLUMNS).distinct()
            if row[:2] in order
        ]
        # the database’s own order of services and cells stays within each member
        ordered = sorted(places, key=lambda each: order[each.series, each.organisation_id])
        return ordered[start - before : stop - before]


def lines_at(places: Iterable[Place], scope: DataScope, cycles: Collection[Cycle]) -> list[FigureLine]:
    """The lines of these places, in their order, with the figures of these cycles.

    Five queries; three more for each indicator whose series ever broke.
    """
    wanted = list(places)
    keys = {place.series for place in wanted}
    organisation_ids = {place.organisation_id for place in wanted}
    service_ids = {place.service_id for place in wanted if place.service_id}
    scope = replace(scope, indicators=tuple(keys))
    indicators = indicators_by_key(keys)
    rows = _in_series(scope, indicators).filter(organisation__in=organisation_ids)
    figures: dict[Place, dict[int, PublishedFigure]] = defaultdict(dict)
    for row in rows.filter(cycle__in=cycles) if keys else ():
        figures[Place(row.series, row.organisation_id, row.service_id, row.cell)][row.cycle_id] = row
    breaks, known = _breaks_of(indicators, rows) if keys else ({}, {})
    organisations = Organisation.objects.visible_to(ANYONE).in_bulk(organisation_ids)
    services = Service.objects.visible_to(ANYONE).in_bulk(service_ids)
    return [
        FigureLine(
            indicators[place.series],
            organisations[place.organisation_id],
            services.get(place.service_id) if place.service_id else None,
            place.cell,
            figures[place],
            breaks[place.series].between(known[place]) if place in known else {},
        )
        for place in wanted
        if place.series in indicators and place.organisation_id in organisations
    ]


def _breaks_of(
    indicators: Mapping[str, Indicator], rows: QuerySet[Any]
) -> tuple[dict[str, SeriesBreaks], dict[Place, set[int]]]:
    """Where the charter breaks the series of those indicators whose series ever broke, and by place the cycles with
    a figure: a break stands beside the figure before, however long ago that was.
    """
    histories = {key: key_history_of(indicator) for key, indicator in indicators.items()}
    broken = [key for key, history in histories.items() if history.series_breaks]
    if not broken:
        return {}, {}
    known: dict[Place, set[int]] = defaultdict(set)
    cycle_ids: dict[str, set[int]] = defaultdict(set)
    for *place, cycle_id in (
        rows.filter(series__in=broken).order_by().values_list(*_PLACE_COLUMNS, "cycle_id")
    ):
        known[Place(*place)].add(cycle_id)
        cycle_ids[place[0]].add(cycle_id)
    breaks = {key: SeriesBreaks(indicators[key], histories[key], cycle_ids[key]) for key in broken}
    return breaks, known


def _in_series(scope: DataScope, indicators: Mapping[str, Indicator]) -> QuerySet[Any]:
    """The figures in this scope, each with the key that its indicator has now as `series`."""
    cases = [When(filed_in_series(row), then=Value(key)) for key, row in indicators.items()]
    series = Case(*cases, default=F("indicator_key"), output_field=CharField())
    rows: QuerySet[Any] = figures_in(scope).annotate(series=series)
    return rows


def scope_of_found(ids: Collection[int]) -> DataScope:
    """The figures that these results of a search are about: their indicators, and the kinds of harm if all name one.

    Of figures there is a result for each member; of an indicator alone the whole. One query.
    """
    rows = SearchDocument.objects.filter(pk__in=ids, kind__in=("figure", "indicator"))
    counts: Counter[str] = Counter()
    cells = []
    # counted by the database: of one figure there may be hundreds
    places = rows.values_list("kind", KT("detail__indicator"), KT("detail__cell"), "fragment").order_by()
    for kind, indicator, cell, fragment, number in places.annotate(Count("pk")):
        if kind == "figure":
            counts[indicator] += number
            cells.append(cell)
        elif fragment.startswith("?indicator="):
            counts[fragment.removeprefix("?indicator=")] += number
    harms = {cell.partition(";")[0].removeprefix("harm=") for cell in cells if cell.startswith("harm=")}
    has_whole = not all(cell.startswith("harm=") for cell in cells)
    most_frequent = sorted(counts, key=lambda key: (-counts[key], key))
    keys = sorted(most_frequent[:MOST_INDICATORS])
    return DataScope(indicators=tuple(keys), harms=() if has_whole else tuple(sorted(harms)))
