"""What must be withheld besides what somebody withheld, so that no aggregate gives a figure away."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from alliance.figure_fields import FigurePlace, FiledFigure


def withheld_places(figures: Sequence[FiledFigure], exclusive: frozenset[str]) -> set[FigurePlace]:
    """The places that the public may not read: those for the secretariat alone, and those that would reveal them.

    The cells of an exclusive breakdown add up to their total. With exactly one number of such a family
    withheld, the others would give it by subtraction: then the total goes with a cell, or the largest cell
    with the total. Cells that are all zero follow from a public total too: it goes with them. `exclusive` are the keys
    of indicators whose cells exclude each other.
    """
    withheld = {figure.place for figure in figures if figure.secretariat_only}
    # the reported numbers of one indicator and service that belong to one sum
    families: dict[tuple[str, str | None], list[FiledFigure]] = defaultdict(list)
    for figure in figures:
        if figure.place.indicator in exclusive and figure.values.is_reported:
            families[figure.place.indicator, figure.place.service].append(figure)
    for family in families.values():
        hidden = [figure for figure in family if figure.place in withheld]
        others = [figure for figure in family if figure.place not in withheld]
        totals = [figure for figure in others if not figure.place.cell]
        if hidden and totals and not any(figure.values.value for figure in hidden):
            withheld.add(totals[0].place)
        elif len(hidden) == 1 and others:
            companion = totals[0] if totals else max(others, key=lambda each: each.values.value or Decimal(0))
            withheld.add(companion.place)
    return withheld
