"""The text of a use's result."""

from django import template

from practices.models import AdoptionResult
from practices.queries.results import change_of
from practices.queries.results import signed_percent as in_percent

register = template.Library()


@register.filter
def change_in_percent(result: AdoptionResult) -> str:
    """The change against what was before, to whole per cent; nothing where before was nothing."""
    change = change_of(result.before, result.after, result.unit, None)
    return signed_percent(change.percent if change else None)


@register.filter
def signed_percent(change: float | None) -> str:
    """A change to whole per cent, with its sign; nothing of none."""
    return "" if change is None else in_percent(change)
