"""The figures of one report as rows, each with what it refers to, which most of them share."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Self

from django.db.models import QuerySet

from alliance.enums import FigureStatus
from alliance.figure_fields import FIELDS, FigurePlace, FigureValues
from alliance.models import Figure, Indicator, Person, Service
from alliance.queries.report_frame import ReportFrame

_COLUMNS = tuple(field.attname for field in Figure._meta.concrete_fields)
_PLACES = {name: number for number, name in enumerate(_COLUMNS)}
_INDICATOR, _SERVICE, _CELL, _WRITER = (
    _PLACES[name] for name in ("indicator_id", "service_id", "cell", "updated_by_id")
)
_CARRIED_OVER = _PLACES["carried_over"]
_READERS = itemgetter(_PLACES["disclosure"], _PLACES["disclosure_reason"])
_VALUES = itemgetter(*(_PLACES[name] for name in FIELDS))
_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Related:
    """What the figures of a report refer to, by id: one object of each."""

    database: str
    indicators: Mapping[int, Indicator]
    services: Mapping[int | None, Service | None]
    writers: Mapping[int | None, Person | None]


class FigureRows(Mapping[FigurePlace, Figure]):
    """The figures of a report by their places; a model is made of a row when somebody asks for it, and stays.

    A report may have fifteen hundred figures, of which a save changes one and a page shows a few: to check the others,
    their values are enough.
    """

    def __init__(
        self, rows: dict[FigurePlace, _Row | Figure], related: Mapping[FigurePlace, _Related]
    ) -> None:
        self._rows, self._related = rows, related

    def __getitem__(self, place: FigurePlace) -> Figure:
        row = self._rows[place]
        if isinstance(row, Figure):
            return row
        related = self._related[place]
        figure = Figure.from_db(related.database, _COLUMNS, row)
        figure._state.fields_cache.update(
            indicator=related.indicators[figure.indicator_id],
            service=related.services[figure.service_id],
            updated_by=related.writers.get(figure.updated_by_id),
        )
        self._rows[place] = figure
        return figure

    def __iter__(self) -> Iterator[FigurePlace]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, place: object) -> bool:
        return place in self._rows

    def values_at(self, place: FigurePlace) -> FigureValues:
        """The values of the figure in this place."""
        row = self._rows[place]
        return FigureValues.of(row) if isinstance(row, Figure) else FigureValues(*_VALUES(row))

    def is_carried_over(self, place: FigurePlace) -> bool:
        row = self._rows[place]
        return bool(row.carried_over if isinstance(row, Figure) else row[_CARRIED_OVER])

    def readers_at(self, place: FigurePlace) -> tuple[str, str]:
        """Who may read the figure in this place, and why that is not as the charter asks."""
        row = self._rows[place]
        return (row.disclosure, row.disclosure_reason) if isinstance(row, Figure) else _READERS(row)

    def is_unfilled(self, place: FigurePlace) -> bool:
        """As `Figure.is_unfilled` says."""
        if not self.is_carried_over(place):
            return False
        values = self.values_at(place)
        return values.status == FigureStatus.REPORTED and values.value is None and not values.choice

    def of(self, places: Iterable[FigurePlace]) -> "FiguresInPlaces":
        """Those in these places, in their order."""
        return FiguresInPlaces(self, places)

    def with_figures(self, figures: Mapping[FigurePlace, Figure]) -> Self:
        """With these in their places."""
        return type(self)(self._rows | dict(figures), self._related)

    def with_indicators_read_anew(self, indicators: Collection[int], anew: "FigureRows") -> Self:
        """The figures of these indicators as they are in the other, the rest as it was."""
        rows = {
            place: row
            for place, row in self._rows.items()
            if (row.indicator_id if isinstance(row, Figure) else row[_INDICATOR]) not in indicators
        }
        return type(self)(rows | anew._rows, {**self._related, **anew._related})


class FiguresInPlaces(Mapping[FigurePlace, Figure]):
    """Some of the figures of a report."""

    def __init__(self, figures: FigureRows, places: Iterable[FigurePlace]) -> None:
        self._figures, self.places = figures, dict.fromkeys(places)

    def __getitem__(self, place: FigurePlace) -> Figure:
        if place not in self.places:
            raise KeyError(place)
        return self._figures[place]

    def __iter__(self) -> Iterator[FigurePlace]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, place: object) -> bool:
        return place in self.places


def figures_by_place(frame: ReportFrame, rows: QuerySet[Figure]) -> FigureRows:
    """The figures by their places. What many of them refer to is one object, and not read with each again.

    Two queries; one more for each of the kinds of which the report does not ask for all any more.
    """
    # in order here: for an order, Django compares each column of the query with it
    figures: Sequence[_Row] = sorted(rows.order_by().values_list(*_COLUMNS), key=itemgetter(_PLACES["id"]))
    asked = {row.pk: row for required in frame.measures for row in required.indicators}
    indicators = asked | _missing(Indicator, asked, {figure[_INDICATOR] for figure in figures})
    owned = {None: None} | {row.pk: row for row in frame.services}
    services = owned | _missing(Service, owned, {figure[_SERVICE] for figure in figures})
    writers = {None: None} | Person.objects.order_by().in_bulk(
        {figure[_WRITER] for figure in figures} - {None}
    )
    keys = {pk: row.key for pk, row in indicators.items()}
    slugs = {pk: row.slug if row else None for pk, row in services.items()}
    by_place: dict[FigurePlace, _Row | Figure] = {
        FigurePlace(keys[row[_INDICATOR]], slugs[row[_SERVICE]], row[_CELL]): row for row in figures
    }
    related = _Related(rows.db, indicators, services, writers)
    return FigureRows(by_place, dict.fromkeys(by_place, related))


def _missing(model: Any, known: Mapping[Any, Any], ids: Collection[Any]) -> dict[Any, Any]:
    left = [pk for pk in ids if pk not in known]
    rows: dict[Any, Any] = model.objects.filter(pk__in=left).in_bulk() if left else {}
    return rows
