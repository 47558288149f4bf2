"""From values to places: round ticks, a scale of amounts or of proportions, and stacking of labels without overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from math import ceil, floor, log

_ROUND_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_PRECISION = 60  # ticks of 10^30 are still exact
_MOST_DOUBLINGS = 9  # ticks at powers of two; beyond, at powers of ten
_LOG_FROM = 20  # times the smallest value, which lies close to the ground on a scale of amounts
_LARGE = 1000  # powers of two are round numbers below it alone


@dataclass(frozen=True)
class Scale:
    """A map of values from `low` to `high` on places from `start` to `end`.

    Equal lengths are equal amounts; where it `is_log`, equal proportions: then all values are above zero.
    """

    low: Decimal
    high: Decimal
    start: float
    end: float
    is_log: bool = False

    def __call__(self, value: Decimal) -> float:
        if self.is_log:
            share = log(value / self.low) / log(self.high / self.low)
        else:
            share = float((value - self.low) / (self.high - self.low))
        return self.start + share * (self.end - self.start)


def spans_widely(values: Sequence[Decimal]) -> bool:
    """Whether equal lengths should be equal proportions; never of values that are not above zero."""
    least, most = min(values, default=Decimal(0)), max(values, default=Decimal(0))
    return least > 0 and most / least > _LOG_FROM


def log_ticks(values: Sequence[Decimal]) -> list[Decimal]:
    """Powers of two that enclose the values; where one is large, 1, 2 and 5 of each power of ten, or that alone."""
    least, most = min(values), max(values)
    are_few = log(most / least, 2) <= _MOST_DOUBLINGS
    if are_few and most > _LARGE:
        ticks = [
            digit.scaleb(power)
            for power in range(least.adjusted(), most.adjusted() + 2)
            for digit in (Decimal(1), Decimal(2), Decimal(5))
        ]
        first = max(index for index, tick in enumerate(ticks) if tick <= least)
        last = min(index for index, tick in enumerate(ticks) if tick >= most)
        return ticks[first : max(last, first + 1) + 1]
    base = 2 if are_few else 10
    first, last = floor(log(least, base)), ceil(log(most, base))
    return [Decimal(base) ** power for power in range(first, max(last, first + 1) + 1)]


def ticks_for(
    values: Sequence[Decimal],
    count: int,
    *,
    floor: Decimal | None = None,
    ceiling: Decimal | None = None,
    whole: bool = False,
) -> list[Decimal]:
    """Round, equally spaced ticks that enclose the values; zero is among them when it is near."""
    with localcontext() as context:
        context.prec = _PRECISION
        low, high = _extent(values, floor, ceiling)
        step = _round_step((high - low) / max(count, 1), whole)
        first = (low / step).to_integral_value(ROUND_FLOOR)
        last = (high / step).to_integral_value(ROUND_CEILING)
        return [step * (first + index) for index in range(int(last - first) + 1)]


def _extent(
    values: Sequence[Decimal], floor: Decimal | None, ceiling: Decimal | None
) -> tuple[Decimal, Decimal]:
    low = min([*values, *_as_list(floor)], default=Decimal(0))
    high = max([*values, *_as_list(ceiling)], default=Decimal(1))
    if low == high == 0:
        return Decimal(0), Decimal(1)
    if low > 0 and (low == high or low <= (high - low) / 2):
        return Decimal(0), high
    if high < 0 and (low == high or -high <= (high - low) / 2):
        return low, Decimal(0)
    return low, high


def _as_list(value: Decimal | None) -> list[Decimal]:
    return [] if value is None else [value]


def _round_step(rough: Decimal, whole: bool) -> Decimal:
    exponent = rough.adjusted()
    steps = [step.scaleb(exponent) for step in _ROUND_STEPS if step.scaleb(exponent) >= rough]
    if not whole:
        return steps[0]
    return max(next((step for step in steps if step == step.to_integral_value()), steps[-1]), Decimal(1))


def stack(
    positions: Sequence[float], heights: Sequence[float], top: float, bottom: float, gap: float = 3
) -> list[float]:
    """Tops for blocks of those heights, as near to the positions tops as no overlap and the bounds allow.

    Blocks keep the order of the positions tops. When all together do not fit, they run past the bottom.
    """
    order = sorted(range(len(positions)), key=lambda index: (positions[index], index))
    clusters: list[_Cluster] = []
    for index in order:
        clusters.append(_Cluster([index], heights[index] + gap, positions[index]))
        clusters[-1].settle(top, bottom + gap)
        while len(clusters) > 1 and clusters[-2].top + clusters[-2].height > clusters[-1].top:
            last = clusters.pop()
            clusters[-1].join(last)
            clusters[-1].settle(top, bottom + gap)
    tops = [0.0] * len(positions)
    for cluster in clusters:
        place = cluster.top
        for index in cluster.indices:
            tops[index], place = place, place + heights[index] + gap
    return tops


class _Cluster:
    """Blocks that touch; its ideal top is the mean of what its blocks want."""

    def __init__(self, indices: list[int], height: float, ideal: float) -> None:
        self.indices, self.height, self.ideals, self.top = indices, height, [ideal], ideal

    def join(self, cluster: "_Cluster") -> None:
        self.ideals += [ideal - self.height for ideal in cluster.ideals]
        self.indices += cluster.indices
        self.height += cluster.height

    def settle(self, top: float, bottom: float) -> None:
        mean = sum(self.ideals) / len(self.ideals)
        self.top = max(top, min(mean, bottom - self.height))
