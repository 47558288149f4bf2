"""What readers of several revisions of a report could work out about figures that are withheld."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from alliance.enums import Aggregation
from alliance.figure_fields import FigurePlace, FiledFigure
from alliance.validators.cells import whole_of

# A number in its place: the same number in two revisions is one unknown.
_Unknown = tuple[FigurePlace, Decimal]
_Equation = dict[_Unknown, Fraction]


@dataclass(frozen=True, slots=True)
class DisclosedRevision:
    """One revision: all its figures, which of them are withheld, and the totals as they were published."""

    figures: Sequence[FiledFigure]
    hidden: frozenset[FigurePlace]
    totals: Sequence[Mapping[str, Any]]


def inferable_numbers(
    revisions: Sequence[DisclosedRevision],
    aggregations: Mapping[str, str],
    exclusive: frozenset[str],
    means: frozenset[str] = frozenset(),
) -> set[tuple[FigurePlace, Decimal]]:
    """The withheld numbers, in their places, that follow from what all these revisions together make public.

    Sums over services and over the cells of an exclusive breakdown are equations; what any revision has made public is
    known. A withheld number that the equations determine alone is given away. `aggregations` are by indicator; of those
    in `means` the total is the mean of its months or quarters.
    """
    known: set[_Unknown] = set()
    for revision in revisions:
        known |= {
            unknown
            for figure in revision.figures
            if figure.place not in revision.hidden and (unknown := _unknown(figure)) is not None
        }
    equations = [
        {unknown: factor for unknown, factor in equation.items() if unknown not in known}
        for revision in revisions
        for equation in (*_sums(revision, aggregations), *_families(revision, exclusive, means))
    ]
    zeros = {unknown for equation in equations if _is_sum_of_zeros(equation) for unknown in equation}
    others = (
        {unknown: factor for unknown, factor in equation.items() if unknown not in zeros}
        for equation in equations
    )
    return zeros | _determined([equation for equation in others if equation])


def _is_sum_of_zeros(equation: _Equation) -> bool:
    """Whether nothing is added up: no figure is negative, so each of them is zero then."""
    return len({factor > 0 for factor in equation.values()}) == 1 and not any(
        number for _, number in equation
    )


def _unknown(figure: FiledFigure) -> _Unknown | None:
    value = figure.values.value
    return (figure.place, value) if figure.values.is_reported and value is not None else None


def _sums(revision: DisclosedRevision, aggregations: Mapping[str, str]) -> Iterable[_Equation]:
    """A public total is the sum of its services."""
    parts: dict[tuple[str, str], list[_Unknown]] = defaultdict(list)
    for figure in revision.figures:
        unknown = _unknown(figure)
        if unknown is not None and figure.place.service is not None:
            parts[figure.place.indicator, figure.place.cell].append(unknown)
    for total in revision.totals:
        is_sum = aggregations.get(total["indicator"]) == Aggregation.SUM
        if is_sum and not total["withheld"] and total["value"] is not None:
            yield dict.fromkeys(parts[total["indicator"], total["cell"]], Fraction(1))


def _families(
    revision: DisclosedRevision, exclusive: frozenset[str], means: frozenset[str]
) -> Iterable[_Equation]:
    """The cells of an exclusive breakdown add up to their total, the parts of a category to it.

    A total whose cells nobody reported says nothing.
    """
    wholes: dict[FigurePlace, _Unknown] = {}
    parts: dict[FigurePlace, list[_Unknown]] = defaultdict(list)
    for figure in revision.figures:
        place, unknown = figure.place, _unknown(figure)
        if unknown is not None and place.indicator in exclusive | means:
            wholes[place] = unknown
            if (whole := whole_of(place.cell)) is not None:
                parts[place._replace(cell=whole)].append(unknown)
    for place, family in parts.items():
        if place in wholes:
            factor = Fraction(len(family) if place.indicator in means else 1)
            yield {**dict.fromkeys(family, Fraction(-1)), wholes[place]: factor}


def _determined(equations: Sequence[_Equation]) -> set[_Unknown]:
    """The unknowns that have one value only: their rows stand alone once the equations are reduced."""
    reduced: dict[_Unknown, _Equation] = {}  # by the unknown that each row is solved for
    for equation in equations:
        row = dict(equation)
        for pivot, solved in reduced.items():
            _subtract(row, solved, row.get(pivot, Fraction(0)))
        if not row:
            continue
        pivot, factor = next(iter(row.items()))
        row = {unknown: value / factor for unknown, value in row.items()}
        for solved in reduced.values():
            _subtract(solved, row, solved.get(pivot, Fraction(0)))
        reduced[pivot] = row
    return {pivot for pivot, row in reduced.items() if len(row) == 1}


def _subtract(row: _Equation, other: _Equation, factor: Fraction) -> None:
    """Take `factor` times the other off the row, in place."""
    for unknown, value in other.items() if factor else ():
        remainder = row.get(unknown, Fraction(0)) - factor * value
        if remainder:
            row[unknown] = remainder
        else:
            row.pop(unknown, None)
