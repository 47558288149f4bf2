"""Published figures of chosen indicators, of all members and cycles: a line for each place, a figure for each cycle.

A figure of an earlier version of the charter stands under the key that the indicator has now.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, F, Func, IntegerField, QuerySet, Value, When

from alliance.models import Indicator, Organisation, PublishedFigure, Service
from alliance.queries.public.data_tables import DataScope
from alliance.queries.public.data_tables.figures import figures_in
from alliance.queries.public.readings import filed_in_series, key_history_of
from alliance.queries.public.search import indicators_by_key
from alliance.queries.public.series_breaks import SeriesBreaks
from portal.kernel.access import ANYONE
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.search import SearchDocument

MOST_INDICATORS = 20  # in one table: whoever wants more takes the open data


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One place of a figure, as reported, and what was published of it by cycle."""

    indicator: Indicator
    organisation: Organisation
    service: Service | None
    cell: str
    figures: Mapping[int, PublishedFigure]  # by cycle
    breaks: Mapping[int, str]  # why those of these cycles are not comparable with what stands before them


def figure_places(scope: DataScope) -> QuerySet[Any]:
    """The places of the figures in this scope: those of one indicator together, members by name. Three queries."""
    # each name is sorted once, and not again for each of its figures
    by_name = Organisation.objects.visible_to(ANYONE).order_by(ByAlphabet("name"), "pk")
    members = Value(list(by_name.values_list("pk", flat=True)), output_field=ArrayField(IntegerField()))
    place = Func(members, F("organisation_id"), function="array_position", output_field=IntegerField())
    rows = _in_series(scope, indicators_by_key(scope.indicators)).alias(place=place)
    ordered = rows.order_by("series", "place", "organisation_id", "service_id", "cell")
    return ordered.values("series", "organisation_id", "service_id", "cell").distinct()


def lines_at(places: Iterable[Mapping[str, Any]], scope: DataScope) -> list[FigureLine]:
    """The lines of these places, in their order. Five queries; two more for each indicator whose series ever broke."""
    wanted = [tuple(place.values()) for place in places]
    keys, organisation_ids, service_ids = ({place[column] for place in wanted} for column in range(3))
    scope = replace(scope, indicators=tuple(keys))
    indicators = indicators_by_key(keys)
    figures: dict[tuple[Any, ...], dict[int, PublishedFigure]] = defaultdict(dict)
    for row in _in_series(scope, indicators).filter(organisation__in=organisation_ids) if keys else ():
        figures[row.series, row.organisation_id, row.service_id, row.cell][row.cycle_id] = row
    breaks = _breaks_of(indicators, figures)
    organisations = Organisation.objects.visible_to(ANYONE).in_bulk(organisation_ids)
    services = Service.objects.visible_to(ANYONE).in_bulk(service_ids - {None})
    return [
        FigureLine(
            indicators[place[0]], organisations[place[1]], services.get(place[2]), place[3], figures[place],
            breaks[place[0]].between(figures[place]),
        )
        for place in wanted
        if place[0] in indicators and place[1] in organisations
    ]  # fmt: skip


def _breaks_of(
    indicators: Mapping[str, Indicator], figures: Mapping[tuple[Any, ...], Mapping[int, PublishedFigure]]
) -> dict[str, SeriesBreaks]:
    """Where the charter breaks the series of each of these indicators."""
    cycle_ids: dict[str, set[int]] = defaultdict(set)
    for place, by_cycle in figures.items():
        cycle_ids[place[0]].update(by_cycle)
    return {
        key: SeriesBreaks(indicator, key_history_of(indicator), cycle_ids[key])
        for key, indicator in indicators.items()
    }


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
    for kind, detail, fragment in rows.values_list("kind", "detail", "fragment"):
        if kind == "figure":
            counts[detail["indicator"]] += 1
            cells.append(detail["cell"])
        elif fragment.startswith("?indicator="):
            counts[fragment.removeprefix("?indicator=")] += 1
    harms = {cell.partition(";")[0].removeprefix("harm=") for cell in cells if cell.startswith("harm=")}
    has_whole = not all(cell.startswith("harm=") for cell in cells)
    keys = sorted(key for key, _count in counts.most_common(MOST_INDICATORS))
    return DataScope(indicators=tuple(keys), harms=() if has_whole else tuple(sorted(harms)))
