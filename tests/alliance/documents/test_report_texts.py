"""What people typed on paper: nothing unseen, long words that break, and the language of a text."""

import pytest
from django.utils import translation

from alliance.documents.report.texts import detect_language, original_text, printable

BIDI = "left \u202eright\u202c \u2066x\u2069\u200f\u061c"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (BIDI, "left right x"),
        ("zero\u200bwidth\u200d\ufeff", "zerowidth"),
        ("one\r\ntwo\rthree\x00\x07", "one\ntwo\nthree"),
        ("\u0438\u0306", "й"),
        ("sun ☀\ufe0f", "sun ☀"),
        ("half \ud83d", "half"),
        ("line\u2028next", "linenext"),
    ],
)
def test_only_what_can_be_seen_is_printed(typed: str, expected: str) -> None:
    assert printable(typed) == expected


def test_a_very_long_word_may_break() -> None:
    assert printable("a" * 70) == "\u200b".join(["a" * 32, "a" * 32, "a" * 6])


@pytest.mark.parametrize(
    ("text", "reading", "language"),
    [
        ("Мы ищем", "en", "ru"),
        ("We look", "ru", "en"),
        ("We look", "en", "en"),
        ("12 %", "ru", "ru"),
        ("", "en", "en"),
    ],
)
def test_the_letters_determine_the_language(text: str, reading: str, language: str) -> None:
    with translation.override(reading):
        assert detect_language(text) == language


def test_a_text_in_another_language_says_which() -> None:
    with translation.override("en"):
        assert (
            original_text("Мы ищем", "ru").language_note,
            original_text("We look", "en").language_note,
        ) == ("Language: Russian", "")
