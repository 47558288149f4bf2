"""The hashes of a practice from version to version: which are listed now, and which a later version dropped.

A receiver of STIX never sees an object again once it is revoked, so a hash that comes back is another object: `since`
tells the two apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from practices.enums import HashAlgorithm

# of perceptual hashes no indicator is made: nothing equals them
EXCHANGED = (HashAlgorithm.MD5, HashAlgorithm.SHA1, HashAlgorithm.SHA256)
MOST_HASHES = 20_000  # that leave of one version; how many are left out is named


@dataclass(frozen=True, slots=True)
class HashList:
    """A list of so many hashes, each once. They are read when they are needed, for lists may be long and many."""

    title: str
    algorithm: str
    count: int
    read: Callable[[], Sequence[str]]


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


@dataclass(frozen=True, slots=True)
class HashHistory:
    """The hashes of the last version, each once with the title of its first list, and those dropped before it.

    A hash that was dropped twice is there twice. `left_out`: how many more the lists of the last version have.
    """

    current: Sequence[ListedHash]
    dropped: Sequence[ListedHash]
    left_out: int


def hash_history(versions: Iterable[VersionHashes]) -> HashHistory:
    """What leaves of these versions, in their order.

    Each is cut to its first MOST_HASHES before it is compared with the one before: what an export has once given out is
    either listed in a later one or revoked there. A version with the lists of the one before is not read again.
    """
    current: dict[tuple[HashAlgorithm, str], ListedHash] = {}
    dropped: list[ListedHash] = []
    known = set[tuple[HashAlgorithm, str]]()
    lists: list[HashList] = []
    left_out = 0
    for version in versions:
        exchanged = [each for each in version.lists if each.algorithm in EXCHANGED]
        if exchanged == lists:
            continue
        lists = exchanged
        titles, left_out = _titles(lists)
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
    return HashHistory(list(current.values()), dropped, left_out)


def _since(before: ListedHash | None, is_known: bool, version: VersionHashes) -> int:
    if before is not None:
        return before.since
    return version.number if is_known else 0


def _titles(lists: Iterable[HashList]) -> tuple[dict[tuple[HashAlgorithm, str], str], int]:
    """The first hashes of these lists with their titles, and how many more there are: a list not read says its own."""
    titles: dict[tuple[HashAlgorithm, str], str] = {}
    left_out = 0
    for each in lists:
        left_out += each.count
        # since a list has each hash once, its first ones are enough to fill what leaves
        for value in each.read()[:MOST_HASHES] if len(titles) < MOST_HASHES else ():
            key = (HashAlgorithm(each.algorithm), value)
            if key in titles or len(titles) < MOST_HASHES:
                titles.setdefault(key, each.title)
                left_out -= 1
    return titles, left_out
