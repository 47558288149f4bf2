"""From what somebody typed to a decimal: by language, and never by a guess."""

import re
from decimal import Decimal

from django.utils.functional import Promise

from portal.kernel.errors import DomainError
from portal.kernel.text import DECIMALS, WHOLE_DIGITS, refuse_too_many_digits
from portal.kernel.text import sentence as _

ANY_LANGUAGE = ""  # of a table that readers of several languages write
_SPACES = re.compile(r"[ \u00a0\u2007\u2009\u202f']")
_SPACED_GROUPS = re.compile(rf"-?[0-9]{{1,3}}(?:{_SPACES.pattern}[0-9]{{3}})+(?:[.,][0-9]+)?")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# `0,125` is left out of both: thousands do not begin with a zero
_ENGLISH_GROUPS = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_ONE_GROUP = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
_DECIMAL_COMMA = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]+")
_EXAMPLES = {"en": "1,234.5", "ru": "1 234,5"}


def parse_number(text: str, language: str) -> Decimal:
    """The number that a reader of this language wrote.

    A per cent sign is allowed, and so are spaces between groups of three digits.
    English: `1,234.5`, `1 234.5`, `1234.5`. Russian: `1 234,5`, `1234,5`, and `1234.5`, since a point is
    never anything but a decimal there. `1,234` in Russian may be one thing or a thousand times as much:
    it is refused. `ANY_LANGUAGE` reads both, and refuses what they read differently. Raises DomainError that
    says what would be right.
    """
    bare = text.strip().translate(_MINUS).removesuffix("%").strip()
    # other spaces than between groups of three stay, and are refused: `120 64` may be two cells
    if _SPACED_GROUPS.fullmatch(bare):
        bare = _SPACES.sub("", bare)
    plain = _with_decimal_point(bare, language)
    if not _PLAIN_NUMBER.fullmatch(plain):
        raise DomainError(_not_a_number(text, language))
    whole, _point, decimals = plain.lstrip("-").partition(".")
    if len(whole.lstrip("0")) > WHOLE_DIGITS:
        raise DomainError(
            _("This number is too large: at most %(digits)d digits.") % {"digits": WHOLE_DIGITS}
        )
    if len(decimals.rstrip("0")) > DECIMALS:
        raise DomainError(_("Too many decimals: at most %(digits)d.") % {"digits": DECIMALS})
    number = Decimal(plain)
    refuse_too_many_digits(number)
    return number


def read_back(text: str, language: str) -> str:
    """A number as a field shows it, for `parse_number` to read back: in Russian `1,2340`, not `1,234`."""
    ambiguous = language == "ru" and _ONE_GROUP.fullmatch(text.translate(_MINUS))
    return f"{text}0" if ambiguous else text


def _with_decimal_point(bare: str, language: str) -> str:
    """Drop marks of thousands, put a point before the decimals. Raises DomainError where it is ambiguous."""
    if language in ("ru", ANY_LANGUAGE) and _ONE_GROUP.fullmatch(bare):
        whole, decimals = bare.split(",")
        message = _(
            "“%(text)s” can be read in two ways. "
            "Enter %(thousands)s for thousands, or %(decimal)s for decimals."
        )
        readings = {"thousands": f"{whole} {decimals}", "decimal": f"{whole},{decimals}0"}
        raise DomainError(message % {"text": bare, **readings})
    if language == "ru" or (language == ANY_LANGUAGE and not _ENGLISH_GROUPS.fullmatch(bare)):
        return bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare
    return bare.replace(",", "") if _ENGLISH_GROUPS.fullmatch(bare) else bare


def _not_a_number(text: str, language: str) -> Promise:
    bare = _SPACES.sub("", text).translate(_MINUS).removesuffix("%")
    if language == "en" and _DECIMAL_COMMA.fullmatch(bare):
        message = _("“%(text)s”: in English, decimals begin with a point. Enter %(number)s.")
        return message % {"text": text.strip()[:60], "number": bare.replace(".", "").replace(",", ".")[:60]}
    example = _EXAMPLES.get(language, _EXAMPLES["en"])
    return _("“%(text)s” is not a number. Enter a number, for example %(example)s.") % {
        "example": example,
        "text": text.strip()[:60],
    }
