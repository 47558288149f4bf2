"""Names: one line of visible characters, composed."""

import pytest
from django.utils.translation import override

from portal.kernel.errors import DomainError
from portal.kernel.text import (
    MAX_REASON,
    clean_line,
    clean_name,
    clean_text,
    require_reason_in_languages,
    require_short_reason,
)


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


@pytest.mark.parametrize(
    ("name", "place", "letter"),
    [
        ("Pаypal", 2, "а"),  # Cyrillic in a Latin word
        ("Приветa", 7, "a"),  # Latin in a Cyrillic word
        ("Вода H2О", 3, "О"),  # a digit does not part a word
        ("Ελλάδa", 6, "a"),
        ("Hеllо, world", 2, "е"),
        ("а\u0301pple", 1, "а"),  # an accent that no letter is composed with
        ("𝐏aypal", 1, "𝐏"),
        ("Օpera", 1, "Օ"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_word_that_mixes_alphabets_is_refused_with_the_letter(
    name: str, place: int, letter: str, language: str
) -> None:
    with override(language), pytest.raises(DomainError) as refusal:
        clean_name(name, field="name")
    assert refusal.value.field == "name"
    assert f"{place}" in str(refusal.value)
    assert letter in str(refusal.value)


def test_the_refusal_says_which_letter_of_which_alphabet_and_what_to_do() -> None:
    with pytest.raises(DomainError) as refusal:
        clean_name("Pаypal")
    assert str(refusal.value) == (
        "“Pаypal” mixes two alphabets: character 2, “а”, is Cyrillic, the word is Latin. Type the word again on "
        "one keyboard, or separate the alphabets with a hyphen or a space."
    )


@pytest.mark.parametrize(
    "name",
    [
        "iPhone-версия", "VK Видео", "Яндекс.Go", "1С", "3D-модель", "XXI-й век", "Пётр I", "№ 5", "µTorrent",
        "LINEアプリ", "Й и ё", "И\u0306од", "е\u0308лка", "Zoë", "Zoe\u0308", "Ελλάδα", "Հայաստան", "O’Neill-Смит",
    ],
)  # fmt: skip
def test_words_of_one_alphabet_each_stay_possible(name: str) -> None:
    assert clean_name(name)


def test_captions_may_mix_alphabets() -> None:
    assert clean_line("отчётQ3.xlsx") == "отчётQ3.xlsx"


@pytest.mark.parametrize(
    ("russian", "message"),
    [(" ", "in each language"), ("я" * (MAX_REASON + 1), "2001 characters, at most 2000")],
)
def test_a_public_reason_is_whole_in_each_language(russian: str, message: str) -> None:
    """A long one is refused, and not cut off."""
    longest = "я" * MAX_REASON
    assert require_reason_in_languages({"en": " So. ", "ru": longest}) == {"en": "So.", "ru": longest}

    for field, expected in (("", "reason_ru"), ("target", "target")):
        with pytest.raises(DomainError, match=message) as refusal:
            require_reason_in_languages({"en": "So.", "ru": russian}, field=field)
        assert refusal.value.field == expected


def test_an_answer_with_a_long_reason_is_refused_and_not_cut_off() -> None:
    assert require_short_reason("a" * MAX_REASON) == "a" * MAX_REASON
    with pytest.raises(DomainError, match="2001 characters, at most 2000"):
        require_short_reason("a" * (MAX_REASON + 1))
