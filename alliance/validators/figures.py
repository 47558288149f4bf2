"""Checks of figures: errors stop sign-off, warnings ask for a note that travels to the reviewer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.enums import FigureStatus, ValueType
from alliance.figure_fields import QUANTITIES, FigurePlace, FigureValues
from alliance.validators.cells import PART, whole_of, worked_out
from alliance.validators.references import exceeds_deviation_limit
from alliance.validators.totals import TotalPart, total_of
from portal.kernel.text import format_number

OVER, UNDER = 5, Decimal("0.2")  # times the last period

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class IndicatorRules:
    """What an indicator asks of its figures."""

    key: str
    value: str  # a ValueType
    choices: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive: bool = False
    part_of: str = ""
    aggregation: str = ""
    period_aggregation: str = ""
    period_cells: tuple[str, ...] = ()  # of the months or quarters of the cycle, in order

    @property
    def is_quantity(self) -> bool:
        """Whether it is more or less, and not an answer out of a few: those are not compared as numbers."""
        return self.value in QUANTITIES


@dataclass(frozen=True, slots=True)
class Finding:
    """One error or warning: where, what is wrong, and how to put it right; `values` fill the sentence."""

    place: FigurePlace
    sentence: Sentence
    values: Mapping[str, Decimal] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in the active language, numbers too."""
        if not self.values:
            return str(self.sentence)
        return str(self.sentence) % {name: format_number(number) for name, number in self.values.items()}


Check = Callable[[IndicatorRules, FigureValues], Sentence | None]


# --- One figure alone ------------------------------------------------------------------------


def _needs_reason(rules: IndicatorRules, values: FigureValues) -> Sentence | None:
    del rules
    if values.status == FigureStatus.DECLINED and not values.reason:
        return _("Give a reason.")
    return None


def _needs_value(rules: IndicatorRules, values: FigureValues) -> Sentence | None:
    if not values.is_reported:
        return None
    missing = not values.choice if rules.value == ValueType.CHOICE else values.value is None
    return _("Enter a value, or choose why there is none.") if missing else None


def _has_no_value_to_hide(rules: IndicatorRules, values: FigureValues) -> Sentence | None:
    """A number left behind a figure that is not reported would be filed, and published, unseen."""
    del rules
    if values.is_reported:
        return None
    numbers = (values.value, values.numerator, values.denominator, values.lower, values.upper)
    if values.choice or any(number is not None for number in numbers):
        return _("Only a reported figure has a value. Delete the value, or choose “Reported”.")
    return None


def _has_its_type(rules: IndicatorRules, values: FigureValues) -> Sentence | None:
    value = values.value
    if rules.value == ValueType.CHOICE and values.choice and values.choice not in rules.choices:
        return _("Choose one of the listed answers.")
    if value is None:
        return None
    if rules.value == ValueType.YES_NO and value not in (0, 1):
        return _("Answer yes or no.")
    if rules.value == ValueType.COUNT and value != value.to_integral_value():
        return _("Enter a whole number.")
    if rules.value == ValueType.SHARE and value > 100:
        return _("A share cannot be over 100 %.")
    if value < 0 and rules.value != ValueType.AMOUNT:
        return _("Enter zero or more.")
    return None


def _within_limits(rules: IndicatorRules, values: FigureValues) -> Sentence | None:
    if values.value is None:
        return None
    if rules.minimum is not None and values.value < rules.minimum:
        return _("This is below the minimum for the indicator.")
    if rules.maximum is not None and values.value > rules.maximum:
        return _("This is above the maximum for the indicator.")
    return None


def _bounds_hold(rules: IndicatorRules, values: FigureValues) -> Sentence | None:
    del rules
    bounds = (values.lower, values.upper)
    if values.estimate and values.is_reported and None in bounds:
        return _("An estimate needs two bounds: the lowest and the highest value.")
    if values.value is None or values.lower is None or values.upper is None:
        return None
    if not values.lower <= values.value <= values.upper:
        return _("The value must lie between its bounds.")
    return None


def _part_within_whole(rules: IndicatorRules, values: FigureValues) -> Sentence | None:
    del rules
    if values.numerator is None and values.denominator is None:
        return None
    if values.numerator is None or values.denominator is None:
        return _("Enter both numbers of the share: the part and the whole.")
    if values.denominator <= 0 or values.numerator < 0:
        return _("The whole must be more than zero, and the part zero or more.")
    return _("The part is more than the whole.") if values.numerator > values.denominator else None


def _explains_change(rules: IndicatorRules, values: FigureValues) -> Sentence | None:
    del rules
    if values.definition_changed and not values.definition_note:
        return _("Explain what changed in the definition.")
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
_CHECKS_OF_A_NUMBER: Sequence[Check] = (_has_its_type, _within_limits)


def errors_of(rules: IndicatorRules, figure_place: FigurePlace, values: FigureValues) -> list[Finding]:
    """What is wrong with one figure by itself."""
    checks = _CHECKS_OF_A_NUMBER if _is_plain_number(values) else _CHECKS
    return [Finding(figure_place, sentence) for check in checks if (sentence := check(rules, values))]


def _is_plain_number(values: FigureValues) -> bool:
    """Whether it is a reported number and nothing besides that can be wrong: most figures of a report are."""
    return (
        values.value is not None
        and values.is_reported
        and not (values.estimate or values.definition_changed)
        and values.numerator is values.denominator is values.lower is values.upper is None
    )


# --- Figures together ------------------------------------------------------------------------

Figures = Mapping[FigurePlace, FigureValues]
Numbers = Mapping[FigurePlace, Decimal]
Rules = Mapping[str, IndicatorRules]  # by the indicator's key


