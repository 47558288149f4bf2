"""Numbers of a drawing: rounded coordinates, and values in the reader's language."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from portal.kernel.text import format_number, is_grouped

NO_VALUE = "–"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGEST_NAMED = Decimal(10) ** 15
_SMALLEST_PLAIN = Decimal(1).scaleb(-5)


def round_to(value: float, digits: int = 1) -> int | float:
    """A coordinate for output: at most `digits` decimals, no trailing zero, no negative zero."""
    number = round(float(value), digits)
    return int(number) if number == int(number) else number


def format_value(value: Decimal, suffix: str = "", decimals: int | None = None) -> str:
    """The value as texts write it, without zeros at its end, or to so many decimals."""
    if decimals is None:
        return format_number(value) + suffix
    text = formats.number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=is_grouped(value))
    return text.replace("-", "−") + suffix


def format_short(value: Decimal, suffix: str = "") -> str:
    """The value to three digits from ten thousand up, for narrow places; smaller values whole."""
    if abs(value) < 10_000:
        return format_value(value, suffix)
    value = value.quantize(Decimal(1).scaleb(value.adjusted() - 2))
    return _in_unit(value, _unit_of(abs(value)), None) + suffix


def tick_texts(ticks: Sequence[Decimal], suffix: str = "") -> list[str]:
    """The ticks of one axis in one common unit, all to the same number of decimals."""
    if len(ticks) < 2:
        return [format_value(tick, suffix) for tick in ticks]
    largest, step = max(abs(tick) for tick in ticks), ticks[1] - ticks[0]
    if largest >= _LARGEST_NAMED or largest < _SMALLEST_PLAIN:
        return [_scientific(tick) + suffix for tick in ticks]
    unit = _unit_of(largest) if largest >= 1_000_000 else Decimal(1)
    decimals = _decimals_of(step / unit)
    return [(_in_unit(tick, unit, decimals) if tick else "0") + suffix for tick in ticks]


def log_tick_texts(ticks: Sequence[Decimal], suffix: str = "") -> list[str]:
    """The ticks of a scale of proportions, each for itself."""
    return [format_short(tick.normalize(), suffix) for tick in ticks]


def _unit_of(size: Decimal) -> Decimal:
    for exponent in (12, 9, 6, 3):
        if size >= Decimal(10) ** exponent:
            return Decimal(10) ** exponent
    return Decimal(1)


def _decimals_of(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _in_unit(value: Decimal, unit: Decimal, decimals: int | None) -> str:
    if abs(value) >= _LARGEST_NAMED:
        return _scientific(value)
    number = value / unit
    text = format_value(number, decimals=_decimals_of(number) if decimals is None else decimals)
    names = {3: _("%(number)sk"), 6: _("%(number)sm"), 9: _("%(number)sbn"), 12: _("%(number)strn")}
    pattern = names.get(unit.adjusted())
    return pattern % {"number": text} if pattern else text


def _scientific(value: Decimal) -> str:
    if not value:
        return "0"
    exponent = value.adjusted()
    mantissa = value.scaleb(-exponent).normalize()
    return (
        f"{format_value(mantissa, decimals=_decimals_of(mantissa))}×10{str(exponent).translate(_SUPERSCRIPT)}"
    )
