"""What somebody typed or pasted into one cell of a table of figures: a number, an answer, or why there is none.

A grid, a paste and a spreadsheet have one box for a figure, in which people write what their files have: `n/a`, `н/д`,
`1.5 h`, `≈ 66`. The words are listed here, in both languages, and mean the same in any language of the reader; numbers
are read in the reader's. What is not listed is refused in words, never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from alliance.enums import FigureStatus, Unit, ValueType
from alliance.figure_fields import DEFAULTS, NUMBER_COLUMNS, FigureValues
from alliance.validators.numbers import parse_number
from portal.kernel.errors import DomainError
from portal.kernel.text import sentence as _

# A dash is "does not occur" in the tables of statistical offices, and "…" or "н/д" that nobody has the number.
STATUS_WORDS: Mapping[str, tuple[str, ...]] = {
    FigureStatus.NOT_APPLICABLE: (
        "n/a", "n.a.", "na", "not applicable", "does not apply", "not relevant",
        "-", "–", "—", "−", "--", "---",
        "неприменимо", "не применимо", "не применяется", "не относится", "н/п", "н.п.",
    ),
    FigureStatus.NOT_MEASURED: (
        "not measured", "not counted", "not available", "no data", "unknown", "n/m", "n.m.", "nm", "…", "...", "..",
        "не измерялось", "не измерено", "не измеряется", "не измеряли", "не считали", "не учитывалось", "нет данных",
        "данных нет", "неизвестно", "н/д", "н.д.", "нд", "н/и",
    ),
    FigureStatus.DECLINED: (
        "declined", "refused", "not disclosed", "withheld", "confidential",
        "отказ", "отказ сообщить", "отказано", "отказались указать",
        "не раскрывается", "не раскрываем", "конфиденциально",
    ),
}  # fmt: skip
YES_WORDS = ("yes", "y", "true", "1", "да", "истина", "есть", "✓", "✔")
NO_WORDS = ("no", "n", "false", "0", "нет", "ложь", "✗", "✘")
UNIT_WORDS: Mapping[str, tuple[str, ...]] = {
    Unit.PERCENT: ("%", "pct", "per cent", "percent", "процент", "процента", "процентов", "проц."),
    Unit.MINUTES: ("min", "mins", "min.", "minute", "minutes", "мин", "мин.", "минута", "минуты", "минут"),
    Unit.HOURS: ("h", "hr", "hrs", "hour", "hours", "ч", "ч.", "час", "часа", "часов"),
    Unit.DAYS: ("d", "day", "days", "дн", "дн.", "день", "дня", "дней", "сут", "сут.", "суток"),
    Unit.PIECES: ("pcs", "pcs.", "piece", "pieces", "шт", "шт.", "штук"),
    Unit.PEOPLE: ("people", "person", "persons", "чел", "чел.", "человек", "человека"),
}
_SCALES = ("k", "m", "bn", "mln", "thousand", "million", "тыс", "тыс.", "млн", "млн.", "млрд", "млрд.")
_STATUS_OF = {word: status for status, words in STATUS_WORDS.items() for word in words}
_UNIT_OF = {word: unit for unit, words in UNIT_WORDS.items() for word in words}
_ABOUT = re.compile(r"(?:≈|~|about |около )\s*")
_NUMBER_AND_WORD = re.compile(r"(?P<number>[-−–]?\d(?:.*\d)?)\s*(?P<word>[^\d\s].*)")
# what a spreadsheet shows for a formula that has failed, in the languages of its programs
_ERROR = re.compile(
    r"#(?:n/a|ref!|value!|div/0!|name\?|null!|num!|spill!|calc!|field!|getting_data"
    r"|н/д|ссылка!|знач!|дел/0!|имя\?|пусто!|число!|перенос!|вычисл!|поле!)|(?:err|ошибка):\d{3}"
)
_SPACES = re.compile(r"\s+")
LONGEST = 200  # characters of a cell that may be a figure
# what typing over a cell may change; all else stays as it is
_OF_THE_CELL = ("status", "value", "choice", "reason", "estimate", *NUMBER_COLUMNS)


@dataclass(frozen=True, slots=True)
class CellKind:
    """What a cell asks for: the type of its value, its unit, and the words of its choices with their keys."""

    value: str  # a ValueType
    unit: str = ""
    unit_title: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)  # from a folded word to the key
    answers: str | Promise = ""  # the choices by their titles, as a refusal lists them


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a cell says."""

    status: str = FigureStatus.REPORTED.value
    value: Decimal | None = None
    choice: str = ""
    estimate: bool = False
    is_empty: bool = False


def folded(text: str) -> str:
    """A word or label as it is compared: without case, ends and doubled spaces, `ё` as `е`."""
    return _SPACES.sub(" ", text).strip().casefold().replace("ё", "е")


