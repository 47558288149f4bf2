"""What a practice says, read into its one true form, or refused with every fault at once."""

from typing import Any

import pytest

from portal.kernel.errors import Faults
from practices.content import clean_content, missing_fields

GOOD: dict[str, Any] = {
    "title": "Slow the first  message",
    "kind": "technique",
    "stage": "proven",
    "harms": ["grooming", "grooming"],
    "service_kinds": ["game", "messenger"],
    "summary": "A first message waits.\r\nThe sender is not told.",
    "steps": [{"text": "It waits two minutes.", "by": "automatic"}, {"text": ""}],
    "effects": [{"what": "Unwanted contact", "unit": "in 10,000", "before": "4.10", "after": 1.6}],
    "precision": "0.830",
    "tested_on": "2026-05-31",
    "permitted_use": "adapt",
}


def faults(**changes: Any) -> dict[str, str]:
    with pytest.raises(Faults) as refusal:
        clean_content({**GOOD, **changes})
    return {key: str(sentence) for key, sentence in refusal.value.faults.items()}


def test_content_has_one_true_form() -> None:
    cleaned = clean_content(GOOD)

    assert cleaned["title"] == "Slow the first message"
    assert cleaned["harms"] == ["grooming"]
    assert cleaned["service_kinds"] == ["messenger", "game"]
    assert cleaned["summary"] == "A first message waits.\nThe sender is not told."
    assert cleaned["steps"] == [{"text": "It waits two minutes.", "by": "automatic"}]
    assert (cleaned["precision"], cleaned["effects"][0]["before"]) == ("0.830", "4.10")
    assert clean_content(cleaned) == cleaned


def test_what_is_empty_is_left_out_and_what_is_needed_is_named() -> None:
    cleaned = clean_content({"title": "", "harms": [], "summary": "  "})

    assert cleaned == {}
    assert [field.key for field in missing_fields(cleaned)] == [
        "title", "kind", "stage", "harms", "summary", "permitted_use",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("colour", "red", "no such field"),
        ("title", "Slow \u202e it", "invisible character here (U+202E)"),
        ("title", ["a"], "Enter a text"),
        ("summary", "x" * 1201, "Shorten the text by 1: 1201 characters, at most 1200"),
        ("summary", "a\u202eb", "U+202E"),
        ("summary", "a\x00b", "U+0000"),
        ("kind", "rumour", "“rumour” is not allowed here. Use one of: technique"),
        ("service_kinds", ["fax"], "“fax” is not allowed here"),
        ("service_kinds", "messenger", "Enter a list"),
        ("harms", ["Grooming!"], "is not a valid key"),
        ("harms", [f"h{number}" for number in range(13)], "at most 12 entries"),
        ("precision", "1.5", "share from 0 to 1"),
        ("sample_size", "NaN", "Write a number"),
        ("sample_size", "1e999999", "Write a number"),
        ("tested_on", "31.05.2026", "2026-08-14"),
        ("steps", [{"text": "It waits.", "by": "magic"}], "“magic” is not allowed here"),
        ("steps", [{"words": "It waits."}], "these keys are allowed here: text, by"),
        ("effects", [{"what": "Contact"}], "the numbers before and after"),
    ],
)
def test_a_fault_is_reported_under_its_field(key: str, value: Any, sentence: str) -> None:
    assert sentence in faults(**{key: value})[key]


def test_every_fault_is_reported_at_once() -> None:
    assert set(faults(colour="red", kind="rumour", precision="2")) == {"colour", "kind", "precision"}
