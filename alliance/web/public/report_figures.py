"""A measure's figures by service as a table: values, totals, changes, breakdowns, sources."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import ngettext

from alliance.enums import Aggregation, IndicatorScope, IndicatorType, Period
from alliance.figure_fields import FigurePlace, FiledFigure
from alliance.models import Charter, Indicator, Measure
from alliance.queries.public.changes import change_of
from alliance.queries.public.readings import Reading
from alliance.queries.public.report_content import ContentRow, ReportContent
from alliance.queries.public.value_differences import figure_difference
from alliance.queries.public.wording import (
    breakdown_title,
    cell_title,
    change_text,
    in_charter_order,
    name_in_language,
    text_before_correction,
    unit_of,
    value_text,
)
from alliance.validators.cells import period_cells
from alliance.validators.corrections import CorrectionPlace

_DAYS = ("starts_on", "ends_on")  # of the cycle, in a publication


@dataclass(frozen=True, slots=True)
class FigureTableCell:
    """One figure as it is shown; `source` is the figure of the document, for where it comes from."""

    label: str
    reading: Reading | None
    part: str = ""  # of a breakdown
    text: str = ""
    unit: str = ""
    change: str = ""
    after_break: bool = False
    was: str = ""  # before it was corrected
    was_in_words: str = ""  # with what was said of it; empty where nothing of it was corrected
    source: FiledFigure | None = None
    months: str = ""  # of how many months or quarters it is the total, where some are missing

    @property
    def correction_key(self) -> str:
        """How an address names this value, to correct it; empty where it is none of the report's own."""
        return CorrectionPlace.of_figure(self.source.place).key if self.source else ""

    @property
    def share(self) -> tuple[Decimal | None, Decimal | None]:
        """Part and whole of a share."""
        if self.source is None:
            return None, None
        return self.source.values.numerator, self.source.values.denominator


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    title: str
    cells: list[FigureTableCell]
    total: FigureTableCell | None


@dataclass(frozen=True, slots=True)
class BreakdownTable:
    """The cells of an indicator by one breakdown."""

    title: str
    rows: list[BreakdownRow]


@dataclass(frozen=True, slots=True)
class FigureTableRow:
    """An indicator's line: a cell for each service, and the total; or one cell for the whole organisation."""

    indicator: Indicator
    cells: list[FigureTableCell]
    total: FigureTableCell | None
    is_for_organisation: bool = False
    breakdowns: list[BreakdownTable] = field(default_factory=list)
    breakdown_titles: list[str] = field(default_factory=list)  # in place of them

    @property
    def has_no_total(self) -> bool:
        """Medians and the like: services are shown side by side, and nothing is added up."""
        return self.total is None and self.indicator.aggregation == Aggregation.NONE


@dataclass(frozen=True)
class FigureTable:
    """The figures of one measure: a column for each service."""

    services: list[str]
    rows: list[FigureTableRow]

    @property
    def with_total(self) -> bool:
        return len(self.services) > 1 or any(row.is_for_organisation for row in self.rows)

    @property
    def width(self) -> int:
        return 1 + len(self.services) + self.with_total


