"""From version to version: continued, renamed, split, merged."""

import pytest

from alliance.validators.lineage import KeyHistory, VersionMapping, key_history

ALL = frozenset({"one", "two", "three"})


def mapping(later: str, *changes: tuple[str, str], other: tuple[str, ...] = ()) -> VersionMapping:
    return VersionMapping(ALL, frozenset(later.split()), changes, other)


@pytest.mark.parametrize(
    ("key", "step", "origin"),
    [
        ("one", mapping("one two three"), ("one", False)),
        ("first", mapping("first two three", ("one", "first")), ("one", False)),
        ("new", mapping("one two three new"), (None, False)),
        # split: in two new ones, or off one that stays
        ("left", mapping("left right", ("one", "left"), ("one", "right")), ("one", True)),
        ("left", mapping("one left", ("one", "left")), ("one", True)),
        ("one", mapping("one left", ("one", "left")), ("one", True)),
        # merged: in a new one, or into one that stays
        ("both", mapping("both", ("one", "both"), ("two", "both")), (None, True)),
        ("one", mapping("one three", ("two", "one")), ("one", True)),
        # the same key counts something else
        ("one", mapping("one two", other=("one",)), (None, True)),
    ],
)
def test_a_key_comes_from_one_goes_on_or_breaks(
    key: str, step: VersionMapping, origin: tuple[str | None, bool]
) -> None:
    assert step.origin(key) == origin


@pytest.mark.parametrize(
    ("key", "step", "successor"),
    [
        ("one", mapping("one two"), "one"),
        ("one", mapping("first two", ("one", "first")), "first"),
        ("three", mapping("one two"), None),
        ("one", mapping("left right", ("one", "left"), ("one", "right")), None),
        ("one", mapping("both", ("one", "both"), ("two", "both")), None),
    ],
)
def test_a_key_has_a_successor_only_one_to_one(key: str, step: VersionMapping, successor: str | None) -> None:
    assert step.successor(key) == successor


def history(*steps: VersionMapping) -> KeyHistory:
    return key_history("c", [3, 2, 1], steps)


def test_a_trace_goes_back_through_several_versions() -> None:
    lineage = history(VersionMapping(["b"], ["c"], [("b", "c")]), VersionMapping(["a"], ["b"], [("a", "b")]))
    assert (lineage.keys, lineage.series_breaks, lineage.is_plain) == (
        {3: "c", 2: "b", 1: "a"},
        frozenset(),
        False,
    )


def test_a_trace_breaks_where_one_version_split() -> None:
    lineage = history(
        VersionMapping(["b"], ["c"], [("b", "c")]),
        VersionMapping(["a"], ["b", "x"], [("a", "b"), ("a", "x")]),
    )
    assert lineage.keys == {3: "c", 2: "b", 1: "a"}
    assert [lineage.breaks_at(3, 2), lineage.breaks_at(2, 1), lineage.breaks_at(3, 1), lineage.breaks_at(2, None)] == [
        False, True, True, False
    ]  # fmt: skip


def test_a_trace_ends_where_several_became_one() -> None:
    lineage = history(
        VersionMapping(["b"], ["c"], [("b", "c")]),
        VersionMapping(["a", "x"], ["b"], [("a", "b"), ("x", "b")]),
    )
    assert lineage.keys == {3: "c", 2: "b"}
    assert [lineage.breaks_at(2, None), lineage.breaks_at(3, 2), lineage.breaks_at(3, None)] == [
        True,
        False,
        False,
    ]
