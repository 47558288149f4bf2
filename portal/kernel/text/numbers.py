"""How numbers are written in each language, alike in texts, charts and documents."""

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import overload

from django.utils import formats
from django.utils.translation import get_language

from portal.kernel.errors import DomainError
from portal.kernel.text.languages import reader_language
from portal.kernel.text.sentences import sentence as _

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

# What a number that people give may have: as many digits as a spreadsheet keeps, in a column of so many on each side.
SIGNIFICANT_DIGITS, WHOLE_DIGITS, DECIMALS = 15, 24, 15

# Russian sets four digits together: 1284, but 12 840.
_UNGROUPED_BELOW = {"ru": 10_000}


def whole_number(text: str, *, digits: int = 18) -> int | None:
    """The number that a text says in at most so many ASCII digits, as a column or a computation takes it; else None.

    Other digits, such as `²` and `٣`, are none, though Python calls them digits.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def significant_digits(number: Decimal) -> int:
    """How many digits a number has, without the zeros at its ends: 3 of 0.00120300 and of 1,230,000."""
    digits = "".join(map(str, number.as_tuple().digits))
    return len(digits.strip("0")) or 1


def refuse_too_many_digits(number: Decimal, *, field: str = "") -> None:
    """Raise DomainError for a number that a spreadsheet, or a program that reads it as a float, would change."""
    if significant_digits(number) > SIGNIFICANT_DIGITS:
        message = _("Too many digits: at most %(digits)d, zeros at either end aside. Round the number.")
        raise DomainError(message % {"digits": SIGNIFICANT_DIGITS}, field=field)


def is_grouped(number: Decimal) -> bool:
    """Whether the active language parts the thousands of a number of this size."""
    language = reader_language()
    return abs(number) >= _UNGROUPED_BELOW.get(language, 1_000)


def format_number(number: Decimal) -> str:
    """A finite number as the active language writes it, without zeros at its end, never broken over two lines."""
    digits = format(number, "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return _format_digits(digits, get_language())


@lru_cache(maxsize=8192)
def _format_digits(digits: str, language: str | None) -> str:
    """A number by its digits; cached, for grids and tables repeat them."""
    del language  # the active one, which names the signs
    number, places = Decimal(digits), len(digits.partition(".")[2])
    text = formats.number_format(number, decimal_pos=places, use_l10n=True, force_grouping=is_grouped(number))
    return text.replace(" ", NO_BREAK).replace("-", MINUS)


def format_figure(value: Decimal | int | float | str | None, unit: str = "") -> str:
    """A number in the reader's language, its unit behind a no-break space; other words stay as they are."""
    if type(value) is int and 0 <= value < 1_000 and not unit:
        return str(value)  # the same in every language; lists count little things in each row
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return "" if value is None else str(value)
    if not number.is_finite():
        return str(value)
    text = format_number(number)
    return f"{text}{NO_BREAK}{unit}" if unit else text


def format_change(value: Decimal | int | float | str, unit: str = "") -> str:
    """A difference: as `format_figure`, with its sign always before it."""
    text = format_figure(value, unit)
    return f"+{text}" if Decimal(str(value)) > 0 else text


@overload
def plain_decimal(number: Decimal) -> str: ...
@overload
def plain_decimal(number: Decimal | None) -> str | None: ...
def plain_decimal(number: Decimal | None) -> str | None:
    """A decimal as data writes it in every language: no exponent, no zeros at its end; None of none."""
    if number is None:
        return None
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
