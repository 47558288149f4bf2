"""How the keys of a charter's versions follow from one another: continued, renamed, split or merged.

What keeps its key continues; a mapping says what was renamed, split or merged. One to one, a series goes on;
at a split or a merge it breaks.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class VersionMapping:
    """From one version to the next: what each key became, and what it came from."""

    earlier: Collection[str]
    later: Collection[str]
    changes: Collection[tuple[str, str]] = ()
    # keys that no longer count the same quantity: another type of value, another unit
    other: Collection[str] = ()
    # changes that break the series although one key became one
    breaks: Collection[tuple[str, str]] = ()

    @cached_property
    def _links(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        before: dict[str, set[str]] = {}
        after: dict[str, set[str]] = {}
        unchanged_keys = {(key, key) for key in self.earlier if key in self.later}
        for earlier, later in unchanged_keys | set(self.changes):
            before.setdefault(later, set()).add(earlier)
            after.setdefault(earlier, set()).add(later)
        return before, after

    def earlier_keys(self, key: str) -> set[str]:
        """The earlier keys that this later one came from."""
        return self._links[0].get(key, set())

    def later_keys(self, key: str) -> set[str]:
        """The later keys that this earlier one became."""
        return self._links[1].get(key, set())

    def successor(self, key: str) -> str | None:
        """The later key that this one became and that nothing else became: one to one, or None."""
        return self._successors.get(key)

    @cached_property
    def _successors(self) -> dict[str, str]:
        """By earlier key, where there is one: a large alliance asks for the same few of thousands of pledges."""
        before, after = self._links
        return {
            earlier: later
            for earlier, later_keys in after.items()
            for later in later_keys
            if len(later_keys) == len(before[later]) == 1
        }

    def origin(self, key: str) -> tuple[str | None, bool]:
        """The earlier key whose figures precede those of this one, and whether the series breaks between.

        Of several that were merged it is the one that kept its key, or none.
        """
        earlier_keys = self.earlier_keys(key)
        if not earlier_keys:
            return None, False
        if key in self.other:
            return None, True
        earlier = next(iter(earlier_keys)) if len(earlier_keys) == 1 else key if key in earlier_keys else None
        breaks = earlier is None or self.successor(earlier) != key or (earlier, key) in self.breaks
        return earlier, breaks


@dataclass(frozen=True)
class KeyHistory:
    """One key back through the versions: under which key each asked for it, and where the series breaks."""

    key: str
    keys: Mapping[int, str] = field(default_factory=dict)  # by version
    series_breaks: frozenset[int] = frozenset()  # versions that begin with a break

    @property
    def is_plain(self) -> bool:
        """It was always asked for under this key, and never broke."""
        return not self.series_breaks and set(self.keys.values()) <= {self.key}

    def key_in(self, version: int) -> str | None:
        return self.keys.get(version)

    def breaks_at(self, version: int, before: int | None) -> bool:
        """Whether the series breaks between a figure of version `earlier_keys` and one of `version`.

        Without a figure before it, only where the version itself has cut off what came before.
        """
        if before is None:
            return version in self.series_breaks and version == min(self.keys, default=version)
        return any(before < later_version <= version for later_version in self.series_breaks)


def key_history(key: str, versions: Sequence[int], mappings: Sequence[VersionMapping]) -> KeyHistory:
    """Follow a key from the first of `versions` (the latest) back; passage n leads to version n."""
    current_key: str | None = key
    keys, breaks = {versions[0]: key}, set()
    for later, earlier, passage in zip(versions, versions[1:], mappings, strict=False):
        assert current_key is not None
        current_key, broken = passage.origin(current_key)
        if broken:
            breaks.add(later)
        if current_key is None:
            break
        keys[earlier] = current_key
    return KeyHistory(key, keys, frozenset(breaks))
