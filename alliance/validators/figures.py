"""Truths about figures: errors stop sign-off, warnings ask for a note that travels to the reviewer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.enums import FigureStatus, ValueType
from alliance.validators.references import is_apart
from alliance.validators.totals import Part, total_of
from portal.kernel.numerals import written

OVER, UNDER = 5, Decimal("0.2")  # times the last period

Place = tuple[str, str | None, str]  # indicator key, service slug or None, breakdown cell
Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class Asked:
    """What an indicator asks of a figure."""

    key: str
    value: str  # a ValueType
    choices: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive: bool = False
    part_of: str = ""
    aggregation: str = ""

    @property
    def is_quantity(self) -> bool:
        """Whether it is more or less, and not an answer out of a few: those are not compared as numbers."""
        return self.value not in (ValueType.YES_NO, ValueType.CHOICE)


@dataclass(frozen=True, slots=True)
class Given:
    """A figure as somebody gave it."""

    indicator: str
    service: str | None
    cell: str
    status: str
    value: Decimal | None = None
    choice: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    estimate: bool = False
    note: str = ""
    reason: str = ""
    definition_changed: bool = False
    definition_note: str = ""

    @property
    def place(self) -> Place:
        return self.indicator, self.service, self.cell

    @property
    def is_reported(self) -> bool:
        return self.status == FigureStatus.REPORTED


@dataclass(frozen=True, slots=True)
class Finding:
    """One error or warning: where, what is wrong, and how to put it right; `values` fill the sentence."""

    place: Place
    sentence: Sentence
    values: Mapping[str, Decimal] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in the active language, numbers too."""
        if not self.values:
            return str(self.sentence)
        return str(self.sentence) % {name: written(number) for name, number in self.values.items()}


Check = Callable[[Asked, Given], Sentence | None]


# --- One figure alone ------------------------------------------------------------------------


def _needs_reason(asked: Asked, given: Given) -> Sentence | None:
    del asked
    if given.status == FigureStatus.DECLINED and not given.reason:
        return _("Say why the figure is declined.")
    return None


def _needs_value(asked: Asked, given: Given) -> Sentence | None:
    if not given.is_reported:
        return None
    missing = not given.choice if asked.value == ValueType.CHOICE else given.value is None
    return _("Enter a value, or choose why there is none.") if missing else None


def _has_no_value_to_hide(asked: Asked, given: Given) -> Sentence | None:
    """A number left behind a figure that is not reported would be filed, and published, unseen."""
    del asked
    if given.is_reported:
        return None
    numbers = (given.value, given.numerator, given.denominator, given.lower, given.upper)
    if given.choice or any(number is not None for number in numbers):
        return _("Only a reported figure has a value. Take the value out, or choose “Reported”.")
    return None


def _has_its_type(asked: Asked, given: Given) -> Sentence | None:
    value = given.value
    if asked.value == ValueType.CHOICE and given.choice and given.choice not in asked.choices:
        return _("Choose one of the listed answers.")
    if value is None:
        return None
    if asked.value == ValueType.YES_NO and value not in (0, 1):
        return _("Answer yes or no.")
    if asked.value == ValueType.COUNT and value != value.to_integral_value():
        return _("Write a whole number: this is counted in pieces.")
    if asked.value == ValueType.SHARE and value > 100:
        return _("A share cannot be over 100 %.")
    if value < 0 and asked.value != ValueType.AMOUNT:
        return _("Write zero or more: this cannot be negative.")
    return None


def _within_limits(asked: Asked, given: Given) -> Sentence | None:
    if given.value is None:
        return None
    if asked.minimum is not None and given.value < asked.minimum:
        return _("This is below the least that the indicator allows.")
    if asked.maximum is not None and given.value > asked.maximum:
        return _("This is above the most that the indicator allows.")
    return None


def _bounds_hold(asked: Asked, given: Given) -> Sentence | None:
    del asked
    bounds = (given.lower, given.upper)
    if given.estimate and given.is_reported and None in bounds:
        return _("An estimate takes two bounds: between what and what the value lies.")
    if given.value is None or given.lower is None or given.upper is None:
        return None
    if not given.lower <= given.value <= given.upper:
        return _("The value must lie between its bounds.")
    return None


def _part_within_whole(asked: Asked, given: Given) -> Sentence | None:
    del asked
    if given.numerator is None and given.denominator is None:
        return None
    if given.numerator is None or given.denominator is None:
        return _("Give both numbers of the share: the part and the whole.")
    if given.denominator <= 0 or given.numerator < 0:
        return _("The whole must be more than zero, and the part zero or more.")
    return _("The part is more than the whole.") if given.numerator > given.denominator else None


