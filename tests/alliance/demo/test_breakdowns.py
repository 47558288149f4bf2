"""Cells of a breakdown add up to their total, whatever the weights."""

from decimal import Decimal

import pytest

from alliance.demo.breakdowns import distribute, harm_weights


@pytest.mark.parametrize("total", [0, 1, 7, 1204318])
def test_cells_add_up(total: int) -> None:
    cells = distribute(Decimal(total), {"a": 74, "b": 19, "c": 7})

    assert sum(cells.values()) == total
    assert all(value >= 0 and value == value.to_integral_value() for value in cells.values())


def test_harms_fall_into_machine_and_people() -> None:
    assert harm_weights({"bullying": 2}, {"bullying": 61}) == {
        "harm=bullying;detection=automated": 122,
        "harm=bullying;detection=human": 78,
    }
