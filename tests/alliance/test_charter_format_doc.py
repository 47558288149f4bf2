"""The description of the charter file: its example is right, and no key, unit or value is left out."""

import re
from pathlib import Path

import pytest

import alliance
from alliance.charter_file import read_charter, schema
from alliance.enums import Aggregation, Direction, Disclosure, IndicatorScope, IndicatorType, Unit, ValueType

DOC = (Path(alliance.__file__).parents[1] / "docs" / "how-to" / "charter-format.md").read_text("utf-8")
KEYS = sorted(set(re.findall(r'"(\w+)": KeySpec\(', Path(schema.__file__).read_text("utf-8"))))


def test_the_example_is_right() -> None:
    example, _mapping = re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL)
    assert [indicator.code for indicator in read_charter(example.encode()).indicators()] == [
        "1.1.a",
        "1.1.b",
        "1.1.c",
    ]


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_described(key: str) -> None:
    assert f"`{key}`" in DOC


@pytest.mark.parametrize(
    "words", [Unit, ValueType, Direction, IndicatorScope, Aggregation, Disclosure, IndicatorType]
)
def test_every_word_is_described(words: type[Unit]) -> None:
    assert [word for word in words.values if f"`{word}`" not in DOC] == []