def _explains_change(asked: Asked, given: Given) -> Sentence | None:
    del asked
    if given.definition_changed and not given.definition_note:
        return _("Say what changed in the definition.")
    return None


_CHECKS: Sequence[Check] = (
    _needs_reason,
    _needs_value,
    _has_no_value_to_hide,
    _has_its_type,
    _within_limits,
    _bounds_hold,
    _part_within_whole,
    _explains_change,
)


def errors_of(asked: Asked, given: Given) -> list[Finding]:
    """What is wrong with one figure by itself."""
    sentences = (check(asked, given) for check in _CHECKS)
    return [Finding(given.place, sentence) for sentence in sentences if sentence]


# --- Figures together ------------------------------------------------------------------------


def errors_between(asked: Mapping[str, Asked], figures: Iterable[Given]) -> list[Finding]:
    """Parts above their whole, and exclusive cells above their total."""
    numbers = {given.place: given.value for given in figures if given.is_reported and given.value is not None}
    return [*_parts_above_whole(asked, numbers), *_cells_above_total(asked, numbers)]


def _parts_above_whole(asked: Mapping[str, Asked], numbers: Mapping[Place, Decimal]) -> list[Finding]:
    found = []
    for (key, service, cell), value in numbers.items():
        whole = numbers.get((asked[key].part_of, service, cell))
        if whole is not None and value > whole:
            values = {"part": value, "whole": whole}
            sentence = _("%(part)s is more than the %(whole)s that it is a part of. Correct one of the two.")
            found.append(Finding((key, service, cell), sentence, values))
    return found


def _cells_above_total(asked: Mapping[str, Asked], numbers: Mapping[Place, Decimal]) -> list[Finding]:
    found = []
    for (key, service, cell), total in numbers.items():
        if cell or not asked[key].exclusive or asked[key].value not in (ValueType.COUNT, ValueType.AMOUNT):
            continue  # shares and medians of parts do not add up to the whole's
        cells = [value for place, value in numbers.items() if place[:2] == (key, service) and place[2]]
        if sum(cells, Decimal(0)) > total:
            values = {"cells": sum(cells, Decimal(0)), "total": total}
            sentence = _("The parts come to %(cells)s, more than the total of %(total)s.")
            found.append(Finding((key, service, cell), sentence, values))
    return found


# --- Warnings --------------------------------------------------------------------------------


def warnings_of(given: Given, last: Decimal | None, reference: Decimal | None) -> list[Finding]:
    """What a reviewer would ask about; `last` is the last period's number where the two can be compared."""
    if not given.is_reported or given.value is None:
        return []
    found = []
    if last is not None and not given.definition_changed:
        found += _against_last(given, given.value, last)
    if reference is not None and is_apart(given.value, reference):
        values = {"reference": reference}
        sentence = _("Somebody else counted %(reference)s: over 10 %% apart. Say why.")
        found.append(Finding(given.place, sentence, values))
    return found


def warnings_of_total(asked: Asked, parts: Sequence[Given], reference: Decimal) -> list[Finding]:
    """A warning on the first part when all services together are far from what somebody else counted."""
    sums = [Part(part.status, part.value, part.numerator, part.denominator) for part in parts]
    total = total_of(asked.aggregation, sums)
    if total is None or total.value is None or not is_apart(total.value, reference):
        return []
    values = {"total": total.value, "reference": reference}
    sentence = _(
        "All services together come to %(total)s; somebody else counted %(reference)s: over 10 %% apart. Say why."
    )
    return [Finding(parts[0].place, sentence, values)]


def _against_last(given: Given, value: Decimal, last: Decimal) -> list[Finding]:
    values = {"value": value, "last": last}
    if value == last and value != 0:
        return [
            Finding(
                given.place,
                _("Equal to the last period to the digit (%(last)s). If it is right, say why."),
                values,
            )
        ]
    if last > 0 and value > last * OVER:
        return [
            Finding(
                given.place,
                _("%(value)s is over five times the last period (%(last)s). If it is right, say why."),
                values,
            )
        ]
    if last > 0 and value < last * UNDER:
        return [
            Finding(
                given.place,
                _("%(value)s is less than a fifth of the last period (%(last)s). If it is right, say why."),
                values,
            )
        ]
    return []


def all_zero(figures: Sequence[Given]) -> list[Finding]:
    """A warning on the first figure when every number of a measure is zero."""
    numbers = [given for given in figures if given.is_reported and given.value is not None]
    if len(numbers) > 1 and all(given.value == 0 for given in numbers):
        return [
            Finding(numbers[0].place, _("Every figure of this measure is zero. If it is right, say why."))
        ]
    return []
