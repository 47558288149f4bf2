"""Totals over services: what may be added, and the status of a sum with unmeasured parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from alliance.enums import Aggregation, FigureStatus
from alliance.figure_fields import FigureValues


@dataclass(frozen=True, slots=True)
class TotalPart:
    """One figure of a service, as it goes into a total; values are in the indicator's unit."""

    status: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    withheld: bool = False

    @classmethod
    def of(cls, values: FigureValues, *, withheld: bool = False) -> "TotalPart":
        return cls(values.status, values.value, values.numerator, values.denominator, withheld)


class CountedParts:
    """Base of what is over `parts` of `of` services that the indicator applies to."""

    __slots__ = ()
    parts: int
    of: int

    @property
    def is_partial(self) -> bool:
        """Some services did not measure: the page says "of n services"."""
        return self.parts < self.of


@dataclass(frozen=True, slots=True)
class Total(CountedParts):
    """`value` over `parts` of `of` services that the indicator applies to; `withheld` when it may not be public."""

    value: Decimal | None
    parts: int
    of: int
    withheld: bool = False


def total_of(aggregation: str, parts: Sequence[TotalPart], entered: TotalPart | None = None) -> Total | None:
    """The total, or None where there is none: medians are never summed or averaged.

    `entered` is the organisation's own figure, where the total is one that somebody enters.

    A public total has no withheld parts, or at least two: with exactly one, the difference to the public
    parts would give it away.
    """
    applicable = [part for part in parts if part.status != FigureStatus.NOT_APPLICABLE]
    reported = [part for part in applicable if part.status == FigureStatus.REPORTED]
    if aggregation == Aggregation.ENTERED:
        if entered is None or entered.value is None:
            return None
        return Total(entered.value, len(reported), len(applicable), entered.withheld)
    value = _sum(aggregation, reported)
    if value is None or not reported:
        return None
    withheld = sum(part.withheld for part in reported) == 1
    return Total(value, len(reported), len(applicable), withheld)


def _sum(aggregation: str, parts: Sequence[TotalPart]) -> Decimal | None:
    if aggregation == Aggregation.SUM:
        return sum((part.value for part in parts if part.value is not None), Decimal(0))
    if aggregation == Aggregation.RATIO:
        # shares have a total only where every part has its whole
        if any(part.numerator is None or not part.denominator for part in parts):
            return None
        whole = sum((part.denominator for part in parts if part.denominator), Decimal(0))
        if not whole:
            return None
        share = (
            sum((part.numerator for part in parts if part.numerator is not None), Decimal(0)) * 100 / whole
        )
        return share.quantize(Decimal("0.01"))
    return None
