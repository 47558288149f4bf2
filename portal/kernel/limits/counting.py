"""How often something may be tried: counted in the cache that all processes share, by whatever key the caller names.

A window begins with the first try and is over after its seconds; the refusal says when the next begins. A cache that is
away counts nothing and turns nobody away.
"""

import hashlib
import time
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so many seconds, for each key."""

    name: str
    tries: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit in this window after the try that asked; below zero when that was one too many."""

    limit: Limit
    left: int
    resets_in: int  # seconds

    @property
    def is_spent(self) -> bool:
        return self.left < 0


class TooMany(Exception):
    """The limit is used up; `seconds` say how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def spend(key: str, *limits: Limit) -> None:
    """Count one try of this key against each of the limits. Raises TooMany when one of them is used up."""
    spent = [allowance.resets_in for limit in limits if (allowance := count_try(key, limit)).is_spent]
    if spent:
        raise TooMany(max(spent))


def give_back(key: str, *limits: Limit) -> None:
    """The try that was counted last was a good one, and does not count."""
    for limit in limits:
        end = cache.get(_window_key(limit, key))
        if end is not None:
            _add(_counter_key(limit, key, end), -1, limit)


def forget(key: str, *limits: Limit) -> None:
    """Begin to count anew."""
    for limit in limits:
        window = _window_key(limit, key)
        # a window that begins within the same millisecond has the same counter
        cache.delete_many([window, _counter_key(limit, key, float(cache.get(window) or 0))])


def count_try(key: str, limit: Limit) -> Allowance:
    """Count one try of this key; returns what is left, and refuses nobody. The first one too many is logged."""
    now = time.time()
    end = _end(_window_key(limit, key), now, limit)
    used = _add(_counter_key(limit, key, end), 1, limit)
    if used == limit.tries + 1:
        log.warning("limit_reached", limit=limit.name, seconds=max(1, round(end - now)))
    return Allowance(limit, limit.tries - used, max(1, round(end - now)))


def address_of(request: HttpRequest) -> str:
    """The network address that asks, as the proxy in front names it; of IPv6 its network of 64 bits.

    Clients without a known address count as one.
    """
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
    return str(ip_network(f"{address}/64", strict=False) if address.version == 6 else address)


def _end(name: str, now: float, limit: Limit) -> float:
    """When the window that is open ends; one begins where there is none."""
    end = cache.get(name)
    if end is None:
        cache.add(name, now + limit.seconds, limit.seconds)
        end = cache.get(name)
    return float(end or now + limit.seconds)


def _add(counter: str, amount: int, limit: Limit) -> int:
    """A counter's key contains the end of its window: an expired one is never read again."""
    for _try in range(2):
        try:
            return int(cache.incr(counter, amount))
        except ValueError:  # there is none yet
            cache.add(counter, 0, limit.seconds)
    return 1  # it ended between the two


def _window_key(limit: Limit, key: str) -> str:
    """Addresses of people are not readable in the cache."""
    return f"limit:{limit.name}:{hashlib.sha256(key.encode()).hexdigest()}"


def _counter_key(limit: Limit, key: str, end: float) -> str:
    return f"{_window_key(limit, key)}:{end:.3f}"
