"""What must be withheld besides what somebody withheld, so that no aggregate gives a figure away."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from alliance.enums import Disclosure, FigureStatus

FigureRow = Mapping[str, Any]  # one figure as a submission holds it
Place = tuple[str, str | None, str]  # indicator, service, cell


def place_of(figure: FigureRow) -> Place:
    return figure["indicator"], figure["service"], figure["cell"]


def withheld_places(figures: Sequence[FigureRow], exclusive: frozenset[str]) -> set[Place]:
    """The places that the public may not read: those kept for the secretariat, and what would give them away.

    The cells of an exclusive breakdown add up to their total. With exactly one number of such a family
    withheld, the others would give it by subtraction: then the total goes with a cell, or the largest cell
    with the total. `exclusive` are the keys of indicators whose cells exclude each other.
    """
    withheld = {place_of(figure) for figure in figures if figure["disclosure"] == Disclosure.SECRETARIAT}
    for family in _families(figures, exclusive):
        places = {place_of(figure) for figure in family}
        hidden = places & withheld
        if len(hidden) == 1 and len(places) > 1:
            withheld.add(_companion(next(iter(hidden)), family))
    return withheld


def _families(figures: Iterable[FigureRow], exclusive: frozenset[str]) -> list[list[FigureRow]]:
    """The reported numbers of one indicator and service that belong to one sum."""
    families: dict[tuple[str, str | None], list[FigureRow]] = defaultdict(list)
    for figure in figures:
        if figure["indicator"] in exclusive and figure["status"] == FigureStatus.REPORTED:
            families[figure["indicator"], figure["service"]].append(figure)
    return list(families.values())


def _companion(hidden: Place, family: Sequence[FigureRow]) -> Place:
    others = [figure for figure in family if place_of(figure) != hidden]
    totals = [figure for figure in others if figure["cell"] == ""]
    chosen = totals[0] if totals else max(others, key=lambda figure: Decimal(figure["value"] or 0))
    return place_of(chosen)
