"""What became of a figure since the period before, and how far it is from somebody else's count."""

from dataclasses import dataclass
from decimal import Decimal

from alliance.enums import ValueType
from alliance.queries.public.readings import Reading
from alliance.validators.references import difference_and_percent, exceeds_deviation_limit

_SMALL_NUMBER = Decimal(100)  # below this a change in per cent is less clear than the change itself


@dataclass(frozen=True, slots=True)
class ReadingChange:
    """`kind`: percent, points, difference (of a small number), was (a duration), broken (not compared)."""

    kind: str
    value: Decimal | None = None


def change_of(
    value_type: str, now: Reading | None, before: Reading | None, *, least_percent: Decimal = _SMALL_NUMBER
) -> ReadingChange | None:
    """The change between two readings of one line; None where there is nothing to compare.

    Across a changed definition nothing is ever subtracted. Of a number below `least_percent` the change itself is
    said, not its per cent.
    """
    if now is None or not now.has_value:
        return None
    if now.broken:
        return ReadingChange("broken")
    if before is None or not before.has_value:
        return None
    return _change(value_type, now.value or Decimal(0), before.value or Decimal(0), least_percent)


def _change(value_type: str, now: Decimal, before: Decimal, least_percent: Decimal) -> ReadingChange | None:
    if value_type == ValueType.DURATION:
        return ReadingChange("was", before)
    if value_type == ValueType.SHARE:
        return ReadingChange("points", now - before)
    if value_type in (ValueType.YES_NO, ValueType.CHOICE):
        return None
    if not before or abs(before) < least_percent:
        return ReadingChange("difference", now - before)
    return ReadingChange("percent", (now - before) * 100 / before)


def deviation(own: Decimal, reference: Decimal) -> Decimal | None:
    """How far apart two counts are, in per cent of the reference; None where the reference is nought."""
    percent = difference_and_percent(own, reference)[1]
    return abs(percent) if percent is not None else None


def is_large_deviation(own: Decimal, reference: Decimal) -> bool:
    """Over ten per cent of the reference apart, or something beside nothing."""
    return exceeds_deviation_limit(own, reference)
