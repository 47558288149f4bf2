"""What must be withheld besides what somebody withheld, so that no aggregate gives a figure away."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from alliance.enums import PeriodAggregation
from alliance.figure_fields import FigurePlace, FiledFigure
from alliance.validators.cells import whole_of

_PICKED = (PeriodAggregation.LAST, PeriodAggregation.MAXIMUM)


@dataclass(frozen=True, slots=True)
class DerivedTotals:
    """The keys of the indicators whose total follows from their cells, by how it does."""

    sums: frozenset[str] = frozenset()  # the cells exclude each other, and add up to it
    means: frozenset[str] = frozenset()  # of months or quarters
    picked: frozenset[str] = frozenset()  # it is one of them: the last or the highest

    @classmethod
    def of(cls, indicators: Iterable[Any]) -> Self:
        """Of rows with `key`, `exclusive` and `period_aggregation`."""
        rows = list(indicators)

        def keys(*aggregations: str) -> set[str]:
            return {row.key for row in rows if row.period_aggregation in aggregations}

        exclusive = {row.key for row in rows if row.exclusive}
        return cls(
            frozenset(exclusive | keys(PeriodAggregation.SUM)),
            frozenset(keys(PeriodAggregation.MEAN)),
            frozenset(keys(*_PICKED)),
        )

    def withheld_places(self, figures: Sequence[FiledFigure]) -> set[FigurePlace]:
        """The places of these figures that the public may not read, as `withheld_places` has it."""
        return withheld_places(figures, self.sums | self.means, self.picked)


@dataclass(slots=True)
class _Family:
    """The reported numbers of one indicator and service that belong to one total, or to one category."""

    wholes: list[FiledFigure] = field(default_factory=list)  # one, or none
    parts: list[FiledFigure] = field(default_factory=list)


def withheld_places(
    figures: Sequence[FiledFigure], exclusive: frozenset[str], picked: frozenset[str] = frozenset()
) -> set[FigurePlace]:
    """The places that the public may not read: those for the secretariat alone, and those that would reveal them.

    The cells of an exclusive breakdown add up to their total, and the parts of a category to it. With exactly one
    number of such a family withheld, the others would give it by subtraction: then the total goes with a cell, or the
    largest cell with the total. Cells that are all zero follow from a public total too: it goes with them. `exclusive`
    are the keys of indicators whose cells exclude each other, or of which the total is a mean; `picked` those whose
    total is one of its cells: it goes with any of them, and they with it where they are equal.
    """
    withheld = {figure.place for figure in figures if figure.secretariat_only}
    if not withheld:
        return withheld
    families = _families(figures, exclusive | picked)
    count = -1
    while len(withheld) > count:  # what goes with a part of a category may reveal the category
        count = len(withheld)
        for (key, _service, _whole), family in families.items():
            companions = _equal_companions if key in picked else _summed_companions
            withheld |= companions(family, withheld)
    return withheld


def _families(
    figures: Sequence[FiledFigure], keys: frozenset[str]
) -> Mapping[tuple[str, str | None, str], _Family]:
    families: dict[tuple[str, str | None, str], _Family] = defaultdict(_Family)
    for figure in figures:
        place = figure.place
        if place.indicator in keys and figure.values.is_reported:
            families[place.indicator, place.service, place.cell].wholes.append(figure)
            if (whole := whole_of(place.cell)) is not None:
                families[place.indicator, place.service, whole].parts.append(figure)
    return {key: family for key, family in families.items() if family.parts}


def _summed_companions(family: _Family, withheld: set[FigurePlace]) -> set[FigurePlace]:
    figures = [*family.wholes, *family.parts]
    hidden = [figure for figure in figures if figure.place in withheld]
    others = [figure for figure in figures if figure.place not in withheld]
    totals = [figure for figure in family.wholes if figure.place not in withheld]
    if hidden and totals and not any(figure.values.value for figure in hidden):
        return {totals[0].place}
    if len(hidden) == 1 and others:
        companion = totals[0] if totals else max(others, key=lambda each: each.values.value or Decimal(0))
        return {companion.place}
    return set()


def _equal_companions(family: _Family, withheld: set[FigurePlace]) -> set[FigurePlace]:
    places = {part.place for part in family.parts if part.place in withheld}
    companions = {whole.place for whole in family.wholes} if places else set()
    # a total that goes with a month alone is nobody's secret
    hidden = {whole.values.value for whole in family.wholes if whole.secretariat_only}
    return companions | {part.place for part in family.parts if part.values.value in hidden}
