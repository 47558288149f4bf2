"""What readers of several revisions could work out about withheld figures: sums over services and over cells."""

from decimal import Decimal
from typing import Any

import pytest

from alliance.figure_fields import FigurePlace, FigureValues, FiledFigure
from alliance.validators.disclosure import withheld_places
from alliance.validators.inference import DisclosedRevision, inferable_numbers

SUMS = {"removed": "sum"}
EXCLUSIVE = frozenset({"removed"})


def revision(
    numbers: dict[tuple[str, str], str], hidden: set[tuple[str, str]], totals: tuple[str, ...] = ()
) -> DisclosedRevision:
    """A revision with these numbers by service and cell; the sums of the cells in `totals` are public."""
    figures = [
        FiledFigure(FigurePlace("removed", *place), FigureValues(value=Decimal(number)))
        for place, number in numbers.items()
    ]
    rows: list[dict[str, Any]] = [
        {"indicator": "removed", "cell": cell, "withheld": False, "value": "1"} for cell in totals
    ]
    return DisclosedRevision(figures, frozenset(FigurePlace("removed", *place) for place in hidden), rows)


def inferable(
    *revisions: DisclosedRevision, exclusive: frozenset[str] = EXCLUSIVE
) -> dict[tuple[Any, ...], str]:
    return {
        (place.service, place.cell): str(number)
        for place, number in inferable_numbers(revisions, SUMS, exclusive)
    }


def test_two_withheld_parts_of_a_public_total_stay_withheld() -> None:
    numbers = {("a", ""): "5", ("b", ""): "7", ("c", ""): "1"}
    hidden = {("a", ""), ("b", "")}

    assert not inferable(revision(numbers, hidden, ("",)))
    # one of them corrected: its difference is public, and neither number
    assert not inferable(
        revision(numbers, hidden, ("",)), revision({**numbers, ("a", ""): "6"}, hidden, ("",))
    )


@pytest.mark.parametrize("without_a_first", [True, False])
def test_a_part_that_comes_or_goes_under_a_public_total(without_a_first: bool) -> None:
    numbers = {("a", ""): "5", ("b", ""): "7", ("c", ""): "1"}
    fewer = {place: number for place, number in numbers.items() if place != ("a", "")}
    revisions = [revision(numbers, set(numbers), ("",)), revision(fewer, set(fewer), ("",))]

    assert inferable(*(revisions[::-1] if without_a_first else revisions)) == {("a", ""): "5"}


def test_a_figure_that_one_revision_made_public_is_known_in_all() -> None:
    numbers = {("a", ""): "5", ("b", ""): "7"}

    assert inferable(revision(numbers, {("b", "")}), revision(numbers, {("a", ""), ("b", "")}, ("",))) == {
        ("b", ""): "7"
    }


def test_parts_of_a_public_zero_are_zero() -> None:
    numbers = {("a", ""): "0", ("b", ""): "0", ("c", ""): "7"}
    hidden = {("a", ""), ("b", "")}

    assert inferable(revision(numbers, hidden, ("",))) == {("a", ""): "0", ("b", ""): "0"}
    assert not inferable(revision({**numbers, ("a", ""): "1"}, hidden, ("",)))


def test_a_total_is_withheld_with_its_withheld_zero_cells() -> None:
    rows = [("", "7", False), ("w", "0", True), ("x", "0", True), ("y", "7", False)]
    figures = [
        FiledFigure(
            FigurePlace("removed", "a", cell), FigureValues(value=Decimal(number)), secretariat_only=withheld
        )
        for cell, number, withheld in rows
    ]

    assert {place.cell for place in withheld_places(figures, EXCLUSIVE)} == {"", "w", "x"}
    assert not withheld_places(figures, frozenset()) - {FigurePlace("removed", "a", cell) for cell in "wx"}


def test_a_withheld_total_without_cells_gives_nothing_away() -> None:
    assert not inferable(revision({("a", ""): "5"}, {("a", "")}))


def test_the_cells_of_one_service_and_the_sums_over_services_are_solved_together() -> None:
    """Every line and every column has two withheld cells at least; the one between two squares follows all the same."""
    cells = "wxyz"
    hidden = {("1", "w"), ("1", "x"), ("2", "w"), ("2", "x"), ("3", "y"), ("3", "z"), ("4", "y"), ("4", "z"),
              ("1", "y")}  # fmt: skip
    numbers = {(service, cell): "3" for service in "1234" for cell in cells}
    numbers |= {(service, ""): "12" for service in "1234"}

    assert inferable(revision(numbers, hidden, tuple(cells))) == {("1", "y"): "3"}
    assert not inferable(revision(numbers, hidden - {("1", "y")}, tuple(cells)))
