"""The hashes and rules of a practice from version to version: which are listed now, and which a later version dropped.

A receiver of STIX never sees an object again once it is revoked, so a hash or rule that comes back is another object:
`since` tells the two apart.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from practices.enums import HashAlgorithm

# of perceptual hashes no indicator is made: nothing equals them
EXCHANGED_HASHES = (HashAlgorithm.MD5.value, HashAlgorithm.SHA1.value, HashAlgorithm.SHA256.value)
SIGMA = "sigma"
# What leaves of one version, and what it says of those before; how many are left out is named.
MOST_SIGNALS = MOST_DROPPED = 20_000

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SignalList:
    """A list of so many hashes, each once, or of rules. They are read when they are needed: lists may be long and many.

    `kind` is the algorithm, or SIGMA; of rules those are read that other systems understand, which may be fewer.
    """

    title: str
    kind: str
    count: int
    read: Callable[[], Sequence[str]]


@dataclass(frozen=True, slots=True)
class VersionSignals:
    """The lists of one version; `number` is 0 for a working copy."""

    number: int
    shared_at: datetime
    lists: Sequence[SignalList]


@dataclass(frozen=True, slots=True)
class ListedSignal:
    """A hash or a rule; `since` is the version that brought it back, 0 where it never was away."""

    title: str
    kind: str
    value: str
    since: int = 0
    dropped_at: datetime | None = None

    @property
    def part(self) -> str:
        """By which its objects are named, the same in each version."""
        name = f"{self.kind}:{self.value}"
        return f"{name}:{self.since}" if self.since else name


@dataclass(frozen=True, slots=True)
class SignalHistory:
    """The signals of the last version, each once with the title of its first list, and those dropped before it.

    One that was dropped twice is there twice; of all that were dropped the latest are there. `left_out`: how many
    more the lists of the last version have, at most, since lists that are not read may have the same ones.
    """

    current: Sequence[ListedSignal]
    dropped: Sequence[ListedSignal]
    left_out: int
    dropped_left_out: int


def signal_history(versions: Iterable[VersionSignals], kinds: Collection[str]) -> SignalHistory:
    """What leaves of these kinds of lists of these versions, in their order.

    Of each at most MOST_SIGNALS leave: first those that left before and are listed still, then new ones. So what an
    export has given out is in a later one, or in no list any more and revoked there. A version with the lists of the
    one before is not read again.
    """
    current: dict[_Key, ListedSignal] = {}
    dropped = deque[ListedSignal](maxlen=MOST_DROPPED)
    dropped_count = left_out = 0
    known = set[_Key]()
    lists: list[SignalList] = []
    for version in versions:
        exchanged = [each for each in version.lists if each.kind in kinds]
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
            key: ListedSignal(title, *key, _since(current.get(key), key in known, version))
            for key, title in titles.items()
        }
        known |= current.keys()
    return SignalHistory(list(current.values()), list(dropped), left_out, dropped_count - len(dropped))


def _since(before: ListedSignal | None, is_known: bool, version: VersionSignals) -> int:
    if before is not None:
        return before.since
    return version.number if is_known else 0


def _titles(lists: Iterable[SignalList], given: Collection[_Key]) -> tuple[dict[_Key, str], int]:
    """The hashes and rules that leave, with the titles of their lists; how many more there may be.

    Those `given` before come first. No list is read once all that were given are found and the others fill what leaves.
    """
    listed: dict[_Key, str] = {}
    new: dict[_Key, str] = {}
    unread = 0
    for each in lists:
        unread += each.count
        if len(listed) == len(given) and len(listed) + len(new) >= MOST_SIGNALS:
            continue
        for value in each.read():
            key = (each.kind, value)
            titles = listed if key in given else new
            if titles is listed or key in new or len(new) < MOST_SIGNALS:
                titles.setdefault(key, each.title)
                unread -= 1
    leaving = dict(islice(new.items(), MOST_SIGNALS - len(listed)))
    return {**listed, **leaving}, unread + len(new) - len(leaving)
