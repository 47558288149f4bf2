"""What the cells of an indicator take, from a grid, a paste or a file."""

from alliance.enums import ValueType
from alliance.models import Indicator
from alliance.queries.public.texts import in_reader_language
from alliance.validators.cell_texts import CellKind, folded


def cell_kind(indicator: Indicator) -> CellKind:
    """What the cells of an indicator take, its choices under their titles in every language and their keys."""
    choices = {}
    if indicator.value == ValueType.CHOICE:
        for row in indicator.choices:
            for title in (*row["title"].values(), row["key"], in_reader_language(row["title"]) or ""):
                choices[folded(title)] = row["key"]
    return CellKind(indicator.value, indicator.unit, indicator.get_unit_display(), choices)
