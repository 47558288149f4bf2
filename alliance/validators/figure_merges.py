"""A figure that was filled in elsewhere, put over the one that stands here: what each side changed."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from alliance.enums import FigureStatus
from alliance.figure_fields import DEFAULTS, FIELDS, NUMBER_COLUMNS, FigureValues
from portal.kernel.errors import DomainError
from portal.kernel.text import sentence as _
from portal.kernel.text import worded_later

_APART = (frozenset({"method"}), frozenset({"note"}), frozenset({"definition_changed", "definition_note"}))
ANSWER = frozenset(FIELDS) - frozenset[str]().union(*_APART)
# what belongs together: two people who change one of these sets have changed the same thing
_GROUPS = (ANSWER, *_APART)
_NUMBERS = ("value", "choice", *NUMBER_COLUMNS)


def erases_number(before: FigureValues, after: FigureValues) -> bool:
    """Whether a number or a choice goes and none comes in its place, as under “n/a”."""
    pairs = [(getattr(before, name), getattr(after, name)) for name in _NUMBERS]
    return any(old not in (None, "") and new in (None, "") for old, new in pairs)


class FigureMerge(NamedTuple):
    """The figure with what was given put over it; whether that alters it, and whether both sides altered the same."""

    values: FigureValues
    is_altering: bool
    is_conflict: bool


def merge_given(base: FigureValues | None, current: FigureValues, given: Mapping[str, Any]) -> FigureMerge:
    """Put the given values over the current ones, but for those that are as they were in `base`.

    `base` is what the giver had before them; None where that is not known. What is not given stays. Raises DomainError
    with its field for values that contradict each other, and for a text that cannot be stored.
    """
    start = current if base is None else base
    cleaned = {name: getattr(FigureValues(**{name: value}).cleaned(), name) for name, value in given.items()}
    edited = {name for name, value in cleaned.items() if value != getattr(start, name)}
    altering = {name for name in edited if cleaned[name] != getattr(current, name)}
    if not altering:
        return FigureMerge(current, False, False)
    theirs = set(current.changed_from(start))
    is_conflict = any(group & altering and group & theirs for group in _GROUPS)
    return FigureMerge(_merged(current, cleaned, altering), True, is_conflict)


def _merged(current: FigureValues, given: Mapping[str, Any], altering: Collection[str]) -> FigureValues:
    values: dict[str, Any] = {name: given[name] for name in altering}
    if not ANSWER & set(altering):
        return replace(current, **values).cleaned()
    status = given.get("status", FigureStatus.REPORTED.value)
    if status != FigureStatus.REPORTED:
        _refuse_number(given, status)
        values |= {name: DEFAULTS[name] for name in (*_NUMBERS, "estimate")}
    elif (
        current.numerator is not None
        and "value" in altering
        and not {"numerator", "denominator"} & set(altering)
    ):
        message = _("This share is worked out from its part and whole: change these instead.")
        raise DomainError(message, field="value")
    if status != current.status and "reason" not in altering:
        values["reason"] = ""
    return replace(current, **values | {"status": status}).cleaned()


def _refuse_number(given: Mapping[str, Any], status: str) -> None:
    number = next((name for name in _NUMBERS if given.get(name) not in (None, "")), None)
    if number is not None:
        message = _("The row has a number and also says “%(status)s”. Clear one of the two.")
        raise DomainError(
            message % {"status": worded_later(lambda: str(FigureStatus(status).label).lower())}, field=number
        )
