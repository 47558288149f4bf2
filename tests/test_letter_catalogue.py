"""The table of every letter is up to date, and each has its picture."""

import re
from collections import defaultdict

from tests.support.letter_catalogue import DOCUMENT, PICTURES, ROOT, letter_rows, table

_SENTENCE = re.compile(
    r"{% blocktranslate (?:[^%]*?\b)?organisation=([\w.]+)[^%]*%}(.*?){% endblocktranslate %}", re.DOTALL
)
_MOST_BYTES_EACH = 36_000  # on average


def test_the_table_of_letters_is_up_to_date() -> None:
    """Made anew by `tests.support.write_letters`; what the pictures show takes a browser, and is not compared."""
    assert table() in DOCUMENT.read_text(encoding="utf-8")


def test_each_letter_has_its_picture_and_each_picture_its_letter() -> None:
    pictures = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert pictures.keys() == {row.picture for row in letter_rows() if row.by_email}
    assert sum(pictures.values()) < _MOST_BYTES_EACH * len(pictures)


def test_a_sentence_names_an_organisation_in_one_case_wherever_it_stands() -> None:
    """Its Russian translation is one for all templates."""
    cases = defaultdict(set)
    for path in (ROOT / "templates").rglob("*.html"):
        for value, sentence in _SENTENCE.findall(path.read_text(encoding="utf-8")):
            cases[sentence].add(value.rpartition(".")[2])
    assert {sentence: names for sentence, names in cases.items() if len(names) > 1} == {}
