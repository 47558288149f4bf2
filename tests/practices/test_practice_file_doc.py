"""The description of the file of a practice: its example is right, and no key, heading or word is left out."""

import re
from pathlib import Path

import pytest

import practices
from practices.content import missing_from
from practices.fields import FIELD, FIELDS, Type
from practices.files import read, write
from practices.files.front_matter import HANDLING_KEYS
from practices.files.labels import LABEL_NAMES
from practices.files.words import ACTORS, HEADINGS

DOC = (Path(practices.__file__).parents[1] / "docs" / "how-to" / "practice-file.md").read_text("utf-8")
EXAMPLE = re.findall(r"```markdown\n(.*?)```", DOC, re.DOTALL)[0]


def test_the_example_is_right_and_complete() -> None:
    found = read(EXAMPLE)

    assert (missing_from(found.content), found.notes) == ([], ())
    assert [step["by"] for step in found.content["steps"]] == ["starts", "automatic", "person"]
    assert LABEL_NAMES[found.handling.label] == "TLP:AMBER"


def test_the_example_is_as_the_portal_writes_it() -> None:
    found = read(EXAMPLE)

    assert write(found.content, found.handling) == EXAMPLE


@pytest.mark.parametrize("key", [*FIELD, *HANDLING_KEYS])
def test_every_key_is_described(key: str) -> None:
    assert f"`{key}`" in DOC


@pytest.mark.parametrize(
    "field", [field for field in FIELDS if field.holds in (Type.ONE, Type.SOME)], ids=str
)
def test_every_word_is_described(field: object) -> None:
    choices = getattr(field, "choices", None)
    assert [word for word in choices.values if f"`{word}`" not in DOC] == []  # type: ignore[union-attr]  # these have some


@pytest.mark.parametrize("key", HEADINGS)
def test_the_headings_that_are_written_are_described(key: str) -> None:
    english, russian = HEADINGS[key][:2]
    assert f"| `{key}` | {english} | {russian} |" in DOC


def test_the_words_for_who_takes_a_step_are_described() -> None:
    assert [word for every in ACTORS.values() for word in every if f"`{word}`" not in DOC] == []
