"""How numbers are written in each language, alike in texts, charts and documents."""

from decimal import Decimal

from django.utils.translation import get_language

# Russian sets four digits together: 1284, but 12 840.
_UNGROUPED_BELOW = {"ru": 10_000}


def is_grouped(number: Decimal) -> bool:
    """Whether the active language parts the thousands of a number of this size."""
    language = (get_language() or "en").split("-")[0]
    return abs(number) >= _UNGROUPED_BELOW.get(language, 1_000)
