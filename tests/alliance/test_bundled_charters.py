"""The charters that come with the portal: right by their own format, and whole in both languages."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

import alliance
from alliance.charter_file import CharterText, read_charter
from alliance.charter_file.texts import TranslatedText
from alliance.enums import Aggregation, Direction, Disclosure, IndicatorScope, IndicatorType, ValueType

FOLDER = Path(alliance.__file__).parent / "data" / "charters"
CYRILLIC = re.compile("[А-Яа-яЁё]")


def bundled(name: str) -> CharterText:
    return read_charter((FOLDER / name).read_bytes())


def words_in(value: object) -> Iterator[TranslatedText]:
    """Every text of the charter, however deep it is."""
    if isinstance(value, TranslatedText):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from words_in(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from words_in(getattr(value, field.name))


@pytest.fixture(scope="module")
def charter() -> CharterText:
    return bundled("alliance.yaml")


def test_the_alliances_charter_has_ten_commitments_in_their_order(charter: CharterText) -> None:
    assert [commitment.key for commitment in charter.commitments()] == [
        "find-harmful-content",
        "remove-illegal-content",
        "answer-complaints",
        "teach-digital-literacy",
        "create-for-children",
        "share-experience",
        "talk-with-society",
        "cooperate-across-borders",
        "listen-to-children",
        "follow-the-law",
    ]
    assert [commitment.code for commitment in charter.commitments()] == [
        str(number) for number in range(1, 11)
    ]


def test_each_commitment_has_two_to_four_measures_and_one_of_them_is_core(charter: CharterText) -> None:
    for commitment in charter.commitments():
        assert 2 <= len(commitment.measures) <= 4, commitment.key
        assert any(measure.core for measure in commitment.measures), commitment.key


def test_codes_are_numbered_without_gaps(charter: CharterText) -> None:
    for commitment in charter.commitments():
        for number, measure in enumerate(commitment.measures, start=1):
            assert measure.code == f"{commitment.code}.{number}"
            letters = [indicator.code.removeprefix(f"{measure.code}.") for indicator in measure.indicators]
            assert "".join(letters) == "abcdefgh"[: len(letters)]


def test_each_measure_asks_for_a_narrative(charter: CharterText) -> None:
    for measure in charter.measures():
        assert IndicatorType.NARRATIVE in [indicator.type for indicator in measure.indicators], measure.key


def test_there_are_figures_of_every_kind(charter: CharterText) -> None:
    figures = [indicator for indicator in charter.indicators() if indicator.type == IndicatorType.FIGURE]
    assert len(figures) >= 25
    assert {figure.value for figure in figures} == set(ValueType.values)
    assert {figure.direction for figure in figures} == set(Direction.values)
    assert {figure.scope for figure in figures} == set(IndicatorScope.values)
    assert {figure.aggregation for figure in figures} == set(Aggregation.values)
    assert {figure.disclosure for figure in figures} == set(Disclosure.values)
    assert {figure.exclusive for figure in figures} == {True, False, None}
    assert {len(figure.breakdowns) for figure in figures} == {0, 1, 2}


def test_every_harm_but_the_last_has_identifiers_of_others(charter: CharterText) -> None:
    assert [harm.key for harm in charter.harms if not harm.identifiers] == ["other-harm"]


def test_it_says_that_it_is_a_working_text_and_names_its_sources(charter: CharterText) -> None:
    assert charter.working_text is True
    assert charter.note is not None
    assert charter.note.en.startswith("This is a working text.")
    assert charter.note.ru.startswith("Это рабочий текст.")
    assert len(charter.sources) == 6


def test_the_example_asks_for_one_figure_alone() -> None:
    (indicator,) = bundled("disclosures.yaml").indicators()
    assert (indicator.key, indicator.type, indicator.value) == ("hotline-reports", "figure", "count")
    assert (indicator.unit, indicator.scope, indicator.aggregation) == ("reports", "organisation", "sum")
    assert (indicator.direction, indicator.disclosure) == ("neutral", "public")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_text_stands_in_its_own_language(path: Path) -> None:
    for words in words_in(bundled(path.name)):
        assert CYRILLIC.search(words.ru), words
        assert not CYRILLIC.search(words.en), words
