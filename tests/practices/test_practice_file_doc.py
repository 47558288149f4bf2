"""The description of the file of a practice: its example is right, and no key, heading or word is left out."""

import re
from pathlib import Path

import pytest

import practices
from practices.content import missing_fields
from practices.fields import FIELDS, FIELDS_BY_KEY, FieldType
from practices.files import format_markdown, parse_practice_file
from practices.files.front_matter import HANDLING_KEYS
from practices.files.labels import LABEL_NAMES
from practices.files.vocabulary import HEADINGS, STEP_BY_WORDS

DOC = (Path(practices.__file__).parents[1] / "docs" / "how-to" / "practice-file.md").read_text("utf-8")
EXAMPLE = re.findall(r"```markdown\n(.*?)```", DOC, re.DOTALL)[0]


def test_the_example_is_right_and_complete() -> None:
    practice_file = parse_practice_file(EXAMPLE)

    assert (missing_fields(practice_file.content), practice_file.notes) == ([], ())
    assert [step["by"] for step in practice_file.content["steps"]] == ["starts", "automatic", "person"]
    assert LABEL_NAMES[practice_file.handling.label] == "TLP:AMBER"


def test_the_example_is_as_the_portal_writes_it() -> None:
    practice_file = parse_practice_file(EXAMPLE)

    assert format_markdown(practice_file.content, practice_file.handling) == EXAMPLE


@pytest.mark.parametrize("key", [*FIELDS_BY_KEY, *HANDLING_KEYS])
def test_every_key_is_described(key: str) -> None:
    assert f"`{key}`" in DOC


@pytest.mark.parametrize(
    "field", [field for field in FIELDS if field.field_type in (FieldType.CHOICE, FieldType.CHOICES)], ids=str
)
def test_every_word_is_described(field: object) -> None:
    choices = getattr(field, "choices", None)
    assert [word for word in choices.values if f"`{word}`" not in DOC] == []


@pytest.mark.parametrize("key", HEADINGS)
def test_the_headings_that_are_written_are_described(key: str) -> None:
    english, russian = HEADINGS[key][:2]
    assert f"| `{key}` | {english} | {russian} |" in DOC


def test_the_words_for_who_takes_a_step_are_described() -> None:
    assert [word for every in STEP_BY_WORDS.values() for word in every if f"`{word}`" not in DOC] == []
