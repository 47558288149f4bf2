"""A measure's figures by service as a table: values, totals, changes, breakdowns, sources."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from alliance.enums import Aggregation, IndicatorType, Scope
from alliance.figure_fields import FigurePlace, FiledFigure
from alliance.models import Charter, Indicator, Measure
from alliance.queries.public.changes import change_of
from alliance.queries.public.readings import Reading
from alliance.queries.public.report_facts import Facts, Item
from alliance.queries.public.wording import (
    breakdown_title,
    cell_title,
    change_text,
    in_charter_order,
    named,
    said_value,
    unit_of,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure as it is shown; `source` is the figure of the document, for where it comes from."""

    label: str
    reading: Reading | None
    part: str = ""  # of a breakdown
    text: str = ""
    unit: str = ""
    change: str = ""
    broken: bool = False
    was: Decimal | None = None
    source: FiledFigure | None = None

    @property
    def share(self) -> tuple[Decimal | None, Decimal | None]:
        """Part and whole of a share."""
        if self.source is None:
            return None, None
        return self.source.values.numerator, self.source.values.denominator


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    title: str
    cells: list[Cell]
    total: Cell | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The cells of an indicator by one breakdown."""

    title: str
    rows: list[BreakdownRow]


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator's line: a cell for each service, and the total; or one cell for the whole organisation."""

    indicator: Indicator
    cells: list[Cell]
    total: Cell | None
    whole: bool = False
    breakdowns: list[Breakdown] = field(default_factory=list)

    @property
    def has_no_total(self) -> bool:
        """Medians and the like: services stand side by side, and nothing is added up."""
        return self.total is None and self.indicator.aggregation == Aggregation.NONE


@dataclass(frozen=True)
class FigureTable:
    """The figures of one measure: a column for each service."""

    services: list[str]
    rows: list[Row]

    @property
    def with_total(self) -> bool:
        return len(self.services) > 1 or any(row.whole for row in self.rows)

    @property
    def width(self) -> int:
        return 1 + len(self.services) + self.with_total


class FigureTables:
    """Makes the tables of a report from its facts and those of the period before."""

    def __init__(self, charter: Charter, now: Facts, before: Facts, corrected: Facts) -> None:
        self.charter, self.now, self.before, self.corrected = charter, now, before, corrected
        self.services: list[Any] = list(now.document.get("services", ()))

    def of(self, measure: Measure) -> FigureTable | None:
        """The table of a measure; None when it asks for no figure that was filed."""
        filed = {place.indicator for place in self.now.figures}
        asked = [
            one for one in measure.indicators.all() if one.type == IndicatorType.FIGURE and one.key in filed
        ]
        if not asked:
            return None
        by_service = any(one.scope == Scope.SERVICE for one in asked)
        services = self.services if by_service else []
        return FigureTable([named(one) for one in services], [self._row(one, services) for one in asked])

    def _row(self, indicator: Indicator, services: Sequence[Item]) -> Row:
        if indicator.scope == Scope.ORGANISATION:
            return Row(indicator, [], self._cell(indicator, None, ""), True, self._breakdowns(indicator, ()))
        cells = [self._cell(indicator, one, "") for one in services]
        return Row(indicator, cells, self._total(indicator, ""), False, self._breakdowns(indicator, services))

    def _cell(self, indicator: Indicator, service: Item | None, cell: str) -> Cell:
        place = FigurePlace(indicator.key, service["slug"] if service else None, cell)
        label = named(service) if service else ""
        source, now = self.now.figures.get(place), self.now.reading(place)
        return self._shown(
            indicator, label, now, self.before.reading(place), self.corrected.reading(place), source
        )

    def _total(self, indicator: Indicator, cell: str) -> Cell | None:
        if indicator.aggregation == Aggregation.ENTERED:
            entered = self._cell(indicator, None, cell)
            return entered if entered.reading else None
        now = self.now.total(indicator.key, cell)
        if now is None:
            return None
        before, corrected = self.before.total(indicator.key, cell), self.corrected.total(indicator.key, cell)
        return self._shown(indicator, "", now, before, corrected, None)

    def _shown(
        self,
        indicator: Indicator,
        label: str,
        now: Reading | None,
        before: Reading | None,
        corrected: Reading | None,
        source: FiledFigure | None,
    ) -> Cell:
        if now is None:
            return Cell(label, None)
        change = change_of(indicator.value, now, before)
        corrected_from = corrected.value if corrected and corrected.known and now.known else None
        return Cell(
            label=label,
            reading=now,
            part=cell_title(self.charter, source.place.cell) if source and source.place.cell else "",
            text="" if now.withheld else said_value(indicator, now.value, now.choice),
            unit=unit_of(indicator),
            change=change_text(change),
            broken=change is not None and change.kind == "broken",
            was=corrected_from if corrected_from != now.value else None,
            source=source,
        )

    def _breakdowns(self, indicator: Indicator, services: Sequence[Item]) -> list[Breakdown]:
        """The indicator's cells in the charter's order, grouped by what they are broken down by."""
        groups: dict[str, list[BreakdownRow]] = {}
        for cell in in_charter_order(self.charter, self.now.cells.get(indicator.key, ())):
            shown = [self._cell(indicator, one, cell) for one in services or (None,)]
            total = self._total(indicator, cell) if services else None
            row = BreakdownRow(cell_title(self.charter, cell), shown, total)
            groups.setdefault(breakdown_title(self.charter, cell), []).append(row)
        return [Breakdown(title, rows) for title, rows in groups.items()]
