"""One cell of an uploaded file as a value of a figure, whatever the file looks like."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from alliance.enums import FigureStatus, ValueType
from alliance.figure_fields import FIELDS, ValueKind
from alliance.models import Indicator
from alliance.queries.cell_kinds import cell_kind
from alliance.services.form_layout import BETWEEN_LANGUAGES
from alliance.validators.cell_texts import LONGEST, NO_WORDS, STATUS_WORDS, YES_WORDS, folded, read_cell_text
from alliance.validators.numbers import parse_number
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_text, worded_later
from portal.kernel.text import sentence as _

# as files of programs have them, in any language of the reader; `1.234` is not a number of thousands there
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_REPORTED_WORDS = ("reported", "сообщено")
_STATUS_OF = {word: str(status) for status, words in STATUS_WORDS.items() for word in (*words, str(status))}
_STATUS_OF |= {folded(word.replace("_", " ")): word for word in FigureStatus.values} | dict.fromkeys(
    _REPORTED_WORDS, FigureStatus.REPORTED.value
)
_TEXTS = (ValueKind.LINE, ValueKind.TEXT)


def read_field(name: str, text: str, indicator: Indicator, language: str) -> Mapping[str, Any]:
    """The values that a cell of this field gives: none where it is blank.

    The cell of a value may also say why there is none, or that the number is an estimate; a word may stand there in two
    languages. Raises DomainError that says what would be right.
    """
    try:
        return _read(name, text, indicator, language)
    except DomainError:
        values = _in_two_languages(name, text, indicator, language)
        if values is None:
            raise
        return values


def _in_two_languages(name: str, text: str, indicator: Indicator, language: str) -> Mapping[str, Any] | None:
    """What “Not applicable / Не применимо” says: both sides the same, in words. None for anything else."""
    pieces = text.split(BETWEEN_LANGUAGES) if len(text) <= 3 * LONGEST else []
    for place in range(1, len(pieces)):
        sides = BETWEEN_LANGUAGES.join(pieces[:place]), BETWEEN_LANGUAGES.join(pieces[place:])
        try:
            first, second = (_read(name, side, indicator, language) for side in sides)
        except DomainError:
            continue
        is_number = "value" in first and indicator.value != ValueType.YES_NO
        if first and first == second and not is_number:
            return first
    return None


def _read(name: str, text: str, indicator: Indicator, language: str) -> Mapping[str, Any]:
    kind = FIELDS[name].kind
    if kind in _TEXTS:
        return {name: clean_text(text, field=name)} if text.strip() else {}
    if not text.strip():
        return {}
    if indicator.value not in FIELDS[name].value_types:
        if kind == ValueKind.FLAG and folded(text) in NO_WORDS:  # as our own files have it of every figure
            return {}
        message = _("This indicator has no value of this kind: “%(name)s”.")
        raise DomainError(message % {"name": FIELDS[name].heading})
    if name in ("value", "choice"):
        return _answer(text, indicator, language)
    if kind == ValueKind.NUMBER:
        return {name: _number(text, language)}
    if kind == ValueKind.FLAG:
        return {name: _flag(text)}
    return {"status": _status(text)}


def _answer(text: str, indicator: Indicator, language: str) -> Mapping[str, Any]:
    is_number = indicator.value not in (ValueType.YES_NO, ValueType.CHOICE)
    if is_number and _PLAIN_NUMBER.fullmatch(text.strip()) and "." in text:
        return {"value": parse_number(text, "en")}
    reading = read_cell_text(text, cell_kind(indicator), language)
    if reading.status != FigureStatus.REPORTED:
        return {"status": reading.status}
    if reading.choice:
        return {"choice": reading.choice}
    return {"value": reading.value, "estimate": True} if reading.estimate else {"value": reading.value}


def _number(text: str, language: str) -> Decimal:
    return parse_number(text, "en" if _PLAIN_NUMBER.fullmatch(text.strip()) else language)


def _flag(text: str) -> bool:
    word = folded(text)
    if word in YES_WORDS:
        return True
    if word in NO_WORDS:
        return False
    raise DomainError(_("“%(text)s” is not an answer here. Answer yes or no.") % {"text": text[:60]})


def _status(text: str) -> str:
    status = _STATUS_OF.get(folded(text))
    if status is None:
        message = _("“%(text)s” is not a status. Choose one of: %(names)s.")
        names = worded_later(lambda: ", ".join(str(each.label).lower() for each in FigureStatus))
        raise DomainError(message % {"text": text[:60], "names": names})
    return status
