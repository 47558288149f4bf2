"""Files with front matter: what is read, and what is refused, each fault with its line and field."""

import pytest

from portal.kernel.text.strict_yaml import Fault
from practices.files import PracticeFaults, parse_practice_file

FILE = """\
---
format: 1
label: TLP:GREEN
language: en
title: Slow the first message
kind: technique
stage: proven
harms: [grooming]
effects:
  - what: Unwanted contact
    unit: in 10,000
    before: 4.10
    after: 1.6
permitted_use: adapt
---

> **TLP:GREEN**

# Slow the first message

## Summary

A first message waits.

## Steps

1. (starts) Somebody writes to a child.
2. It waits
   for two minutes.
3. (person) A moderator looks.

## What it is called elsewhere

A queue.

> **TLP:GREEN**
"""


def faults(text: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(PracticeFaults) as refusal:
        parse_practice_file(text)
    return refusal.value.faults


def first_fault(old: str, new: str) -> str:
    """The first fault of the file after this replacement."""
    assert old in FILE
    return str(faults(FILE.replace(old, new, 1))[0])


def test_a_file_says_what_the_practice_says() -> None:
    practice_file = parse_practice_file(FILE)

    assert practice_file.has_front_matter
    assert practice_file.content["title"] == "Slow the first message"
    assert practice_file.content["harms"] == ["grooming"]
    assert practice_file.content["effects"] == [
        {"what": "Unwanted contact", "unit": "in 10,000", "before": "4.10", "after": "1.6"}
    ]
    assert practice_file.content["summary"] == "A first message waits."
    assert [(step["by"], step["text"].split("\n")[0]) for step in practice_file.content["steps"]] == [
        ("starts", "Somebody writes to a child."),
        ("automatic", "It waits"),
        ("person", "A moderator looks."),
    ]
    assert (practice_file.handling.label, practice_file.handling.language) == ("green", "en")


def test_a_heading_that_names_no_field_stays_in_the_text_and_is_reported() -> None:
    practice_file = parse_practice_file(FILE)

    assert "What it is called elsewhere" in practice_file.content["steps"][2]["text"]
    assert [(note.line, note.field) for note in practice_file.notes] == [(32, "steps")]


def test_headings_are_read_in_russian_too() -> None:
    practice_file = parse_practice_file(
        FILE.replace("## Summary", "## Кратко").replace("## Steps", "## ШАГИ ##")
    )

    assert practice_file.content["summary"] == "A first message waits."
    assert len(practice_file.content["steps"]) == 3


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("stage:", "stagge:", "7: stagge: Unknown key “stagge”. Did you mean “stage”?"),
        ("kind: technique", "kind: rumour", "6: kind: “rumour” is not allowed here"),
        ("kind: technique", "kind: !!python/object:os.system x", "6: kind: Tags (“tag:yaml.org,2002:python/object:os"),
        ("kind: technique", "kind: &k technique", "6: kind: Anchors (“&k”) are not allowed"),
        ("kind: technique", "kind: technique\nkind: tool", "7: kind: The key “kind” is already on line 6"),
        ("harms: [grooming]", "harms: grooming", "8: harms: Enter a list"),
        ("title: Slow", "title: Slow \u202e", "5: title: There is an invisible character here (U+202E)"),
        ("A first", "A \u202e first", "21: summary: There is an invisible character here (U+202E)"),
        ("    before: 4.10\n", "", "9: effects: Enter what was measured, and the numbers before and after."),
        ("    before: 4.10", "    before: <b>", "9: effects: Write a number"),
        ("label: TLP:GREEN", "label: secret", "3: label: “secret” is not allowed here. Use one of: TLP:CLEAR"),
        ("language: en", "language: English!", "4: language: Enter the code of the language"),
        ("language: en", "key: mine", "4: key: “mine” is not the key of a practice."),
        ("language: en", "version: -1", "4: version: Enter the version as a whole number from 1."),
        ("language: en", "expires_on: tomorrow", "4: expires_on: Enter the date in this form: 2026-08-14."),
        ("language: en", "readers: everybody", "4: readers: Only these keys are allowed here: organisations"),
        ("language: en", "relations: [{kind: hates, practice: x}]", "4: relations[0]: A relation has a kind (derives"),
        ("format: 1", "format: 2", "2: format: This portal reads format 1."),
        ("# Slow the", "# Slow down the", "19: title: This title differs from “title” in the front matter."),
        ("> **TLP:GREEN**\n\n#", "> **TLP:RED**\n\n#", "17: label: This file also has the label TLP:GREEN."),
        ("## Steps", "## Summary", "25: summary: “Summary” is already on line 21. Keep one of the two."),
        ("1. (starts)", "Somehow:\n1. (starts)", "27: steps: Write the steps as a list"),
        ("---\n\n", "\n\n", "1: The front matter that begins here has no end"),
        ("## Summary", "Before everything.\n\n## Summary", "23: summary: “Summary” is already on line 21."),
    ],
)  # fmt: skip
def test_a_fault_is_reported_with_its_line_and_field(old: str, new: str, message: str) -> None:
    assert first_fault(old, new).startswith(message)


def test_every_fault_is_reported_at_once_and_in_order() -> None:
    text = FILE.replace("kind:", "kinds:").replace("4.10", "much").replace("A first", "A\u2066")

    assert [(fault.line, fault.path) for fault in faults(text)] == [
        (6, "kinds"),
        (9, "effects"),
        (21, "summary"),
    ]


def test_a_bomb_of_anchors_is_refused_where_it_stands() -> None:
    bomb = "---\na: &a [x, x]\n" + "".join(
        f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdef", "bcdefg", strict=True)
    )

    messages = [str(fault) for fault in faults(bomb + "---\n")]

    assert any("Aliases (“*a”) are not allowed" in message for message in messages)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "1: The file is empty."),
        (b"---\n---\ntext", "1: There is nothing between the two lines"),
        (b"---\n- a\n---\n", "2: Between the two lines"),
        (b"---\na: " + b"[" * 30 + b"\n---\n", "2: The file is nested deeper"),
        (b"---\na: " + b"[" * 5000 + b"\n---\n", "2: The file is nested deeper"),
        (b"---\na: [1\n---\n", "2: This is not YAML"),
        (b"---\na: " + b"x" * 66_000 + b"\n---\n", "1: The front matter is larger than 64 kB"),
        (b"---\na: [" + b"1," * 5_001 + b"]\n---\n", "2: The file contains more than 5000 values"),
        (b"title\n\xff\xfe", "2: This is not UTF-8"),
        (b"PK\x03\x04\x00", "1: This is not a text"),
        (b"x" * (1024 * 1024 + 1), "1: The file is larger than 1 MB"),
    ],
)
def test_what_is_no_such_file_is_refused(raw: bytes, message: str) -> None:
    assert any(f"{fault.line}: {fault.message}".startswith(message) for fault in faults(raw)), faults(raw)


def test_scripts_stay_text_and_are_reported() -> None:
    acting = '<script>alert(1)</script> [a](javascript:alert(1) "t") ![x](https://example.org/x.png) `<b>`'

    practice_file = parse_practice_file(FILE.replace("A first message waits.", acting))

    assert practice_file.content["summary"] == acting
    assert [note.line for note in practice_file.notes if note.line == 23] == [23, 23, 23]
