"""What people typed on paper: the language of a text."""

import pytest
from django.utils import translation

from alliance.documents.report.texts import original_text
from portal.kernel.text import probable_language


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
        assert probable_language(text) == language


def test_a_text_in_another_language_says_which() -> None:
    with translation.override("en"):
        assert (
            original_text("Мы ищем", "ru").language_note,
            original_text("We look", "en").language_note,
        ) == ("Language: Russian", "")
