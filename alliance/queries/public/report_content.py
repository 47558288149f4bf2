"""The content of a report's document, by place: figures, totals, verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from alliance.figure_fields import FigurePlace, FiledFigure, filed_figures
from alliance.queries.public.readings import Reading, reading_after_break
from alliance.validators.corrections import before_corrections

ContentRow = Mapping[str, Any]


def decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


@dataclass(frozen=True)
class ReportContent:
    """One document, looked up by place; an empty document has nothing anywhere.

    `series_breaks` are the indicators that the charter has split, merged or redefined since the report before.
    """

    document: ContentRow = field(default_factory=dict)
    series_breaks: frozenset[str] = frozenset()

    @cached_property
    def figures(self) -> dict[FigurePlace, FiledFigure]:
        return {figure.place: figure for figure in filed_figures(self.document)}

    @cached_property
    def measures(self) -> dict[str, ContentRow]:
        return {measure["measure"]: measure for measure in self.document.get("measures", ())}

    @cached_property
    def _totals(self) -> dict[tuple[str, str], ContentRow]:
        return {(total["indicator"], total["cell"]): total for total in self.document.get("totals", ())}

    @cached_property
    def cells(self) -> dict[str, list[str]]:
        """The breakdown cells that each indicator has figures for; `in_charter_order` puts them in order."""
        cells: dict[str, list[str]] = {}
        for indicator, _service, cell in self.figures:
            if cell and cell not in cells.setdefault(indicator, []):
                cells[indicator].append(cell)
        return cells

    @cached_property
    def _figures_of(self) -> dict[tuple[str, str], list[FiledFigure]]:
        """The figures of services and of the organisation by indicator and cell: a report asks for each total."""
        figures: dict[tuple[str, str], list[FiledFigure]] = {}
        for place, figure in self.figures.items():
            figures.setdefault((place.indicator, place.cell), []).append(figure)
        return figures

    @cached_property
    def before_corrections(self) -> "ReportContent":
        """What stood in each place before its last correction; nothing where nothing was corrected."""
        return ReportContent(before_corrections(self.document) if self.document.get("corrections") else {})

    def reading(self, figure_place: FigurePlace) -> Reading | None:
        figure = self.figures.get(figure_place)
        return self._with_break(figure_place.indicator, Reading.of_figure(figure)) if figure else None

    def _with_break(self, indicator: str, reading: Reading) -> Reading:
        return reading_after_break(reading) if indicator in self.series_breaks else reading

    def total(self, indicator: str, cell: str = "") -> Reading | None:
        """The total over services; an estimate, or broken, when a part of it is."""
        total = self._totals.get((indicator, cell))
        if total is None:
            return None
        parts = [figure.values for figure in self._figures_of.get((indicator, cell), ())]
        reading = Reading(
            withheld=total["withheld"],
            value=decimal(total["value"]),
            estimate=any(part.estimate for part in parts),
            broken=any(part.definition_changed for part in parts),
            parts=total["parts"],
            of=total["of"],
        )
        return self._with_break(indicator, reading)

    def organisation_reading(self, indicator: str) -> Reading | None:
        """For the whole organisation: the total, the figure entered for it, or that of its only service."""
        entered = self.reading(FigurePlace(indicator, None))
        if entered:
            return entered
        places = [figure.place for figure in self._figures_of.get((indicator, ""), ())]
        return self.reading(places[0]) if len(places) == 1 else self.total(indicator)

    def notes_on(self, indicator: str, service: str | None = None) -> list[str]:
        """The public notes on a figure; on the organisation's as a whole also those on what it is made of."""
        return [
            figure.values.note
            for figure in self._figures_of.get((indicator, ""), ())
            if (service is None or figure.place.service == service)
            and figure.values.note
            and not figure.withheld
        ]

    @cached_property
    def verdicts(self) -> dict[tuple[str, str], ContentRow]:
        """By commitment and measure; a measure of '' is the commitment itself."""
        return {(row["commitment"], row["measure"]): row for row in self.document.get("verdicts", ())}

    @cached_property
    def pledge_verdicts(self) -> dict[str, ContentRow]:
        return {row["pledge"]: row for row in self.document.get("verdicts", ()) if row["pledge"]}
