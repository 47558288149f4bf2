"""How a text is understood: words, phrases, stop words, synonyms; nothing of it is an operator to the database."""

from collections.abc import Sequence

import pytest
from django.db import connection

from portal.kernel.publishing import touch_public_revision
from portal.kernel.search import MAX_TEXT_LENGTH, SynonymGroup, at_least, clean_text, parse

pytestmark = pytest.mark.django_db


def terms(text: str, *, with_synonyms: bool = False) -> list[str]:
    return [term.text for term in parse(text, with_synonyms=with_synonyms).terms]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "which company removes harmful content fastest",
            ["company", "removes", "harmful", "content", "fastest"],
        ),
        ("Кто удаляет вредный контент быстрее всего?", ["удаляет", "вредный", "контент", "быстрее"]),
        ('"first message" stranger', ["first message", "stranger"]),
        ("2.4 hash-matching child's", ["2.4", "hash-matching", "child's"]),
        ("the of and", []),
        ("", []),
        ('"" - !', []),
    ],
)
def test_a_text_becomes_its_words_without_stop_words(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize("text", ['"first message"', "“first message”", "„first message“", "«first message»"])
def test_a_phrase_stands_in_the_quotation_marks_of_either_language(text: str) -> None:
    assert [(term.text, term.is_phrase) for term in parse(text).terms] == [("first message", True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"found «first message» there"', [("found first message there", True)]),
        ('«found "first message" there»', [("found first message there", True)]),
        ("„first message”", [("first message", True)]),
        ('"first message» stranger', [("first", False), ("message", False), ("stranger", False)]),
    ],
)
def test_a_quotation_mark_is_closed_by_its_own(text: str, expected: list[tuple[str, bool]]) -> None:
    assert [(term.text, term.is_phrase) for term in parse(text).terms] == expected


@pytest.mark.parametrize("text", ["«опыт»", '"опыт"'])
def test_a_single_word_in_quotation_marks_is_a_word_with_its_forms(text: str) -> None:
    (term,) = parse(text, with_synonyms=False).terms
    assert (term.alternatives, term.is_phrase) == (("опыт", "опыта"), False)


@pytest.mark.parametrize(
    "forms",
    [("опыт", "опыте", "опыта", "опытом"), ("Гранит", "граните", "гранита", "Гранитом"), ("режим", "режимы")],
)
def test_cases_of_a_noun_with_two_stems_find_one_another(forms: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for typed in forms:
            for written in forms:
                query = [written, parse(typed, with_synonyms=False).as_tsquery()]
                cursor.execute(
                    "SELECT to_tsvector('portal_words', %s) @@ to_tsquery('portal_words', %s)", query
                )
                assert cursor.fetchone() == (True,), (typed, written)


def test_words_on_both_sides_of_or_are_one_choice() -> None:
    assert parse("chat or voice queue", with_synonyms=False).as_tsquery() == "('chat' | 'voice') & ('queue')"
    assert terms("чат или голос") == ["чат голос"]


def test_a_word_with_a_minus_is_left_out() -> None:
    query = parse("grooming -game", with_synonyms=False)

    assert query.as_tsquery() == "('grooming') & !('game')"


@pytest.mark.parametrize(
    "text",
    [
        "a & | ! <-> :* ( )",
        "'; DROP TABLE x; --",
        "\\'\\ x",
        'x"y',
        "a\0b",
        "ab:*",
        "%s %(x)s",
        "<b>x</b>",
        "…—«»",
    ],
)
def test_syntax_of_the_database_is_text(text: str) -> None:
    query = parse(text)

    if query.terms:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_tsquery('portal_words', %s)", [query.as_tsquery()])


def test_a_long_text_is_cut_and_what_cannot_be_printed_is_left_out() -> None:
    assert len(clean_text("word " * 1000)) <= MAX_TEXT_LENGTH
    assert clean_text("  a\0b\n\tc\x02 ") == "a b c"
    assert len(parse(" ".join(f"word{number}" for number in range(30))).terms) == 16


def test_words_of_a_group_are_searched_together_in_both_languages() -> None:
    (term,) = parse("Груминга").terms

    assert "grooming" in term.alternatives
    assert term.group is not None
    assert term.group.key == "harm:grooming"


def test_a_phrase_of_several_words_is_one_synonym() -> None:
    query = parse("age verification of teenagers")

    assert [term.text for term in query.terms] == ["age verification", "teenagers"]
    assert "проверка возраста" in query.terms[0].alternatives


def test_without_synonyms_only_the_words_typed_are_sought() -> None:
    assert parse("grooming", with_synonyms=False).terms[0].alternatives == ("grooming",)


def test_an_edited_group_takes_the_place_of_the_delivered_one() -> None:
    SynonymGroup.objects.create(key="harm:grooming", words={"en": ["grooming", "luring"], "ru": []})
    touch_public_revision()

    assert parse("luring").terms[0].alternatives == ("luring", "grooming")
    assert parse("sextortion").terms[0].group is None


def test_fewer_terms_are_at_least_half_of_them() -> None:
    assert list(parse("company removes harmful content fastest", with_synonyms=False).fewer_terms()) == [4, 3]
    two, one = parse("company removes", with_synonyms=False), parse("company", with_synonyms=False)
    assert (list(two.fewer_terms()), two.is_short) == ([1], True)
    assert list(one.fewer_terms()) == []
    assert not parse("grooming voice chat").is_short
    assert list(parse('company "harmful content"', with_synonyms=False).fewer_terms()) == []
    assert list(parse("grooming voice chat").fewer_terms()) == [1]  # three words, which mean two things


@pytest.mark.parametrize("least", [1, 2, 3, 4])
def test_as_many_as_asked_for_are_among_any_four(least: int) -> None:
    query = at_least(least, [f"'{word}'" for word in "abcd"])
    for number in range(16):
        text = " ".join(word for place, word in enumerate("abcd") if number >> place & 1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_tsvector('simple', %s) @@ to_tsquery('simple', %s)", [text, query])
            assert cursor.fetchone() == (len(text.split()) >= least,)