class FigureTableBuilder:
    """Makes the tables of a report from its facts and those of the period before."""

    def __init__(
        self,
        charter: Charter,
        now: ReportContent,
        before: ReportContent,
        corrected: ReportContent,
        *,
        is_brief: bool = False,
    ) -> None:
        """`is_brief`: of breakdowns, the titles alone."""
        self.is_brief = is_brief
        self.charter, self.now, self.before, self.corrected = charter, now, before, corrected
        self.services: list[Any] = list(now.document.get("services", ()))

    @cached_property
    def _filed(self) -> set[str]:
        return {place.indicator for place in self.now.figures}

    def table_of(self, measure: Measure, only: str = "") -> FigureTable | None:
        """The table of a measure, or of one indicator of it; None when no figure of it was filed."""
        indicators = [
            each
            for each in measure.indicators.all()
            if each.type == IndicatorType.FIGURE and each.key in self._filed
        ]
        if not indicators:
            return None
        by_service = any(each.scope == IndicatorScope.SERVICE for each in indicators)
        services = self.services if by_service else []
        rows = [self._row(each, services) for each in indicators if only in ("", each.key)]
        return FigureTable([name_in_language(service) for service in services], rows) if rows else None

    def count_cells(self, measure: Measure) -> int:
        """How many figures the table of a measure has, without totals and parts."""
        keys = {each.key for each in measure.indicators.all()}
        return sum(place.indicator in keys and not place.cell for place in self.now.figures)

    def _row(self, indicator: Indicator, services: Sequence[ContentRow]) -> FigureTableRow:
        is_whole = indicator.scope == IndicatorScope.ORGANISATION
        services = () if is_whole else services
        return FigureTableRow(
            indicator,
            [self._cell(indicator, service, "") for service in services],
            self._cell(indicator, None, "") if is_whole else self._total(indicator, ""),
            is_whole,
            [] if self.is_brief else self._breakdowns(indicator, services),
            self._breakdown_titles(indicator) if self.is_brief else [],
        )

    def _breakdown_titles(self, indicator: Indicator) -> list[str]:
        cells = in_charter_order(self.charter, self.now.cells.get(indicator.key, ()))
        return list(dict.fromkeys(breakdown_title(self.charter, cell) for cell in cells))

    def _cell(self, indicator: Indicator, service: ContentRow | None, cell: str) -> FigureTableCell:
        figure_place = FigurePlace(indicator.key, service["slug"] if service else None, cell)
        label = name_in_language(service) if service else ""
        source, now = self.now.figures.get(figure_place), self.now.reading(figure_place)
        figure_cell = self._figure_cell(
            indicator,
            label,
            now,
            self.before.reading(figure_place),
            self.corrected.reading(figure_place),
            source,
        )
        return figure_cell if cell else replace(figure_cell, months=self._months(indicator, figure_place))

    def _months(self, indicator: Indicator, total: FigurePlace) -> str:
        """Of how many months or quarters a total is, where only some of them were reported."""
        starts_on, ends_on = (date.fromisoformat(self.now.document["cycle"][name]) for name in _DAYS)
        cells = period_cells(indicator.period, starts_on, ends_on)
        figures = [self.now.figures.get(total._replace(cell=cell)) for cell in cells]
        count = sum(figure is not None and figure.values.is_reported for figure in figures)
        if not 0 < count < len(cells):
            return ""
        if indicator.period == Period.QUARTER:
            text = ngettext("%(parts)s of %(of)s quarter", "%(parts)s of %(of)s quarters", len(cells))
        else:
            text = ngettext("%(parts)s of %(of)s month", "%(parts)s of %(of)s months", len(cells))
        return text % {"parts": count, "of": len(cells)}

    def _total(self, indicator: Indicator, cell: str) -> FigureTableCell | None:
        if indicator.aggregation == Aggregation.ENTERED:
            entered = self._cell(indicator, None, cell)
            return entered if entered.reading else None
        now = self.now.total(indicator.key, cell)
        if now is None:
            return None
        before, corrected = self.before.total(indicator.key, cell), self.corrected.total(indicator.key, cell)
        return self._figure_cell(indicator, "", now, before, corrected, None)

    def _figure_cell(
        self,
        indicator: Indicator,
        label: str,
        now: Reading | None,
        before: Reading | None,
        corrected: Reading | None,
        source: FiledFigure | None,
    ) -> FigureTableCell:
        if now is None:
            return FigureTableCell(label, None)
        change = change_of(indicator.value, now, before)
        return FigureTableCell(
            label=label,
            reading=now,
            part=cell_title(self.charter, source.place.cell) if source and source.place.cell else "",
            text="" if now.withheld else value_text(indicator, now.value, now.choice),
            unit=unit_of(indicator),
            change=change_text(change),
            after_break=change is not None and change.kind == "broken",
            was=text_before_correction(indicator, now, corrected),
            was_in_words=self._before(indicator, source),
            source=source,
        )

    def _before(self, indicator: Indicator, source: FiledFigure | None) -> str:
        """What a figure of the report was before it was corrected, with its texts that were others."""
        before = self.corrected.figures.get(source.place) if source else None
        if source is None or before is None or before.withheld or source.withheld:
            return ""
        if before.values == source.values:
            return ""
        return figure_difference(indicator, before.values, source.values).in_words[0]

    def _breakdowns(self, indicator: Indicator, services: Sequence[ContentRow]) -> list[BreakdownTable]:
        """The indicator's cells in the charter's order, grouped by what they are broken down by."""
        groups: dict[str, list[BreakdownRow]] = {}
        for cell in in_charter_order(self.charter, self.now.cells.get(indicator.key, ())):
            cells = [self._cell(indicator, service, cell) for service in services or (None,)]
            total = self._total(indicator, cell) if services else None
            row = BreakdownRow(cell_title(self.charter, cell), cells, total)
            groups.setdefault(breakdown_title(self.charter, cell), []).append(row)
        return [BreakdownTable(title, rows) for title, rows in groups.items()]
