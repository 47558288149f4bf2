"""What people do by hand and programs do not: docs/api/by-hand.md has every page that takes a post, once."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from tests.policy import CASES
from tests.policy.rows import Case

PAGE = Path(__file__).resolve().parents[2] / "docs/api/by-hand.md"
AREAS = ("workspace", "secretariat")
_TAKEN = set("o>c29")  # the letters of a post that somebody may make


def takes_posts(case: Case) -> bool:
    return bool(_TAKEN & set(case.post))


def pages_with_posts() -> set[str]:
    """The names of the pages of both areas that take a post, without the area."""
    named = [case.route.partition(":") for case in CASES if takes_posts(case)]
    return {name for area, _colon, name in named if area in AREAS}


def listed() -> Iterator[tuple[str, str]]:
    """Each name of the page, or beginning of one, with its section."""
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _newline, rows = section.partition("\n")
        for row in re.findall(r"^\| (`.+?) \| ", rows, re.MULTILINE):
            yield from ((title, name) for name in re.findall(r"`([^`]+)`", row))


def test_every_page_that_takes_a_post_is_done_by_programs_or_says_why_not() -> None:
    """The longest name is meant where several fit: `review-view-keep` is no part of `review-*`."""
    names, patterns = pages_with_posts(), list(listed())
    assert len(names) > 200

    sections = {
        name: {
            title
            for title, pattern in patterns
            if len(pattern) == max(len(each) for _title, each in patterns if fnmatchcase(name, each))
            and fnmatchcase(name, pattern)
        }
        for name in names
        if any(fnmatchcase(name, pattern) for _title, pattern in patterns)
    }

    assert names - set(sections) == set(), "neither done by programs nor said why not, in docs/api/by-hand.md"
    assert {name: titles for name, titles in sections.items() if len(titles) > 1} == {}
    unused = [
        pattern for _title, pattern in patterns if not any(fnmatchcase(name, pattern) for name in names)
    ]
    assert unused == [], "no page has these names any more"
