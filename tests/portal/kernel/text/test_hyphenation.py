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
        '<h1 class="a">Противодействие злу</h1><p>Противодействие</p>'
        '<h2 id="противодействие"><a title="противодействие">Противодействие</a></h2><h3>Отчёт, report</h3>'
    )

    assert hyphenate_headings(page) == (
        '<h1 class="a">Про-ти-во-дей-ствие злу</h1><p>Противодействие</p>'
        '<h2 id="противодействие"><a title="противодействие">Про-ти-во-дей-ствие</a></h2><h3>Отчёт, report</h3>'
    ).replace("-", SOFT_HYPHEN)
