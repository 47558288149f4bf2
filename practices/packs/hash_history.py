"""The hashes of a practice from version to version: which are listed now, and which a later version dropped.

A receiver of STIX never sees an object again once it is revoked, so a hash that comes back is another object: `since`
tells the two apart.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from practices.enums import HashAlgorithm

# of perceptual hashes no indicator is made: nothing equals them
EXCHANGED = (HashAlgorithm.MD5, HashAlgorithm.SHA1, HashAlgorithm.SHA256)
# What leaves of one version, and what it says of those before; how many are left out is named.
MOST_HASHES = MOST_DROPPED = 20_000

_Key = tuple[HashAlgorithm, str]


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

    A hash that was dropped twice is there twice; of all that were dropped the latest are there. `left_out`: how many
    more the lists of the last version have, at most, since lists that are not read may have the same hashes.
    """

    current: Sequence[ListedHash]
    dropped: Sequence[ListedHash]
    left_out: int
    dropped_left_out: int


def hash_history(versions: Iterable[VersionHashes]) -> HashHistory:
    """What leaves of these versions, in their order.

    Of each at most MOST_HASHES leave: first those that left before and are listed still, then new ones. So what an
    export has given out is in a later one, or in no list any more and revoked there. A version with the lists of the
    one before is not read again.
    """
    current: dict[_Key, ListedHash] = {}
    dropped = deque[ListedHash](maxlen=MOST_DROPPED)
    dropped_count = left_out = 0
    known = set[_Key]()
    lists: list[HashList] = []
    for version in versions:
        exchanged = [each for each in version.lists if each.algorithm in EXCHANGED]
        if exchanged == lists:
            continue
        lists = exchanged
        titles, left_out = _titles(lists, current)
        gone = [
            replace(row, dropped_at=version.shared_at) for key, row in current.items() if key not in titles
        ]
        dropped += gone
        dropped_count += len(gone)
        current = {
            key: ListedHash(title, *key, _since(current.get(key), key in known, version))
            for key, title in titles.items()
        }
        known |= current.keys()
    return HashHistory(list(current.values()), list(dropped), left_out, dropped_count - len(dropped))


def _since(before: ListedHash | None, is_known: bool, version: VersionHashes) -> int:
    if before is not None:
        return before.since
    return version.number if is_known else 0


def _titles(lists: Iterable[HashList], given: Collection[_Key]) -> tuple[dict[_Key, str], int]:
    """The hashes that leave, those `given` before first, with the titles of their lists; how many more there may be.

    No list is read once all that were given are found and the others fill what leaves.
    """
    listed: dict[_Key, str] = {}
    new: dict[_Key, str] = {}
    unread = 0
    for each in lists:
        unread += each.count
        if len(listed) == len(given) and len(listed) + len(new) >= MOST_HASHES:
            continue
        for value in each.read():
            key = (HashAlgorithm(each.algorithm), value)
            titles = listed if key in given else new
            if titles is listed or key in new or len(new) < MOST_HASHES:
                titles.setdefault(key, each.title)
                unread -= 1
    leaving = dict(islice(new.items(), MOST_HASHES - len(listed)))
    return {**listed, **leaving}, unread + len(new) - len(leaving)
