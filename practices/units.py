"""Units of what practices measure, as far as one can be converted into another: shares, rates, and lengths of time.

Nothing is converted in silence: a value with another unit is refused, with what it would be.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import Enum

from django.utils.translation import gettext as _

from alliance.validators.numbers import parse_number
from portal.kernel.errors import DomainError
from portal.kernel.text import NO_BREAK, format_figure


class Dimension(Enum):
    """What a unit measures; only values of one dimension can be converted."""

    SHARE = "share"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class UnitScale:
    """How much one of this unit is in the base of its dimension: in parts of one, or in seconds.

    `of` is what is counted, where the unit says so (`first messages`): what is per another thing is another unit.
    What is per length of time (`in 24 hours`) is a share of nothing. `sign`: of what cannot be more than a whole; of
    so many messages there may be more reports.
    """

    dimension: Dimension
    factor: Decimal
    of: str = ""
    sign: str = ""


class UnitMismatch(DomainError):
    """A value in another unit; `converted` is what it would be in the one that is wanted, where that can be said."""

    def __init__(self, message: str, converted: Decimal | None, *, field: str = "") -> None:
        super().__init__(message, field=field)
        self.converted = converted


_GROUPS = "[\\s\u00a0\u2009\u202f.,']"
_PER = re.compile(
    rf"^(?:per|in|of|out of|на|из|/)\s*(?P<number>\d{{1,3}}(?:{_GROUPS}\d{{3}})+|\d+)"
    r"(?:\s*(?P<times>thousand|million|k|тыс(?:яч[аи]?)?\.?|млн\.?|миллион(?:а|ов)?)(?=\s|$))?\s*(?P<of>.*)$"
)
_PERCENT = re.compile(r"^(?:%|(?:per ?cent|процент(?:а|ов)?)\b)\s*(?P<of>.*)$")
_POINTS = re.compile(r"^\W*(?:points?|pts?|пункт\w*|п)\b")  # a difference of two shares is none
_PER_MILLE = re.compile(r"^(?:‰|per mille|промилле)\s*(?P<of>.*)$")
_TIMES = {
    "t": Decimal(1000),
    "k": Decimal(1000),
    "т": Decimal(1000),
    "m": Decimal(10**6),
    "м": Decimal(10**6),
}
_SECONDS = (
    (re.compile(r"^(?:s|sec|seconds?|с|сек|секунд[аы]?)\.?$"), Decimal(1)),
    (re.compile(r"^(?:min|minutes?|мин|минут[аы]?)\.?$"), Decimal(60)),
    (re.compile(r"^(?:h|hours?|ч|час(?:а|ов)?)\.?$"), Decimal(3600)),
    (re.compile(r"^(?:d|days?|дн|день|дня|дней|сут(?:ки|ок)?)\.?$"), Decimal(86400)),
)
_LENGTH_OF_TIME = re.compile(
    r"^\W*(?:s|sec|seconds?|min|minutes?|h|hrs?|hours?|d|days?|weeks?|months?|quarters?|years?"
    r"|с|сек|секунд[аыу]?|мин|минут[аыу]?|ч|час(?:а|ов)?|дн|день|дня|дней|сут(?:ки|ок)?|недел[яюиь]|месяц(?:а|ев)?"
    r"|квартал(?:а|ов)?|год(?:а|ов)?|лет)\b"
)
_ROUGHLY = 9  # decimals of what a value would be in another unit, or digits of what is smaller
_EXACT = 250  # digits: of the longest number and the longest units that fit their fields
_LEADING_NUMBER = re.compile("^([+\u2212\u2013-]?[\\d][\\d\\s\u00a0\u2009\u202f.,']*)(.*)$")


def normalised(text: str) -> str:
    """A name or a unit as it is compared: without case, with single blanks."""
    return " ".join(text.replace(NO_BREAK, " ").casefold().split())


def scale_of(unit: str) -> UnitScale | None:
    """The scale of a unit as people write it, in either language; None where it is a word like any other."""
    text = normalised(unit)
    if (match := _PERCENT.match(text)) and not _POINTS.match(match["of"]):
        return UnitScale(Dimension.SHARE, Decimal("0.01"), match["of"], "%")
    if match := _PER_MILLE.match(text):
        return UnitScale(Dimension.SHARE, Decimal("0.001"), match["of"], "‰")
    if (match := _PER.match(text)) and not _LENGTH_OF_TIME.match(match["of"]):
        number = Decimal(re.sub(_GROUPS, "", match["number"])) * _TIMES.get(
            (match["times"] or "")[:1], Decimal(1)
        )
        return UnitScale(Dimension.SHARE, 1 / number, match["of"]) if number else None
    for pattern, seconds in _SECONDS:
        if pattern.match(text):
            return UnitScale(Dimension.TIME, seconds)
    return None


def impossible_in(unit: str, value: Decimal) -> str:
    """Why nothing can amount to this value in the unit, as a sentence; empty where it can, or nobody can tell."""
    scale = scale_of(unit)
    if scale is None:
        return ""
    if scale.sign and not 0 <= value * scale.factor <= 1:
        whole = format_figure(1 / scale.factor, scale.sign)
        return _("Enter a share from 0 to %(whole)s. What is no share needs another unit.") % {"whole": whole}
    if value < 0:
        message = _("“%(unit)s” cannot be less than zero. A difference needs another unit.")
        return message % {"unit": unit}
    return ""


def convert(value: Decimal, given: str, wanted: str) -> Decimal | None:
    """The value in the unit that is wanted; None where the two measure different things."""
    here, there = scale_of(given), scale_of(wanted)
    if here is None or there is None or here.dimension != there.dimension:
        return None
    if here.of and there.of and here.of != there.of:
        return None
    with localcontext(prec=_EXACT):
        converted = value * here.factor / there.factor
        smallest = min(-_ROUGHLY, converted.adjusted() + 1 - _ROUGHLY)
        return Decimal(format(converted.quantize(Decimal(1).scaleb(smallest)), "f")).normalize() + 0


def read_measure(
    text: str, unit: str, language: str, *, field: str = "", translated: str = ""
) -> Decimal | None:
    """The number that somebody wrote for this unit, with or without the unit behind it; None of nothing.

    `translated` is what the unit is called in the writer's language, where the practice is translated.
    Raises DomainError for what is no number, and UnitMismatch for another unit than the one that is wanted.
    """
    stripped = text.strip()
    if not stripped:
        return None
    leading = _LEADING_NUMBER.match(stripped)
    number, given = (leading[1].strip(), leading[2].strip()) if leading else (stripped, "")
    try:
        value = parse_number(number, language)
    except DomainError as refusal:
        raise DomainError(str(refusal), field=field) from refusal
    if not given or not unit or normalised(given) in (normalised(unit), normalised(translated)):
        return value
    here, there = scale_of(given), scale_of(unit)
    if here and there and here.factor == there.factor and here.dimension == there.dimension and not here.of:
        return value
    converted = convert(value, given, unit)
    if converted is None and translated:
        converted = convert(value, given, translated)
    written = f"{format_figure(value)}{NO_BREAK}{given}"
    if converted is None:
        message = _(
            "“%(value)s” does not fit “%(unit)s”. If you measured something else, choose “Something else”."
        )
        raise UnitMismatch(message % {"value": written, "unit": translated or unit}, None, field=field)
    message = _("“%(value)s” does not fit “%(unit)s”: it would be %(converted)s.")
    words = {"value": written, "unit": translated or unit, "converted": format_figure(converted)}
    raise UnitMismatch(message % words, converted, field=field)
