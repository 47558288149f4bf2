"""The hashes of a practice from version to version: which are listed now, and which a later version dropped.

A receiver of STIX never sees an object again once it is revoked, so a hash that comes back is another object: `since`
tells the two apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from practices.enums import HashAlgorithm

# of perceptual hashes no indicator is made: nothing equals them
EXCHANGED = (HashAlgorithm.MD5, HashAlgorithm.SHA1, HashAlgorithm.SHA256)


@dataclass(frozen=True, slots=True)
class HashList:
    """The hashes of one list."""

    title: str
    algorithm: str
    hashes: Sequence[str]


@dataclass(frozen=True, slots=True)
class VersionHashes:
    """The hash lists of one version; `number` is 0 for a working copy."""

    number: int
    shared_at: datetime
    lists: Sequence[HashList]


@dataclass(frozen=True, slots=True)
class ListedHash:
    """A hash of a cryptographic list; `since` is the version that brought it back, 0 where it never was away."""

    title: str
    algorithm: HashAlgorithm
    value: str
    since: int = 0
    dropped_at: datetime | None = None

    @property
    def part(self) -> str:
        """By which its objects are named, the same in each version."""
        name = f"{self.algorithm.value}:{self.value}"
        return f"{name}:{self.since}" if self.since else name


def hash_history(versions: Iterable[VersionHashes]) -> tuple[list[ListedHash], list[ListedHash]]:
    """The hashes of the last version, each once with the title of its first list, and those dropped before it.

    `versions` in their order. A hash that was dropped twice is there twice.
    """
    current: dict[tuple[HashAlgorithm, str], ListedHash] = {}
    dropped: list[ListedHash] = []
    known = set[tuple[HashAlgorithm, str]]()
    for version in versions:
        titles = _titles(version.lists)
        dropped += [
            replace(row, dropped_at=version.shared_at) for key, row in current.items() if key not in titles
        ]
        current = {
            (algorithm, value): ListedHash(
                title,
                algorithm,
                value,
                _since(current.get((algorithm, value)), (algorithm, value) in known, version),
            )
            for (algorithm, value), title in titles.items()
        }
        known |= current.keys()
    return list(current.values()), dropped


def _since(before: ListedHash | None, is_known: bool, version: VersionHashes) -> int:
    if before is not None:
        return before.since
    return version.number if is_known else 0


def _titles(lists: Iterable[HashList]) -> dict[tuple[HashAlgorithm, str], str]:
    titles: dict[tuple[HashAlgorithm, str], str] = {}
    for each in lists:
        if each.algorithm in EXCHANGED:
            for value in each.hashes:
                titles.setdefault((HashAlgorithm(each.algorithm), value), each.title)
    return titles
