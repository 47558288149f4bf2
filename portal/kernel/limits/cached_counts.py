"""Counts of tries in the cache that all processes share. A window begins with its first try."""

import time

from django.core.cache import cache


def is_away() -> bool:
    """Whether the server of the cache has just failed: then it counts nothing."""
    return bool(getattr(cache, "is_away", False))


def add(name: str, seconds: int) -> tuple[int, float]:
    """Count one try; returns how many there were in this window, and in how many seconds it ends."""
    now = time.time()
    end = _end(name, now, seconds)
    return _add(_counter_key(name, end), 1, seconds), end - now


def take_back(name: str, seconds: int) -> None:
    """Count one try less."""
    end = cache.get(name)
    if end is not None:
        _add(_counter_key(name, end), -1, seconds)


def forget(name: str) -> None:
    """Begin to count anew."""
    # a window that begins within the same millisecond has the same counter
    cache.delete_many([name, _counter_key(name, float(cache.get(name) or 0))])


def _end(name: str, now: float, seconds: int) -> float:
    """When the window that is open ends; one begins where there is none."""
    end = cache.get(name)
    if end is None:
        cache.add(name, now + seconds, seconds)
        end = cache.get(name)
    return float(end or now + seconds)


def _add(counter: str, amount: int, seconds: int) -> int:
    """A counter's key contains the end of its window: an expired one is never read again."""
    for _try in range(2):
        try:
            return int(cache.incr(counter, amount))
        except ValueError:  # there is none yet
            cache.add(counter, 0, seconds)
    return 1  # it ended between the two


def _counter_key(name: str, end: float) -> str:
    return f"{name}:{end:.3f}"
