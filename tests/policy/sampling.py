"""Which actors are asked for a line: one for each distinct answer; with `--full` all of them.

Who of several stands for the others follows from the line, the method and the letter alone: each run asks the same, and
over all lines everybody comes up. From whom a record is hidden is asked most closely by the method that shows it to
others: a post looks for its record where the page does.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol
from zlib import crc32

from tests.policy.rows import ACTORS

RIVAL, MEMBERS = ("carol",), ("vera", "alice", "sven", "bob", "carol", "petra")
AURORA, SECRETARIAT = ("alice", "sven", "bob"), ("rita", "mona", "otto")
CLOSED = ("selma", "emil", "ines")


class HasExpectedAnswers(Protocol):
    """A line of the table of pages, or of that of the API."""

    def expected(self, method: str) -> dict[str, str]: ...


def actors_to_ask(line: HasExpectedAnswers, method: str, *, full: bool = False) -> tuple[str, ...]:
    """One actor for each letter of the row, two or more from whom the page is hidden; all when `full`."""
    expected = line.expected(method)
    if full:
        return ACTORS
    chosen: set[str] = set()
    for letter in dict.fromkeys(expected.values()):
        group = [name for name, its in expected.items() if its == letter]
        key = f"{line}|{method}|{letter}"
        is_sampled = letter == "4" and asks_closely(line, method)
        chosen |= _sample_hidden(group, expected, key) if is_sampled else {_one_of(group, key)}
    return tuple(name for name in ACTORS if name in chosen)


def asks_closely(line: HasExpectedAnswers, method: str) -> bool:
    """Whether it is by this method that the line hides its record: by GET, unless GET shows it to nobody."""
    return method == "GET" or not {"o", ">"}.intersection(line.expected("GET").values())


def strangest(hidden_from: Sequence[str]) -> Sequence[str]:
    """Who of those from whom a record is hidden asks for one that does not exist, too: the rival, if asked."""
    return [name for name in hidden_from if name in RIVAL] or hidden_from[:1]


def _sample_hidden(group: Sequence[str], expected: Mapping[str, str], key: str) -> set[str]:
    """For Aurora's the rival, or else one of the members; a colleague of somebody who sees it; one of all others."""
    is_auroras = any(expected[name] != "4" for name in AURORA)
    divided = [firm for firm in (AURORA, SECRETARIAT) if len({expected[name] == "4" for name in firm}) == 2]
    chosen: set[str] = set()
    for camp in (RIVAL if is_auroras else MEMBERS, *divided, (*SECRETARIAT, *CLOSED)):
        candidates = [name for name in group if name in camp]
        if candidates and not chosen.intersection(candidates):
            chosen.add(_one_of(candidates, key))
    rest = [name for name in group if name not in chosen]
    return chosen | {_one_of(rest, key)} if rest and len(chosen) < 2 else chosen


def _one_of(names: Collection[str], key: str) -> str:
    return sorted(names)[crc32(key.encode()) % len(names)]
