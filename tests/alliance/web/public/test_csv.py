"""Cells of the files to download."""

from decimal import Decimal

import pytest

from alliance.web.public.responses import Cell, safe_cell


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+7 900", "'+7 900"),
        ("-5", "'-5"),
        ("@SUM", "'@SUM"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("plain", "plain"),
        (Decimal("-5.50"), "-5.5"),
        (Decimal("1E+3"), "1000"),
        (-5, "-5"),
        (None, ""),
    ],
)
def test_a_text_that_looks_like_a_formula_is_quoted_and_a_number_is_not(cell: Cell, written: str) -> None:
    assert safe_cell(cell) == written
