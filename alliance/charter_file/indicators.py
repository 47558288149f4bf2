"""Checks of one indicator: what each type and value needs, what it cannot have, which units fit it."""

from django.utils.translation import gettext as _

from alliance.charter_file.texts import IndicatorDefinition
from alliance.enums import Aggregation, IndicatorType, PeriodAggregation, Unit, ValueType
from portal.kernel.text.strict_yaml import FaultCollector, suggest_word

FIGURE_KEYS = {"value", "direction", "scope", "aggregation"}
QUANTITY_KEYS = {"unit", "breakdowns", "exclusive", "minimum", "maximum", "period", "period_aggregation"}

# What an indicator must have and what it may have besides, by its value; "" is the narrative.
REQUIRED_KEYS: dict[str, set[str]] = {
    "": set(),
    ValueType.COUNT: FIGURE_KEYS | {"unit"},
    ValueType.AMOUNT: FIGURE_KEYS | {"unit"},
    ValueType.SHARE: FIGURE_KEYS | {"unit"},
    ValueType.DURATION: FIGURE_KEYS | {"unit"},
    ValueType.YES_NO: FIGURE_KEYS,
    ValueType.CHOICE: FIGURE_KEYS | {"choices"},
}
OPTIONAL_KEYS: dict[str, set[str]] = {
    "": {"limit"},
    ValueType.COUNT: QUANTITY_KEYS | {"part_of"},
    ValueType.AMOUNT: QUANTITY_KEYS | {"part_of"},
    ValueType.SHARE: QUANTITY_KEYS,
    ValueType.DURATION: QUANTITY_KEYS,
    ValueType.YES_NO: set(),
    ValueType.CHOICE: set(),
}
DURATION_UNITS = (Unit.MINUTES, Unit.HOURS, Unit.DAYS)
UNITS_BY_VALUE_TYPE: dict[str, tuple[str, ...]] = {
    ValueType.COUNT: tuple(unit for unit in Unit if unit not in (*DURATION_UNITS, Unit.PERCENT)),
    ValueType.AMOUNT: tuple(unit for unit in Unit if unit != Unit.PERCENT),
    ValueType.SHARE: (Unit.PERCENT,),
    ValueType.DURATION: DURATION_UNITS,
}
# Medians are never summed or averaged; answers are no numbers.
AGGREGATIONS_BY_VALUE_TYPE: dict[str, tuple[str, ...]] = {
    ValueType.COUNT: (Aggregation.SUM, Aggregation.ENTERED, Aggregation.NONE),
    ValueType.AMOUNT: (Aggregation.SUM, Aggregation.ENTERED, Aggregation.NONE),
    ValueType.SHARE: (Aggregation.RATIO, Aggregation.ENTERED, Aggregation.NONE),
    ValueType.DURATION: (Aggregation.ENTERED, Aggregation.NONE),
    ValueType.YES_NO: (Aggregation.NONE,),
    ValueType.CHOICE: (Aggregation.NONE,),
}
# A count has a whole number for its total; a median or a share of months gives none of the whole period.
PERIOD_AGGREGATIONS_BY_VALUE_TYPE: dict[str, tuple[str, ...]] = {
    ValueType.COUNT: (
        PeriodAggregation.SUM,
        PeriodAggregation.LAST,
        PeriodAggregation.MAXIMUM,
        PeriodAggregation.ENTERED,
    ),
    ValueType.AMOUNT: tuple(PeriodAggregation),
    ValueType.SHARE: (PeriodAggregation.LAST, PeriodAggregation.MAXIMUM, PeriodAggregation.ENTERED),
    ValueType.DURATION: (PeriodAggregation.ENTERED,),
}


def check_indicator(indicator: IndicatorDefinition, path: str, findings: FaultCollector) -> None:
    """Note what does not go together within the indicator; a faulty type or value was noted already."""
    if indicator.type == IndicatorType.FIGURE and not findings.has_path(f"{path}.value"):
        message = _("A figure needs “%(key)s”. %(near)s") % {
            "key": "value",
            "near": suggest_word("", ValueType.values),
        }
        findings.add_fault(f"{path}.value", message)
    elif indicator.type == IndicatorType.NARRATIVE:
        _check_keys("", _("A narrative"), path, findings)
    elif indicator.type == IndicatorType.FIGURE and indicator.value:
        name = _("A figure with the value “%(value)s”") % {"value": indicator.value}
        _check_keys(indicator.value, name, path, findings)
        _check_choice(indicator.value, "unit", indicator.unit, UNITS_BY_VALUE_TYPE, path, findings)
        _check_choice(
            indicator.value, "aggregation", indicator.aggregation, AGGREGATIONS_BY_VALUE_TYPE, path, findings
        )
        _check_breakdowns(indicator, path, findings)
        _check_period(indicator, path, findings)
        _check_limits(indicator, path, findings)


