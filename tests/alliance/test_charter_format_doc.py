"""The description of the charter file: its example is right, and no key, unit or value is left out."""

import re
from pathlib import Path

import pytest

import alliance
from alliance.charter_file import limits, read_charter, schema
from alliance.enums import (
    Aggregation,
    Direction,
    Disclosure,
    IndicatorScope,
    IndicatorType,
    SignatureRule,
    Unit,
    ValueType,
)
from alliance.services.ownership import MOST_SERVICES

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
    "words",
    [Unit, ValueType, Direction, IndicatorScope, Aggregation, Disclosure, IndicatorType, SignatureRule],
)
def test_every_word_is_described(words: type[Unit]) -> None:
    assert [word for word in words.values if f"`{word}`" not in DOC] == []


def test_every_limit_is_stated_as_it_is() -> None:
    table = DOC.partition("| what | at least | at most |")[2]
    rows = re.findall(r"^\| (.+) \| ([\d,]+) \| ([\d,]+) \|$", table, re.MULTILINE)
    stated = {what: (int(least.replace(",", "")), int(most.replace(",", ""))) for what, least, most in rows}

    assert stated == dict(limits.TABLE)
    assert f"there can be {MOST_SERVICES} at a time" in DOC


def test_no_reader_has_a_limit_of_its_own() -> None:
    """Every list, text and number of the file takes its limit from the one table."""
    source = Path(schema.__file__).read_text("utf-8")
    assert re.findall(r"(?:list_of|integer|text)\([^()]*\d{2,}", source) == []
