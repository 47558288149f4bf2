"""The text of a use's result."""

from decimal import Decimal

from django import template

from portal.kernel.text import NO_BREAK, format_change
from practices.models import AdoptionResult

register = template.Library()


@register.filter
def change_in_percent(result: AdoptionResult) -> str:
    """The change against what was before, to whole per cent; nothing where before was nothing."""
    if not result.before or result.after is None:
        return ""
    change = (result.after - result.before) / abs(result.before) * 100
    return f"{format_change(change.quantize(Decimal(1)))}{NO_BREAK}%"


@register.filter
def signed_percent(change: float | None) -> str:
    """A change to whole per cent, with its sign; nothing of none."""
    return "" if change is None else f"{format_change(Decimal(round(change)))}{NO_BREAK}%"