def may_be_figure(text: str) -> bool:
    """Whether it has no word, is a number with whatever behind it, a status, or a yes or no; choices are not known.

    The error of a formula stands where a figure should.
    """
    word = folded(text)
    if _ERROR.fullmatch(word):
        return True
    about = _ABOUT.match(word)
    number = word[about.end() :] if about else word
    is_word = any(map(str.isalpha, word)) and not number.lstrip("-−–+.,")[:1].isdigit()
    return not is_word or word in _STATUS_OF or word in YES_WORDS + NO_WORDS


def read_cell_text(text: str, kind: CellKind, language: str) -> CellReading:
    """What was typed, for a figure of this kind. Raises DomainError that says what would be right."""
    word = folded(text)
    if not word:
        return CellReading(is_empty=True)
    if len(text) > LONGEST:
        raise DomainError(_("This is too long for a figure."))
    if _ERROR.fullmatch(word):
        raise spreadsheet_error(text)
    if kind.value in (ValueType.YES_NO, ValueType.CHOICE):
        return _answer(text, word, kind)
    if word in _STATUS_OF:
        return CellReading(status=_STATUS_OF[word])
    about = _ABOUT.match(word) if any(map(str.isdigit, word)) else None  # else it is a word of what was typed
    number = _number(text.strip() if not about else word[about.end() :], kind, language)
    return CellReading(value=number, estimate=about is not None)


def spreadsheet_error(text: str) -> DomainError:
    """The refusal of a cell whose formula has failed: it says nothing about the figure."""
    message = _(
        "“%(text)s” is an error of the spreadsheet and no answer. Enter the value, or why there is none."
    )
    return DomainError(message % {"text": text.strip()[:20]})


def _answer(text: str, word: str, kind: CellKind) -> CellReading:
    if kind.value == ValueType.YES_NO and word in YES_WORDS + NO_WORDS:
        return CellReading(value=Decimal(word in YES_WORDS))
    if kind.value == ValueType.CHOICE and word in kind.choices:
        return CellReading(choice=kind.choices[word])
    if word in _STATUS_OF:
        return CellReading(status=_STATUS_OF[word])
    if kind.value == ValueType.YES_NO:
        raise DomainError(_("“%(text)s” is not an answer here. Answer yes or no.") % {"text": text[:60]})
    message = _("“%(text)s” is not one of the listed answers: %(answers)s.")
    raise DomainError(message % {"text": text[:60], "answers": kind.answers})


def _number(text: str, kind: CellKind, language: str) -> Decimal:
    match = _NUMBER_AND_WORD.fullmatch(text)
    if match is None:
        return parse_number(text, language)
    word = folded(match["word"])
    unit = _UNIT_OF.get(word)
    if unit == kind.unit or (kind.unit_title and word == folded(kind.unit_title)):
        return parse_number(match["number"], language)
    if unit is not None:
        message = _("“%(text)s” does not fit: this figure is in %(unit)s.")
        raise DomainError(message % {"text": text[:60], "unit": kind.unit_title or kind.unit})
    if word in _SCALES:
        raise DomainError(_("Write the number in full instead of “%(text)s”.") % {"text": text[:60]})
    return parse_number(text, language)


def with_reading(before: FigureValues | None, reading: CellReading) -> FigureValues | None:
    """The figure after a cell was typed over: its notes and its method stay. None where nothing is left of it.

    A number that is emptied keeps its bounds, so that it can be put back; one that is replaced by a reason for having
    none does not. Raises DomainError for a share that follows from its part and whole: it would be worked out again.
    """
    values = before or FigureValues()
    if reading.is_empty:
        emptied = replace(values, status=FigureStatus.REPORTED.value, value=None, choice="")
        if emptied.cleaned().value is not None:
            raise _worked_out()
        return None if emptied == FigureValues() else emptied
    if reading.status != FigureStatus.REPORTED:
        defaults: dict[str, Any] = {name: DEFAULTS[name] for name in (*NUMBER_COLUMNS, "estimate")}
        reason = values.reason if values.status == reading.status else ""
        return replace(values, status=reading.status, value=None, choice="", reason=reason, **defaults)
    if values.numerator is not None and reading.value != values.value:
        raise _worked_out()
    # an estimate by “≈” alone is none any more where a number is typed over it
    has_details = values.value is None or values.lower is not None or values.upper is not None
    return replace(
        values,
        status=FigureStatus.REPORTED.value,
        value=reading.value,
        choice=reading.choice,
        estimate=reading.estimate or (values.estimate and has_details),
        reason="",
    )


def _worked_out() -> DomainError:
    return DomainError(_("This share is worked out from its part and whole: change these in the details."))


def put_back(before: FigureValues | None, earlier: FigureValues) -> FigureValues:
    """The figure whose cell is put back as an earlier version had it, with what typing over that had taken away.

    Its notes and its method stay as they are now, as they do when a cell is typed over.
    """
    return replace(before or FigureValues(), **{name: getattr(earlier, name) for name in _OF_THE_CELL})
