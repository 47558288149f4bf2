"""What became of a figure since the period before, and how far it is from somebody else's count."""

from dataclasses import dataclass
from decimal import Decimal

from alliance.enums import ValueType
from alliance.queries.public.readings import Reading
from alliance.validators.references import difference, is_apart

_SMALL = 100  # below this a change in per cent says less than the change itself


@dataclass(frozen=True, slots=True)
class Change:
    """`kind`: percent, points, difference (of a small number), was (a duration), broken (not compared)."""

    kind: str
    value: Decimal | None = None


def change_of(value_type: str, now: Reading | None, before: Reading | None) -> Change | None:
    """The change between two readings of one line; None where there is nothing to compare.

    Across a changed definition nothing is ever subtracted.
    """
    if now is None or not now.known:
        return None
    if now.broken:
        return Change("broken")
    if before is None or not before.known:
        return None
    return _change(value_type, now.value or Decimal(0), before.value or Decimal(0))


def _change(value_type: str, now: Decimal, before: Decimal) -> Change | None:
    if value_type == ValueType.DURATION:
        return Change("was", before)
    if value_type == ValueType.SHARE:
        return Change("points", now - before)
    if value_type in (ValueType.YES_NO, ValueType.CHOICE):
        return None
    if abs(before) < _SMALL:
        return Change("difference", now - before)
    return Change("percent", (now - before) * 100 / before)


def apart(own: Decimal, reference: Decimal) -> Decimal | None:
    """How far apart two counts are, in per cent of the reference; None where the reference is nought."""
    percent = difference(own, reference)[1]
    return abs(percent) if percent is not None else None


def far_apart(own: Decimal, reference: Decimal) -> bool:
    """Over ten per cent of the reference apart, or something beside nothing."""
    return is_apart(own, reference)