def errors_between(rules: Rules, figures: Figures) -> list[Finding]:
    """Parts above their whole or of what does not apply, and a total that its cells or months cannot give."""
    numbers = _numbers(figures)
    return [
        *_parts_above_whole(rules, numbers),
        *_parts_of_nothing(figures, numbers),
        *_cells_above_total(rules, numbers),
        *_totals_unlike_their_months(rules, numbers),
    ]


def _numbers(figures: Figures) -> Numbers:
    return {
        place: values.value
        for place, values in figures.items()
        if values.is_reported and values.value is not None
    }


def _parts_above_whole(rules: Rules, numbers: Numbers) -> list[Finding]:
    findings = []
    wholes = {key: rule.part_of for key, rule in rules.items() if rule.part_of}
    for place, value in numbers.items() if wholes else ():
        part_of = wholes.get(place.indicator)
        whole = numbers.get(place._replace(indicator=part_of)) if part_of else None
        if whole is not None and value > whole:
            values = {"part": value, "whole": whole}
            sentence = _("%(part)s is more than the %(whole)s that it is a part of. Correct one of the two.")
            findings.append(Finding(place, sentence, values))
    return findings


def _parts_of_nothing(figures: Figures, numbers: Numbers) -> list[Finding]:
    """Of what does not apply no part, month or quarter has a number."""
    wholes = {place._replace(cell="") for place in numbers if place.cell}
    if not wholes:
        return []
    sentence = _("This does not apply, and its parts have numbers. Enter the total, or empty the parts.")
    return [
        Finding(place, sentence)
        for place, values in figures.items()
        if place in wholes and values.status == FigureStatus.NOT_APPLICABLE
    ]


def _cells_above_total(rules: Rules, numbers: Numbers) -> list[Finding]:
    """Of totals and of categories; a category of which only parts are given counts with their sum."""
    sums: dict[FigurePlace, Decimal] = {}
    # the parts of categories before the categories
    cells = [place for place in numbers if place.cell]
    for place in sorted(cells, key=lambda each: PART not in each.cell):
        rule, whole = rules[place.indicator], whole_of(place.cell)
        # shares and medians of parts do not add up to the whole's
        if whole is None or not rule.exclusive or rule.value not in (ValueType.COUNT, ValueType.AMOUNT):
            continue
        category = place._replace(cell=whole)
        if whole and category not in numbers:
            category = place._replace(cell="")
        sums[category] = sums.get(category, Decimal(0)) + numbers[place]
    if not sums:
        return []
    sentence = _("The parts come to %(cells)s, more than the total of %(total)s.")
    return [
        Finding(place, sentence, {"cells": sums[place], "total": total})
        for place, total in numbers.items()
        if sums.get(place, total) > total
    ]


def _totals_unlike_their_months(rules: Rules, numbers: Numbers) -> list[Finding]:
    """Where every month or quarter is reported, the total is what the charter makes of them."""
    findings = []
    sentence = _(
        "The months or quarters give %(worked_out)s, and the total says %(total)s. Correct one of them."
    )
    of_months = {key for key, rule in rules.items() if rule.period_cells}
    for place, total in numbers.items() if of_months else ():
        rule = rules[place.indicator]
        if place.cell or place.indicator not in of_months:
            continue
        months = [numbers.get(place._replace(cell=cell)) for cell in rule.period_cells]
        if None in months:
            continue
        expected = worked_out(rule.period_aggregation, [month for month in months if month is not None])
        if expected is not None and expected != total:
            findings.append(Finding(place, sentence, {"worked_out": expected, "total": total}))
    return findings


# --- Warnings --------------------------------------------------------------------------------


def warnings_of(
    figure_place: FigurePlace, values: FigureValues, last: Decimal | None, reference: Decimal | None
) -> list[Finding]:
    """What a reviewer would ask about; `last` is the last period's number where the two can be compared."""
    if not values.is_reported or values.value is None:
        return []
    findings = []
    if last is not None and not values.definition_changed:
        findings += _against_last(figure_place, values.value, last)
    if reference is not None and exceeds_deviation_limit(values.value, reference):
        sentence = _("The independent count is %(reference)s: a difference of over 10 %%. Explain it.")
        findings.append(Finding(figure_place, sentence, {"reference": reference}))
    return findings


def warnings_of_total(rules: IndicatorRules, parts: Figures, reference: Decimal) -> list[Finding]:
    """A warning on the first part when all services together are far from what somebody else counted."""
    total = total_of(rules.aggregation, [TotalPart.of(values) for values in parts.values()])
    if total is None or total.value is None or not exceeds_deviation_limit(total.value, reference):
        return []
    sentence = _(
        "All services together come to %(total)s; the independent count is %(reference)s: a "
        "difference of over 10 %%. Explain it."
    )
    return [Finding(next(iter(parts)), sentence, {"total": total.value, "reference": reference})]


def _against_last(figure_place: FigurePlace, value: Decimal, last: Decimal) -> list[Finding]:
    if value == last and value != 0:
        sentence = _("Exactly equal to the previous period (%(last)s). If it is right, explain why.")
    elif last > 0 and value > last * OVER:
        sentence = _(
            "%(value)s is over five times the previous period (%(last)s). If it is right, explain why."
        )
    elif last > 0 and value < last * UNDER:
        sentence = _(
            "%(value)s is less than a fifth of the previous period (%(last)s). If it is right, explain why."
        )
    else:
        return []
    return [Finding(figure_place, sentence, {"value": value, "last": last})]


def all_zero(figures: Figures) -> list[Finding]:
    """A warning on the first figure when every number of a measure is zero."""
    numbers = _numbers(figures)
    if len(numbers) > 1 and not any(numbers.values()):
        sentence = _("Every figure of this measure is zero. If it is right, explain why.")
        return [Finding(next(iter(numbers)), sentence)]
    return []
