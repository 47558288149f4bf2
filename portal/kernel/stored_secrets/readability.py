"""Whether the keys of this installation read the secrets that the database has.

A database that was restored beside other keys, or a key that was removed too early, shows in nothing else until
somebody signs in. Whoever stores secrets registers how many of theirs no key reads.
"""

from collections.abc import Callable

UnreadableCount = Callable[[], int]
_COUNTS: dict[str, UnreadableCount] = {}


def counts_unreadable(name: str) -> Callable[[UnreadableCount], UnreadableCount]:
    """Register how many of the secrets called so (“second factors”) no configured key reads. It is called as SYSTEM."""

    def register(count: UnreadableCount) -> UnreadableCount:
        _COUNTS[name] = count
        return count

    return register


def unreadable_secrets() -> dict[str, int]:
    """Of each kind how many secrets no configured key reads; kinds without such are left out. Called as SYSTEM."""
    counts = {name: count() for name, count in sorted(_COUNTS.items())}
    return {name: count for name, count in counts.items() if count}
