"""The truths of one indicator: what each type and value needs, what it cannot have, which units fit it."""

from django.utils.translation import gettext as _

from alliance.charter_file.texts import IndicatorText
from alliance.enums import Aggregation, IndicatorType, Unit, ValueType
from portal.kernel.plain_yaml import Findings, suggest

COMMON = {"key", "code", "type", "title", "guidance", "disclosure"}
FIGURE = {"value", "direction", "scope", "aggregation"}
MEASURED = {"unit", "breakdowns", "exclusive", "minimum", "maximum"}

# What an indicator must have and what it may have besides, by its value; "" is the narrative.
NEEDS: dict[str, set[str]] = {
    "": set(),
    ValueType.COUNT: FIGURE | {"unit"},
    ValueType.AMOUNT: FIGURE | {"unit"},
    ValueType.SHARE: FIGURE | {"unit"},
    ValueType.DURATION: FIGURE | {"unit"},
    ValueType.YES_NO: FIGURE,
    ValueType.CHOICE: FIGURE | {"choices"},
}
MAY: dict[str, set[str]] = {
    "": {"limit"},
    ValueType.COUNT: MEASURED | {"part_of"},
    ValueType.AMOUNT: MEASURED | {"part_of"},
    ValueType.SHARE: MEASURED,
    ValueType.DURATION: MEASURED,
    ValueType.YES_NO: set(),
    ValueType.CHOICE: set(),
}
TIMES = (Unit.MINUTES, Unit.HOURS, Unit.DAYS)
UNITS: dict[str, tuple[str, ...]] = {
    ValueType.COUNT: tuple(unit for unit in Unit if unit not in (*TIMES, Unit.PERCENT)),
    ValueType.AMOUNT: tuple(unit for unit in Unit if unit != Unit.PERCENT),
    ValueType.SHARE: (Unit.PERCENT,),
    ValueType.DURATION: TIMES,
}
# Medians are never summed or averaged; answers are no numbers.
AGGREGATIONS: dict[str, tuple[str, ...]] = {
    ValueType.COUNT: (Aggregation.SUM, Aggregation.ENTERED, Aggregation.NONE),
    ValueType.AMOUNT: (Aggregation.SUM, Aggregation.ENTERED, Aggregation.NONE),
    ValueType.SHARE: (Aggregation.RATIO, Aggregation.ENTERED, Aggregation.NONE),
    ValueType.DURATION: (Aggregation.ENTERED, Aggregation.NONE),
    ValueType.YES_NO: (Aggregation.NONE,),
    ValueType.CHOICE: (Aggregation.NONE,),
}


def check_indicator(indicator: IndicatorText, path: str, findings: Findings) -> None:
    """Note what does not go together within the indicator; a faulty type or value was noted already."""
    if indicator.type == IndicatorType.FIGURE and not findings.has(f"{path}.value"):
        message = _("A figure needs “%(key)s”. %(near)s") % {
            "key": "value",
            "near": suggest("", ValueType.values),
        }
        findings.fault(f"{path}.value", message)
    elif indicator.type == IndicatorType.NARRATIVE:
        _check_keys("", _("A narrative"), path, findings)
    elif indicator.type == IndicatorType.FIGURE and indicator.value:
        name = _("A figure with the value “%(value)s”") % {"value": indicator.value}
        _check_keys(indicator.value, name, path, findings)
        _check_fit(indicator.value, "unit", indicator.unit, UNITS, path, findings)
        _check_fit(indicator.value, "aggregation", indicator.aggregation, AGGREGATIONS, path, findings)
        _check_breakdowns(indicator, path, findings)
        _check_limits(indicator, path, findings)


def _check_keys(value: str, name: str, path: str, findings: Findings) -> None:
    for key in sorted(NEEDS[value]):
        if not findings.has(f"{path}.{key}"):
            findings.fault(f"{path}.{key}", _("%(name)s needs “%(key)s”."), name=name, key=key)
    every = set().union(FIGURE, *NEEDS.values(), *MAY.values())
    for key in sorted(every - NEEDS[value] - MAY[value]):
        if findings.has(f"{path}.{key}"):
            findings.fault(f"{path}.{key}", _("%(name)s has no “%(key)s”."), name=name, key=key)


def _check_fit(
    value: str, key: str, word: str, fitting: dict[str, tuple[str, ...]], path: str, findings: Findings
) -> None:
    allowed = fitting.get(value)
    if word and allowed and word not in allowed:
        message = _("“%(word)s” does not fit the value “%(value)s”. What fits: %(words)s.")
        findings.fault(
            f"{path}.{key}", message, word=word, value=value, words=", ".join(str(unit) for unit in allowed)
        )


def _check_breakdowns(indicator: IndicatorText, path: str, findings: Findings) -> None:
    if indicator.breakdowns and not findings.has(f"{path}.exclusive"):
        message = _(
            "State with “exclusive” whether the cells of the breakdowns exclude each other: true or false."
        )
        findings.fault(f"{path}.exclusive", message)
    if (
        not indicator.breakdowns
        and findings.has(f"{path}.exclusive")
        and not findings.has(f"{path}.breakdowns")
    ):
        findings.fault(f"{path}.exclusive", _("“exclusive” refers to breakdowns, and there are none here."))


def _check_limits(indicator: IndicatorText, path: str, findings: Findings) -> None:
    low, high = indicator.minimum, indicator.maximum
    if low is not None and high is not None and low > high:
        findings.fault(f"{path}.minimum", _("The minimum is above the maximum."))
    if (
        low is not None
        and low < 0
        and indicator.value in (ValueType.COUNT, ValueType.SHARE, ValueType.DURATION)
    ):
        findings.fault(f"{path}.minimum", _("This figure cannot be negative; neither can its minimum."))
    if high is not None and high > 100 and indicator.value == ValueType.SHARE:
        findings.fault(f"{path}.maximum", _("A share is at most 100 percent; so is its maximum."))
