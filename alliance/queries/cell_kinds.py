"""What the cells of an indicator take, from a grid, a paste or a file."""

from decimal import Decimal

from django.utils.translation import gettext as _

from alliance.enums import ValueType
from alliance.models import Indicator
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import choice_title, value_text
from alliance.validators.cell_texts import CellKind, folded
from portal.kernel.text import worded_later

_MOST_LISTED = 12  # answers that a refusal names


def cell_kind(indicator: Indicator) -> CellKind:
    """What the cells of an indicator take, its choices under their titles in every language and their keys."""
    if indicator.value != ValueType.CHOICE:
        return CellKind(indicator.value, indicator.unit, indicator.get_unit_display())
    choices = {}
    for row in indicator.choices:
        for title in (*row["title"].values(), row["key"], in_reader_language(row["title"]) or ""):
            choices[folded(title)] = row["key"]
    answers = worded_later(lambda: _listed(indicator))
    return CellKind(indicator.value, indicator.unit, indicator.get_unit_display(), choices, answers)


def answers_of(indicator: Indicator) -> list[str]:
    """The answers that an indicator takes, as its cell shows them; none where it asks for a number."""
    if indicator.value == ValueType.YES_NO:
        return [value_text(indicator, Decimal(1)), value_text(indicator, Decimal(0))]
    if indicator.value == ValueType.CHOICE:
        return [choice_title(indicator, row["key"]) for row in indicator.choices]
    return []


def _listed(indicator: Indicator) -> str:
    """The answers in one line; of many the first."""
    answers = answers_of(indicator)
    more = len(answers) - _MOST_LISTED
    if more > 0:
        answers = [*answers[:_MOST_LISTED], _("and %(n)d more") % {"n": more}]
    return "; ".join(answers)
