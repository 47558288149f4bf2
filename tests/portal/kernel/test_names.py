"""Names: one line of visible characters, composed."""

import pytest

from portal.kernel.errors import DomainError
from portal.kernel.names import clean_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Анна   Ким ", "Анна Ким"),
        ("Zoe\u0308", "Zoë"),
        ("Кирилл\u00a0Й", "Кирилл Й"),
        ("O’Neill-Смит", "O’Neill-Смит"),
    ],
)
def test_a_name_is_composed_and_single_spaced(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    "sign", ["\u202e", "\u200b", "\u2066", "\x00", "\n", "\t", "\ufeff", "\u2028", "\ue000"]
)
def test_what_nobody_sees_is_refused_by_its_code(sign: str) -> None:
    with pytest.raises(DomainError) as refusal:
        clean_name(f"An{sign}na", field="name")
    assert refusal.value.field == "name"
    assert f"U+{ord(sign):04X}" in str(refusal.value)


@pytest.mark.parametrize("nothing", ["", "  ", "\n"])
def test_nothing_is_no_name(nothing: str) -> None:
    with pytest.raises(DomainError):
        clean_name(nothing)
