"""Checks of verdicts: their order, and what a commitment's should be from those of its measures."""

from collections.abc import Iterable

from alliance.enums import VERDICT_SCALE, VerdictValue

_RANKS = {value.value: rank for rank, value in enumerate(VERDICT_SCALE)}


def proposed_verdict(values: Iterable[str]) -> VerdictValue | None:
    """The lowest of the due measures' verdicts; not due when none is due, None when there are none."""
    verdicts = list(values)
    due = [value for value in verdicts if value in _RANKS]
    if due:
        return VerdictValue(min(due, key=_RANKS.__getitem__))
    return VerdictValue.NOT_DUE if verdicts else None