def _check_keys(value: str, name: str, path: str, findings: FaultCollector) -> None:
    for key in sorted(REQUIRED_KEYS[value]):
        if not findings.has_path(f"{path}.{key}"):
            findings.add_fault(f"{path}.{key}", _("%(name)s needs “%(key)s”."), name=name, key=key)
    every = set().union(FIGURE_KEYS, *REQUIRED_KEYS.values(), *OPTIONAL_KEYS.values())
    for key in sorted(every - REQUIRED_KEYS[value] - OPTIONAL_KEYS[value]):
        if findings.has_path(f"{path}.{key}"):
            findings.add_fault(f"{path}.{key}", _("%(name)s cannot have “%(key)s”."), name=name, key=key)


def _check_choice(
    value: str, key: str, label: str, options: dict[str, tuple[str, ...]], path: str, findings: FaultCollector
) -> None:
    allowed = options.get(value)
    if label and allowed and label not in allowed:
        message = _("“%(word)s” does not fit the value “%(value)s”. What fits: %(words)s.")
        findings.add_fault(
            f"{path}.{key}", message, word=label, value=value, words=", ".join(str(unit) for unit in allowed)
        )


def _check_breakdowns(indicator: IndicatorDefinition, path: str, findings: FaultCollector) -> None:
    if indicator.breakdowns and not findings.has_path(f"{path}.exclusive"):
        message = _(
            "State with “exclusive” whether the cells of the breakdowns exclude each other: true or false."
        )
        findings.add_fault(f"{path}.exclusive", message)
    if (
        not indicator.breakdowns
        and findings.has_path(f"{path}.exclusive")
        and not findings.has_path(f"{path}.breakdowns")
    ):
        findings.add_fault(
            f"{path}.exclusive", _("“exclusive” refers to breakdowns, and there are none here.")
        )


def _check_period(indicator: IndicatorDefinition, path: str, findings: FaultCollector) -> None:
    has_period, has_total = (findings.has_path(f"{path}.{key}") for key in ("period", "period_aggregation"))
    if has_period and not has_total:
        message = _(
            "State with “period_aggregation” how the total of the whole cycle comes about: %(words)s."
        )
        words = ", ".join(map(str, PERIOD_AGGREGATIONS_BY_VALUE_TYPE.get(indicator.value, ())))
        findings.add_fault(f"{path}.period_aggregation", message, words=words)
    if has_total and not has_period:
        message = _("“period_aggregation” refers to “period”, and there is none here.")
        findings.add_fault(f"{path}.period_aggregation", message)
    if has_period and indicator.breakdowns:
        message = _(
            "A figure by month or quarter can have no breakdown. Ask for it in an indicator of its own."
        )
        findings.add_fault(f"{path}.period", message)
    if (
        indicator.value == ValueType.DURATION
        and has_total
        and indicator.period_aggregation not in ("", PeriodAggregation.ENTERED)
    ):
        message = _(
            "The median of a period cannot be worked out from those of its months: it is entered. Write "
            "“period_aggregation: entered”."
        )
        findings.add_fault(f"{path}.period_aggregation", message)
    elif has_total:
        _check_choice(
            indicator.value,
            "period_aggregation",
            indicator.period_aggregation,
            PERIOD_AGGREGATIONS_BY_VALUE_TYPE,
            path,
            findings,
        )


def _check_limits(indicator: IndicatorDefinition, path: str, findings: FaultCollector) -> None:
    low, high = indicator.minimum, indicator.maximum
    if low is not None and high is not None and low > high:
        findings.add_fault(f"{path}.minimum", _("The minimum is above the maximum."))
    if (
        low is not None
        and low < 0
        and indicator.value in (ValueType.COUNT, ValueType.SHARE, ValueType.DURATION)
    ):
        findings.add_fault(f"{path}.minimum", _("This figure cannot be negative; neither can its minimum."))
    if high is not None and high > 100 and indicator.value == ValueType.SHARE:
        findings.add_fault(f"{path}.maximum", _("The maximum of a share cannot be over 100 per cent."))
