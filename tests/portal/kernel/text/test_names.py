"""Names: one line of visible characters, composed."""

import pytest

from portal.kernel.errors import DomainError
from portal.kernel.text import clean_name, clean_text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("  Анна   Ким ", "Анна Ким"),
        ("Zoe\u0308", "Zoë"),
        ("Кирилл\u00a0Й", "Кирилл Й"),
        ("O’Neill-Смит", "O’Neill-Смит"),
    ],
)
def test_a_name_is_composed_and_single_spaced(name: str, expected: str) -> None:
    assert clean_name(name) == expected


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


def test_a_text_is_composed_with_plain_line_ends() -> None:
    assert clean_text("Zoe\u0308\r\n\tи\u200d ещё\r") == "Zoë\n\tи\u200d ещё\n"


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x00", "\x1b", "\x85"])
def test_what_steers_a_text_unseen_is_refused_by_its_code(sign: str) -> None:
    with pytest.raises(DomainError, match=f"U\\+{ord(sign):04X}") as refusal:
        clean_text(f"We{sign} search.", field="text")
    assert refusal.value.field == "text"
