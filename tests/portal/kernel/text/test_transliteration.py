"""Words written by their sounds with the letters of the other alphabet."""

import pytest

from portal.kernel.text import in_other_alphabet


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bikon", "бикон"), ("Avrora", "аврора"), ("obyazatelstva", "обязательства"), ("zhaloby", "жалобы"),
        ("obeshchaniya", "обещания"), ("fyord", "фьорд"), ("кидс", "kids"), ("фьорд", "fjord"), ("Ёлка", "elka"),
    ],
)  # fmt: skip
def test_a_word_is_among_the_ways_to_write_it_in_the_other_alphabet(typed: str, meant: str) -> None:
    assert meant in in_other_alphabet(typed)


@pytest.mark.parametrize("typed", ["", "groomинг", "Größe", "12+", "age16"])
def test_a_word_of_no_single_alphabet_has_no_other_way(typed: str) -> None:
    assert in_other_alphabet(typed) == []


def test_there_are_few_ways_however_long_the_word_is() -> None:
    assert len(in_other_alphabet("a" * 40)) <= 40
    assert in_other_alphabet("a" * 41) == []
    assert in_other_alphabet("granit")[0] == "гранит"
