"""From version to version: continued, renamed, split, merged."""

import pytest

from alliance.validators.lineage import Passage, Trace, trace_back

ALL = frozenset({"one", "two", "three"})


def passage(later: str, *changes: tuple[str, str], other: tuple[str, ...] = ()) -> Passage:
    return Passage(ALL, frozenset(later.split()), changes, other)


@pytest.mark.parametrize(
    ("key", "step", "origin"),
    [
        ("one", passage("one two three"), ("one", False)),
        ("first", passage("first two three", ("one", "first")), ("one", False)),
        ("new", passage("one two three new"), (None, False)),
        # split: in two new ones, or off one that stays
        ("left", passage("left right", ("one", "left"), ("one", "right")), ("one", True)),
        ("left", passage("one left", ("one", "left")), ("one", True)),
        ("one", passage("one left", ("one", "left")), ("one", True)),
        # merged: in a new one, or into one that stays
        ("both", passage("both", ("one", "both"), ("two", "both")), (None, True)),
        ("one", passage("one three", ("two", "one")), ("one", True)),
        # the same key counts something else
        ("one", passage("one two", other=("one",)), (None, True)),
    ],
)
def test_a_key_comes_from_one_goes_on_or_breaks(
    key: str, step: Passage, origin: tuple[str | None, bool]
) -> None:
    assert step.origin(key) == origin


@pytest.mark.parametrize(
    ("key", "step", "successor"),
    [
        ("one", passage("one two"), "one"),
        ("one", passage("first two", ("one", "first")), "first"),
        ("three", passage("one two"), None),
        ("one", passage("left right", ("one", "left"), ("one", "right")), None),
        ("one", passage("both", ("one", "both"), ("two", "both")), None),
    ],
)
def test_a_key_has_a_successor_only_one_to_one(key: str, step: Passage, successor: str | None) -> None:
    assert step.successor(key) == successor


def trace(*steps: Passage) -> Trace:
    return trace_back("c", [3, 2, 1], steps)


def test_a_trace_goes_back_through_several_versions() -> None:
    found = trace(Passage(["b"], ["c"], [("b", "c")]), Passage(["a"], ["b"], [("a", "b")]))
    assert (found.keys, found.seams, found.is_plain) == ({3: "c", 2: "b", 1: "a"}, frozenset(), False)


def test_a_trace_breaks_where_one_version_split() -> None:
    found = trace(Passage(["b"], ["c"], [("b", "c")]), Passage(["a"], ["b", "x"], [("a", "b"), ("a", "x")]))
    assert found.keys == {3: "c", 2: "b", 1: "a"}
    assert [found.broken_at(3, 2), found.broken_at(2, 1), found.broken_at(3, 1), found.broken_at(2, None)] == [
        False, True, True, False
    ]  # fmt: skip


def test_a_trace_ends_where_several_became_one() -> None:
    found = trace(Passage(["b"], ["c"], [("b", "c")]), Passage(["a", "x"], ["b"], [("a", "b"), ("x", "b")]))
    assert found.keys == {3: "c", 2: "b"}
    assert [found.broken_at(2, None), found.broken_at(3, 2), found.broken_at(3, None)] == [True, False, False]
