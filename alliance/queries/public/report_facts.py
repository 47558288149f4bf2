"""What a report's document says, looked up by place: figures, totals, verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from alliance.figure_fields import FigurePlace, FiledFigure, filed_figures
from alliance.queries.public.readings import Reading, broken

Item = Mapping[str, Any]


def decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


@dataclass(frozen=True)
class Facts:
    """One document, looked up by place; an empty document has nothing anywhere.

    `seams` are the indicators that the charter has split, merged or redefined since the report before.
    """

    document: Item = field(default_factory=dict)
    seams: frozenset[str] = frozenset()

    @cached_property
    def figures(self) -> dict[FigurePlace, FiledFigure]:
        return {figure.place: figure for figure in filed_figures(self.document)}

    @cached_property
    def measures(self) -> dict[str, Item]:
        return {measure["measure"]: measure for measure in self.document.get("measures", ())}

    @cached_property
    def _totals(self) -> dict[tuple[str, str], Item]:
        return {(total["indicator"], total["cell"]): total for total in self.document.get("totals", ())}

    @cached_property
    def cells(self) -> dict[str, list[str]]:
        """The breakdown cells that each indicator has figures for; `in_charter_order` puts them in order."""
        found: dict[str, list[str]] = {}
        for indicator, _service, cell in self.figures:
            if cell and cell not in found.setdefault(indicator, []):
                found[indicator].append(cell)
        return found

    def reading(self, place: FigurePlace) -> Reading | None:
        figure = self.figures.get(place)
        return self._seamed(place.indicator, Reading.of_figure(figure)) if figure else None

    def _seamed(self, indicator: str, reading: Reading) -> Reading:
        return broken(reading) if indicator in self.seams else reading

    def total(self, indicator: str, cell: str = "") -> Reading | None:
        """The total over services; an estimate, or broken, when a part of it is."""
        total = self._totals.get((indicator, cell))
        if total is None:
            return None
        parts = [
            figure.values
            for place, figure in self.figures.items()
            if (place.indicator, place.cell) == (indicator, cell)
        ]
        reading = Reading(
            withheld=total["withheld"],
            value=decimal(total["value"]),
            estimate=any(part.estimate for part in parts),
            broken=any(part.definition_changed for part in parts),
            parts=total["parts"],
            of=total["of"],
        )
        return self._seamed(indicator, reading)

    def whole(self, indicator: str) -> Reading | None:
        """For the whole organisation: the total, the figure entered for it, or that of its only service."""
        entered = self.reading(FigurePlace(indicator, None))
        if entered:
            return entered
        places = [place for place in self.figures if place.indicator == indicator and not place.cell]
        return self.reading(places[0]) if len(places) == 1 else self.total(indicator)

    @cached_property
    def verdicts(self) -> dict[tuple[str, str], Item]:
        """By commitment and measure; a measure of '' is the commitment itself."""
        return {(row["commitment"], row["measure"]): row for row in self.document.get("verdicts", ())}

    @cached_property
    def pledge_verdicts(self) -> dict[str, Item]:
        return {row["pledge"]: row for row in self.document.get("verdicts", ()) if row["pledge"]}
