"""How often something may be tried: counted in the cache that all processes share, by whatever key the caller names.

A window begins with the first try and is over after its seconds; whoever has used it up is told when. A cache that is
away counts nothing and turns nobody away.
"""

import hashlib
import time
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so many seconds, for each key."""

    name: str
    tries: int
    seconds: int


class TooMany(Exception):
    """The limit is used up; `seconds` say how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def spend(key: str, *limits: Limit) -> None:
    """Count one try of this key against each of the limits. Raises TooMany when one of them is used up."""
    waits = [wait for limit in limits if (wait := _counted(limit, key))]
    if waits:
        raise TooMany(max(waits))


def give_back(key: str, *limits: Limit) -> None:
    """The try that was counted last was a good one, and does not count."""
    for limit in limits:
        end = cache.get(_name(limit, key))
        if end is not None:
            _add(_counter(limit, key, end), -1, limit)


def forget(key: str, *limits: Limit) -> None:
    """Begin to count anew."""
    for limit in limits:
        cache.delete(_name(limit, key))


def _counted(limit: Limit, key: str) -> int:
    """Count it; gives back the seconds to wait, or none."""
    now = time.time()
    cache.add(_name(limit, key), now + limit.seconds, limit.seconds)
    end = float(cache.get(_name(limit, key)) or now + limit.seconds)
    used = _add(_counter(limit, key, end), 1, limit)
    return max(1, round(end - now)) if used > limit.tries else 0


def _add(counter: str, amount: int, limit: Limit) -> int:
    """A counter bears the end of its window in its name: one that outlived it is never asked again."""
    cache.add(counter, 0, limit.seconds)
    try:
        return int(cache.incr(counter, amount))
    except ValueError:  # it ended between the two
        return 1


def _name(limit: Limit, key: str) -> str:
    """Addresses of people are not readable in the cache."""
    return f"limit:{limit.name}:{hashlib.sha256(key.encode()).hexdigest()}"


def _counter(limit: Limit, key: str, end: float) -> str:
    return f"{_name(limit, key)}:{end:.3f}"
