"""A unit stands in the form that its number asks for, in both languages."""

from decimal import Decimal

import pytest
from django.utils import translation

from alliance.enums import Unit
from alliance.queries.public.counted_units import counted_text


@pytest.mark.parametrize(
    ("value", "unit", "english", "russian"),
    [
        ("1", Unit.ITEMS, "1 item", "1 шт."),
        ("2", Unit.ITEMS, "2 items", "2 шт."),
        ("1", Unit.COMPLAINTS, "1 complaint", "1 жалоба"),
        ("3", Unit.COMPLAINTS, "3 complaints", "3 жалобы"),
        ("11", Unit.COMPLAINTS, "11 complaints", "11 жалоб"),
        ("1.5", Unit.DAYS, "1.5 days", "1,5 дня"),
        ("0", Unit.EVENTS, "0 events", "0 мероприятий"),
        ("40", Unit.PERCENT, "40 %", "40 %"),
        ("7", "", "7", "7"),
    ],
)
def test_a_unit_agrees_with_its_number(value: str, unit: str, english: str, russian: str) -> None:
    for language, text in (("en", english), ("ru", russian)):
        with translation.override(language):
            assert counted_text(Decimal(value), unit).replace("\xa0", " ") == text


def test_every_unit_that_is_counted_has_its_forms() -> None:
    with translation.override("en"):
        for unit in Unit:
            assert counted_text(Decimal(2), unit).endswith(str(unit.label)), unit
