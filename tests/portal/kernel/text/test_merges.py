"""Two versions of one text as one."""

import pytest

from portal.kernel.text import Overlap, merge_lists, merge_values, merge_without_base, merge_words

BASE = "We search with two tools. People look at each hit."


def test_changes_in_different_places_stand_where_they_were_made() -> None:
    theirs = BASE.replace("two", "three")
    merged = merge_words(BASE, theirs, BASE.replace("People", "Trained people"))

    assert merged.text == "We search with three tools. Trained people look at each hit."
    assert merged.overlaps == []


def test_a_passage_that_both_changed_has_both_and_is_named() -> None:
    merged = merge_words(BASE, BASE.replace("two", "three"), BASE.replace("two", "four"))

    assert merged.text == "We search with three four tools. People look at each hit."
    assert merged.overlaps == [Overlap("three", "four")]


@pytest.mark.parametrize(
    ("theirs", "mine", "text"),
    [
        (BASE, "Mine.", "Mine."),
        ("Theirs.", BASE, "Theirs."),
        ("Same.", "Same.", "Same."),
        ("", BASE, ""),
        (f"{BASE} Always.", f"First: {BASE}", f"First: {BASE} Always."),
    ],
)
def test_a_change_of_one_person_alone_holds(theirs: str, mine: str, text: str) -> None:
    assert merge_words(BASE, theirs, mine).text == text


def test_without_a_base_no_word_of_either_is_lost() -> None:
    merged = merge_without_base("We search at night. Always.", "We search by hand. Always.")

    assert {"night", "hand"} <= set(merged.text.replace(".", "").split())
    assert merged.text.count("We search") == merged.text.count("Always.") == 1


def test_two_first_texts_that_have_little_in_common_follow_one_another() -> None:
    merged = merge_words("", "We look at each hit.", "Nobody is blocked by a program.")

    assert merged.text == "We look at each hit.\n\nNobody is blocked by a program."
    assert merged.overlaps == [Overlap("We look at each hit.", "Nobody is blocked by a program.")]


def test_two_first_texts_that_are_much_alike_have_their_common_words_once() -> None:
    merged = merge_words("", "We search at night. People look.", "We search by day. People look.")

    assert merged.text == "We search at night by day. People look."


def test_two_that_stand_for_one_passage_and_are_alike_have_their_common_words_once() -> None:
    """Somebody's first words, sent when they were away, and the same words with more, sent when they left."""
    merged = merge_words("A draft.", "A first message waits.", "A first message waits. Always.")

    assert merged.text == "A first message waits. Always."
    assert merged.overlaps == []


def test_of_a_list_what_either_took_out_is_gone_and_what_either_added_is_there() -> None:
    assert merge_lists(["a", "b", "c"], ["a", "c", "d"], ["a", "b", "e"]) == ["a", "d", "e"]


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "merged"),
    [
        ("a", "b", "a", ("b", False)),
        ("a", "a", "b", ("b", False)),
        ("a", "b", "b", ("b", False)),
        ("a", "b", "c", ("c", True)),
    ],
)
def test_of_a_value_the_change_holds_and_two_changes_are_named(
    base: str, theirs: str, mine: str, merged: tuple[str, bool]
) -> None:
    assert merge_values(base, theirs, mine) == merged
