"""Long Russian words in headings break at syllables."""

import pytest

from portal.kernel.text import hyphenate_headings
from portal.kernel.text.hyphenation import SOFT_HYPHEN, with_soft_hyphens


@pytest.mark.parametrize(
    "word",
    [
        "несо-вер-шен-но-лет-них", "вза-имо-дей-ству-ющих", "про-ти-во-дей-ствие", "ответ-ствен-ность",
        "кон-фи-ден-ци-аль-ность", "объ-еди-нён-ная",
    ],
)  # fmt: skip
def test_a_word_breaks_between_syllables(word: str) -> None:
    assert with_soft_hyphens(word.replace("-", "")) == word.replace("-", SOFT_HYPHEN)


def test_text_of_headings_alone_is_changed() -> None:
    page = (
        '<h1 class="a">Противодействие злу</h1><p>Противодействие</p><h2>Противодействие</h2>'
        '<h2 id="противодействие"><a title="противодействие">Противодействие</a></h2><h3>Отчёт, report</h3>'
    )

    assert hyphenate_headings(page) == (
        '<h1 class="a">Про-ти-во-дей-ствие злу</h1><p>Противодействие</p><h2>Про-ти-во-дей-ствие</h2>'
        '<h2 id="противодействие"><a title="противодействие">Про-ти-во-дей-ствие</a></h2><h3>Отчёт, report</h3>'
    ).replace("-", SOFT_HYPHEN)


def test_heads_of_columns_break_shorter_words_too_and_verdicts_long_ones() -> None:
    page = (
        '<th scope="col"><a href="/"><b>6</b>Делиться технологиями</a></th><th scope="row">Технологиями</th>'
        '<span class="word">Нет подтверждений</span><span>подтверждений</span>'
    )

    assert hyphenate_headings(page) == (
        '<th scope="col"><a href="/"><b>6</b>Делиться тех-но-ло-ги-ями</a></th><th scope="row">Технологиями</th>'
        '<span class="word">Нет под-твер-жде-ний</span><span>подтверждений</span>'
    ).replace("-", SOFT_HYPHEN)
