"""How a total falls into the cells of its breakdown."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from alliance.models import Indicator


def distribute(total: Decimal, weights: Mapping[str, int]) -> dict[str, Decimal]:
    """Whole numbers by cell, by their weights, that add up to the total."""
    cells, left, rest = {}, total, sum(weights.values())
    for cell, weight in weights.items():
        cells[cell] = (left * weight / rest).quantize(Decimal(1)) if rest else Decimal(0)
        left, rest = left - cells[cell], rest - weight
    return cells


def weights_by_cell(indicator: Indicator, weights: Sequence[int]) -> dict[str, int]:
    """The weights by the cells of the indicator's one breakdown."""
    dimension = next(row for row in indicator.charter.breakdowns if row["key"] == indicator.breakdowns[0])
    cells = [f"{dimension['key']}={cell['key']}" for cell in dimension["cells"]]
    return dict(zip(cells, weights, strict=True))


def harm_weights(harms: Mapping[str, int], automated: Mapping[str, int]) -> dict[str, int]:
    """Weights of the pairs of harm and finder; `automated` is the percentage found by machines."""
    weights = {}
    for harm, weight in harms.items():
        weights[f"harm={harm};detection=automated"] = weight * automated[harm]
        weights[f"harm={harm};detection=human"] = weight * (100 - automated[harm])
    return weights
