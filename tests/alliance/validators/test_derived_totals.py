"""What parts of a category, and months, would give away of a withheld figure."""

from decimal import Decimal

from hypothesis import given, strategies

from alliance.figure_fields import FigurePlace, FigureValues, FiledFigure
from alliance.validators.disclosure import withheld_places
from alliance.validators.inference import DisclosedRevision, inferable_numbers

TOTAL, CATEGORY, OTHER = "", "harm=grooming", "harm=bullying"
FIRST, SECOND = "harm=grooming/enticement", "harm=grooming/extortion"
CELLS = (TOTAL, CATEGORY, OTHER, FIRST, SECOND)
KEYS = frozenset({"cases"})


def filed(values: dict[str, int], hidden: set[str]) -> list[FiledFigure]:
    return [
        FiledFigure(
            FigurePlace("cases", None, cell),
            FigureValues(value=Decimal(value)),
            secretariat_only=cell in hidden,
        )
        for cell, value in values.items()
    ]


def cells(places: set[FigurePlace]) -> set[str]:
    return {place.cell for place in places}


def test_a_withheld_part_takes_its_category_with_it_and_that_the_total() -> None:
    figures = filed({TOTAL: 10, CATEGORY: 7, OTHER: 3, FIRST: 5, SECOND: 2}, {FIRST})

    assert cells(withheld_places(figures, KEYS)) == {FIRST, CATEGORY, TOTAL}


@given(
    first=strategies.integers(1, 50),
    second=strategies.integers(1, 50),
    other=strategies.integers(1, 50),
    hidden=strategies.sets(strategies.sampled_from(CELLS)),
)
def test_no_withheld_number_of_two_levels_can_be_worked_out(
    first: int, second: int, other: int, hidden: set[str]
) -> None:
    category = first + second
    values = {TOTAL: category + other, CATEGORY: category, OTHER: other, FIRST: first, SECOND: second}
    figures = filed(values, hidden)

    places = withheld_places(figures, KEYS)

    revision = DisclosedRevision(figures, frozenset(places), [])
    assert hidden <= cells(places)
    assert inferable_numbers([revision], {"cases": "none"}, KEYS) == set()


def test_a_withheld_month_takes_the_mean_of_all_with_it() -> None:
    months = {TOTAL: 2, "period=2026-01": 1, "period=2026-02": 2, "period=2026-03": 3}
    figures = filed(months, {"period=2026-02"})

    places = withheld_places(figures, KEYS)

    assert cells(places) == {"period=2026-02", TOTAL}
    public = DisclosedRevision(figures, frozenset(place for place in places if place.cell), [])
    assert cells({place for place, _ in inferable_numbers([public], {}, frozenset(), KEYS)}) == {
        "period=2026-02"
    }


def test_of_the_highest_month_and_the_total_that_repeats_it_neither_is_given_away() -> None:
    months = {TOTAL: 3, "period=2026-01": 1, "period=2026-02": 3}

    by_month = withheld_places(filed(months, {"period=2026-01"}), frozenset(), KEYS)
    by_total = withheld_places(filed(months, {TOTAL}), frozenset(), KEYS)

    by_both = withheld_places(filed(months, {"period=2026-01", TOTAL}), frozenset(), KEYS)

    assert cells(by_month) == {"period=2026-01", TOTAL}
    assert cells(by_both) == {"period=2026-01", TOTAL, "period=2026-02"}
    assert cells(by_total) == {TOTAL, "period=2026-02"}
