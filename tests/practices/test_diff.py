"""What changed between two versions: in words, in any alphabet."""

import random
from typing import Any

import pytest

from portal.kernel.text import DiffMark, compare_words, shorten_unchanged
from practices.diff import FieldDifference, ListEntryDifference, compare, compare_rows

MARKS = {DiffMark.SAME: "{}", DiffMark.ADDED: "[+{}+]", DiffMark.REMOVED: "[-{}-]", DiffMark.SKIPPED: "{}"}


def marked_text(pieces: Any) -> str:
    return "".join(MARKS[piece.mark].format(piece.text) for piece in pieces)


def only_difference(old: dict[str, Any], new: dict[str, Any], **options: Any) -> FieldDifference:
    (change,) = compare(old, new, **options)
    return change


def entry_texts_with_marks(entries: Any) -> list[str]:
    return [marked_text(entry.pieces) for entry in entries]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("A message waits.", "A first message waits.", "A [+first +]message waits."),
        ("It waits a minute.", "It waits two minutes.", "It waits [-a minute-][+two minutes+]."),
        (
            "Ещё раз: всё сообщение ждёт.",
            "Ещё раз: первое сообщение ждёт.",
            "Ещё раз: [-всё-][+первое+] сообщение ждёт.",
        ),
        ("Кто-то пишет.", "Кто-нибудь пишет.", "[-Кто-то-][+Кто-нибудь+] пишет."),
        ("за\u0301мок на двери", "замо\u0301к на двери", "[-за\u0301мок-][+замо\u0301к+] на двери"),
        ("One.\n\nTwo.\n", "One.\n\nHalf.\n\nTwo.\n", "One.\n\n[+Half.\n\n+]Two.\n"),
        ("", "New.", "[+New.+]"),
        ("Old.", "", "[-Old.-]"),
    ],
)
def test_words_that_went_and_came_stand_in_the_text(old: str, new: str, expected: str) -> None:
    assert marked_text(compare_words(old, new)) == expected


def test_both_texts_can_be_read_off_whatever_was_written() -> None:
    dice, words = random.Random(7), ["ждёт", "a", "first", "—", "сообщение", ",", "\n", "\n\n", "ё", "х2"]
    for _round in range(300):
        old, new = (" ".join(dice.choices(words, k=dice.randint(0, 14))) for _ in range(2))
        pieces = compare_words(old, new)
        assert "".join(piece.text for piece in pieces if piece.mark != DiffMark.ADDED) == old
        assert "".join(piece.text for piece in pieces if piece.mark != DiffMark.REMOVED) == new


def test_a_long_text_shows_the_words_around_a_change() -> None:
    old = " ".join(f"word{number}" for number in range(1000))
    pieces = shorten_unchanged(compare_words(old, old.replace("word500 ", "another ")))

    assert [piece.mark for piece in pieces] == ["skipped", "same", "removed", "added", "same", "skipped"]
    assert len(marked_text(pieces)) < 700


def test_choices_and_keys_stand_in_words() -> None:
    change = only_difference({"stage": "trial"}, {"stage": "proven"})
    assert (str(change.title), marked_text(change.pieces)) == ("Stage", "[-Trial-][+Proven+]")

    change = only_difference(
        {"harms": ["a", "b"]}, {"harms": ["b", "c"]}, name=lambda field, key: f"{field.key} {key}"
    )
    assert entry_texts_with_marks(change.entries) == ["[-harms a-]", "harms b", "[+harms c+]"]


def test_rows_are_compared_row_by_row() -> None:
    old = [
        {"text": "A message waits two minutes.", "by": "automatic"},
        {"text": "Log it.", "by": "automatic"},
    ]
    new = [
        {"text": "A message waits four minutes.", "by": "automatic"},
        {"text": "A moderator sees the pattern and decides.", "by": "person"},
    ]

    assert entry_texts_with_marks(only_difference({"steps": old}, {"steps": new}).entries) == [
        "A message waits [-two-][+four+] minutes. (automatic)",
        "[+A moderator sees the pattern and decides. (a person decides)+]",
        "[-Log it. (automatic)-]",
    ]
    effects = [{"what": "Unwanted contact", "before": "4.1", "after": "1.6", "unit": "per 10,000"}]
    changed = [{**effects[0], "after": "1.4"}]
    assert entry_texts_with_marks(only_difference({"effects": effects}, {"effects": changed}).entries) == [
        "Unwanted contact: 4.1 → [-1.6-][+1.4+] per 10,000"
    ]


def test_every_row_is_kept_once() -> None:
    dice, rows = random.Random(3), ["a b c", "a b d", "x y", "x z", "q"]
    for _round in range(200):
        old, new = (dice.choices(rows, k=dice.randint(0, 5)) for _ in range(2))
        entries = compare_rows(old, new)
        assert entry_texts(entries, DiffMark.ADDED) == old
        assert entry_texts(entries, DiffMark.REMOVED) == new


def entry_texts(entries: list[ListEntryDifference], without: DiffMark) -> list[str]:
    texts = ("".join(piece.text for piece in entry.pieces if piece.mark != without) for entry in entries)
    return [text for text in texts if text]


def test_attachments_come_and_go() -> None:
    old = [{"title": "Rule", "name": "rule.pdf"}]
    change = only_difference({}, {}, old_files=old, new_files=[{"title": "Sheet", "name": "sheet.xlsx"}])

    assert entry_texts_with_marks(change.entries) == ["[-Rule (rule.pdf)-]", "[+Sheet (sheet.xlsx)+]"]


def test_what_is_equal_is_not_mentioned() -> None:
    content = {"title": "A", "steps": [{"text": "Wait.", "by": "automatic"}]}
    assert compare(content, dict(content)) == []
