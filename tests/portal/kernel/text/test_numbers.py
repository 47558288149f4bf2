"""Numbers in the reader's language."""

from decimal import Decimal

import pytest
from django.utils import translation

from portal.kernel.text import format_change, format_figure, whole_number

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "value", "unit", "expected"),
    [
        ("en", 1204318, "", "1,204,318"),
        ("en", "81.300", "%", f"81.3{NB}%"),
        ("en", Decimal("-0.6"), "", "−0.6"),
        ("en", 0, "", "0"),
        ("en", "100", "", "100"),
        ("ru", 1284, "", "1284"),
        ("ru", 12840, "", f"12{NB}840"),
        ("ru", "1234567.5", "%", f"1{NB}234{NB}567,5{NB}%"),
        ("en", "yes", "", "yes"),
        ("en", None, "", ""),
        ("en", "NaN", "", "NaN"),
    ],
)
def test_figures_in_the_readers_language(language: str, value: object, unit: str, expected: str) -> None:
    with translation.override(language):
        assert format_figure(value, unit) == expected


@pytest.mark.parametrize(("value", "expected"), [(5, "+5"), (-5, "−5"), (0, "0")])
def test_a_change_carries_its_sign(value: int, expected: str) -> None:
    assert format_change(value) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("999", 999), *((text, None) for text in ("", "1000", "-1", " 1", "²", "٣"))],
)
def test_a_whole_number_is_of_few_ascii_digits(text: str, number: int | None) -> None:
    assert whole_number(text, digits=3) == number
