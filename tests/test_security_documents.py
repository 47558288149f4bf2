"""The documents on security: every requirement has its line, every proof is there, and the counts are right."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from portal.local.environment import ROOT

PAGE = (ROOT / "docs" / "security" / "asvs.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "SECURITY.md", *sorted((ROOT / "docs" / "security").glob("*.md"))]
STATES = ("holds", "holds, untested", "does not apply", "not yet", "the operator's")
# Of OWASP ASVS 5.0.0: levels 1 and 2, and nine of level 3; section, then the numbers in it.
NUMBERS = """
1.1:1-2 1.2:1-10 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-5 2.4:1 3.2:1-2 3.3:1-4 3.4:1-6
3.5:1-5 3.7:1-2 4.1:1-3 4.2:1 4.3:1-2 4.4:1-4 5.1:1 5.2:1-6 5.3:1-2 5.4:1-3 6.1:1-3 6.2:1-12
6.3:1-4,7-8 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4 7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-3 7.6:1-2 8.1:1-2
8.2:1-3 8.3:1-2 8.4:1 9.1:1-3 9.2:1-4 10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2
10.7:1-3 11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1 11.6:1 12.1:1-3 12.2:1-2 12.3:1-4 13.1:1
13.2:1-5 13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3 15.3:1-7 16.1:1 16.2:1-5
16.3:1-4 16.4:1-3 16.5:1-3 17.1:1 17.2:1-4 17.3:1-2
"""
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")


def required() -> Iterator[str]:
    for section, ranges in (entry.split(":") for entry in NUMBERS.split()):
        for first, _dash, last in (part.partition("-") for part in ranges.split(",")):
            yield from (f"{section}.{number}" for number in range(int(first), int(last or first) + 1))


def rows() -> list[tuple[str, str, str, str]]:
    return _ROW.findall(PAGE)


def test_every_requirement_stands_there_once_and_in_order() -> None:
    expected = list(required())

    assert len(expected) == 262
    assert [number for number, *_others in rows()] == expected


def test_every_state_is_one_of_the_list_and_the_counts_agree() -> None:
    counted = Counter(state for _number, _subject, state, _proof in rows())
    page_counts = {
        state: int(number) for state, number in re.findall(r"^\| ([a-z, ']+) \| (\d+) \|", PAGE, re.MULTILINE)
    }

    assert page_counts == {**counted, "all": len(rows())}
    assert set(counted) == set(STATES)


def test_what_holds_names_a_test_or_a_document() -> None:
    unproved = [
        number
        for number, _subject, state, proof in rows()
        if state == "holds" and not _TEST.search(proof) and not _LINK.search(proof)
    ]

    assert unproved == []


@cache
def functions_of(path: str) -> set[str]:
    """The tests of a module, by its source."""
    file = ROOT / path
    if not file.exists():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_and_every_file_that_is_named_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    tests = {f"{path}::{name}" for path, name in _TEST.findall(text) if name not in functions_of(path)}
    links = {link for link, heading in _LINK.findall(text) if not leads_somewhere(document, link, heading)}

    assert (tests, links) == (set(), set())


def leads_somewhere(document: Path, link: str, heading: str) -> bool:
    target = (document.parent / link).resolve() if link else document
    if not target.exists() or not heading:
        return target.exists()
    titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    return heading in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
