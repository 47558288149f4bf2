"""A practice becomes a file and the file the same practice, for any text that people write."""

from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.kernel.text import clean_line, foreign_letter
from practices.content import clean_content
from practices.enums import ClassOutcome, Label, RelationKind, StepBy
from practices.fields import FIELDS, Field, FieldType
from practices.files import FileRelation, Handling, format_markdown, parse_practice_file
from practices.files.model import FileReaders
from practices.files.vocabulary import HEADINGS

# What a text may hold that a file is made of: headings of ours, fences, rules, front matter, labels, list items.
NASTY = [
    "", "   ", "---", "...", "```", "~~~", "***", "# Title", "## Goal", "##  goal ##", "\\## Goal", "\\\\## Goal",
    "## Something else", "## Цель", "Goal\n----", "key: value", "- a: [b", "&a *a !!python/object:x {", "> **TLP:RED**",
    "> TLP:CLEAR", "1. (person) It waits.", "2) x", "    ## Steps", "\t- tab",
    "<script>alert(1)</script>", "<!--", "-->",
    "[a](javascript:alert(1) \"title\")", "\u2028line\u2029", "\u00a0", "ё́ e\u0301", "|a|b|\n|-|-|",
    "\\", "\"", "'", "#",
    *(f"## {words}" for every in HEADINGS.values() for words in every),
]  # fmt: skip
_BIDI = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
_VISIBLE = st.characters(exclude_categories=["C", "Z"], include_characters=" ")
_LINES = st.text(_VISIBLE, max_size=40).filter(lambda text: bool(text.strip()))
_NAMES = _LINES.map(clean_line).filter(lambda name: foreign_letter(name) is None)
_WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=_BIDI), max_size=60)
_TEXTS = st.lists(st.one_of(st.sampled_from(NASTY), _WORDS), max_size=8).map("\n".join)
_NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=4).map(str)

_CLASS = {
    "key": st.from_regex(r"[a-zA-Zж0-9][a-z0-9_.+-]{0,5}", fullmatch=True),
    "title": _NAMES,
    "outcome": st.sampled_from(ClassOutcome.values),
    "meaning": st.just("") | _LINES,
    "follows": st.just("") | _LINES,
}
_SCORE = {
    "name": _LINES,
    "class": st.just("") | _LINES,
    "precision": st.decimals(0, 1, places=3).map(str),
    "rows": st.just("") | _NUMBERS,
    "on": st.just("") | st.dates().map(str),
    "by": st.just("") | _LINES,
}


def _with_known_classes(content: dict[str, Any]) -> dict[str, Any]:
    """Each example bears a class of the policy; without classes there are none."""
    keys = [row["key"] for row in content["classes"] or []]
    rows = [
        {**row, "class": keys[place % len(keys)]}
        for place, row in enumerate(content["examples"] or [])
        if keys
    ]
    return {**content, "examples": rows}


def values(field: Field) -> st.SearchStrategy[Any]:
    """Something that the field may hold, or nothing."""
    choices = list(field.choices.values) if field.choices else []
    keys = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,5})?", fullmatch=True) | st.sampled_from(
        ["no", "null", "1e5"]
    )
    number = {"what": _LINES, "unit": st.just("") | _LINES, "before": _NUMBERS, "after": _NUMBERS}
    strategies: dict[FieldType, st.SearchStrategy[Any]] = {
        FieldType.LINE: _NAMES if field.key == "title" else _LINES,
        FieldType.TEXT: _TEXTS,
        FieldType.CHOICE: st.sampled_from(choices or [""]),
        FieldType.CHOICES: st.lists(st.sampled_from(choices or [""])),
        FieldType.KEYS: st.lists(keys, max_size=5),
        FieldType.DATE: st.dates().map(str),
        FieldType.NUMBER: _NUMBERS,
        FieldType.SHARE: st.decimals(0, 1, places=3).map(str),
        FieldType.STEPS: st.lists(
            st.fixed_dictionaries({"text": _TEXTS, "by": st.sampled_from(StepBy.values)}), max_size=4
        ),
        FieldType.EFFECTS: st.lists(st.fixed_dictionaries(number), max_size=3),
        FieldType.CLASSES: st.lists(
            st.fixed_dictionaries(_CLASS), max_size=4, unique_by=lambda row: row["key"]
        ),
        FieldType.EXAMPLES: st.lists(st.fixed_dictionaries({"text": _LINES}), max_size=4),
        FieldType.SCORES: st.lists(st.fixed_dictionaries(_SCORE), max_size=3),
    }
    return st.none() | strategies[field.field_type]


CONTENTS = (
    st.fixed_dictionaries({field.key: values(field) for field in FIELDS})
    .map(_with_known_classes)
    .map(clean_content)
)
_IDS = st.uuids().map(str)
HANDLINGS = st.builds(
    Handling,
    label=st.sampled_from(Label.values),
    language=st.sampled_from(["en", "ru", "no", "fr"]),
    key=_IDS,
    version=st.none() | st.integers(1, 999),
    source=_LINES.map(clean_line),
    expires_on=st.just("") | st.dates().map(str),
    readers=st.builds(FileReaders, organisations=st.lists(st.sampled_from(["beacon", "no"])).map(tuple)),
    relations=st.lists(st.builds(FileRelation, st.sampled_from(RelationKind.values), _IDS), max_size=3).map(
        tuple
    ),
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=CONTENTS, handling=HANDLINGS)
def test_nothing_is_lost_in_a_file(content: dict[str, Any], handling: Handling) -> None:
    written = format_markdown(content, handling)

    practice_file = parse_practice_file(written.encode())

    assert dict(practice_file.content) == content
    assert practice_file.handling == handling
    assert format_markdown(practice_file.content, practice_file.handling) == written
    assert_other_readers_agree(written, content)


def assert_other_readers_agree(text: str, content: dict[str, Any]) -> None:
    """Any reader of YAML finds the same words in the front matter."""
    front_matter = yaml.safe_load(text.split("\n---\n")[0].removeprefix("---\n"))
    for key in ("title", "licence", "kind", "harms", "age_bands"):
        assert front_matter.get(key) == content.get(key)
    rows = [(row["what"], row.get("unit")) for row in front_matter.get("effects", [])]
    assert rows == [(row["what"], row.get("unit")) for row in content.get("effects", [])]


def test_fifty_generated_practices_are_byte_equal_on_the_second_export() -> None:
    seen: list[str] = []

    @settings(max_examples=50, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(content=CONTENTS.filter(bool), handling=HANDLINGS)
    def exported_twice(content: dict[str, Any], handling: Handling) -> None:
        first = format_markdown(content, handling).encode()
        practice_file = parse_practice_file(first)
        assert format_markdown(practice_file.content, practice_file.handling).encode() == first
        seen.append(practice_file.handling.key)

    exported_twice()
    assert len(seen) >= 50


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    content = clean_content(
        {"title": "It waits", "summary": "First.\n\nSecond.", "steps": [{"text": "a\n\nb"}]}
    )
    written = format_markdown(content, Handling(label="green", language="en"))

    practice_file = parse_practice_file(b"\xef\xbb\xbf" + written.replace("\n", "\r\n").encode())

    assert dict(practice_file.content) == content
