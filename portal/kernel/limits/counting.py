"""How often something may be tried: counted for all processes together, by whatever key the caller names.

A window begins with the first try and is over after its seconds; the refusal says when the next begins. The cache
counts; while it is away, the database does, and begins anew.
"""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import structlog
from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from portal.kernel.limits import cached_counts, stored_counts

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
        counts = stored_counts if cached_counts.is_away() else cached_counts
        counts.take_back(_window_key(limit, key), limit.seconds)


def forget(key: str, *limits: Limit) -> None:
    """Begin to count anew."""
    for limit in limits:
        counts = stored_counts if cached_counts.is_away() else cached_counts
        counts.forget(_window_key(limit, key))


def count_try(key: str, limit: Limit) -> Allowance:
    """Count one try of this key; returns what is left, and refuses nobody. The first one too many is logged."""
    used, left = _count(_window_key(limit, key), limit.seconds)
    resets_in = max(1, round(left))
    if used == limit.tries + 1:
        log.warning("limit_reached", limit=limit.name, seconds=resets_in)
    return Allowance(limit, limit.tries - used, resets_in)


def _count(name: str, seconds: int) -> tuple[int, float]:
    """In the cache; in the database while that is away, also where it has failed just now."""
    if not cached_counts.is_away():
        count = cached_counts.add(name, seconds)
        if not cached_counts.is_away():
            return count
    return stored_counts.add(name, seconds)


def address_of(request: HttpRequest) -> str:
    """The network address that asks, as the proxy in front names it; of IPv6 its network of 64 bits.

    Clients without a known address count as one.
    """
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
    return str(ip_network(f"{address}/64", strict=False) if address.version == 6 else address)


def _window_key(limit: Limit, key: str) -> str:
    """Addresses of people and networks can be read neither in the cache nor in the database, nor tried out there."""
    return f"limit:{limit.name}:{salted_hmac('portal.limits', key, algorithm='sha256').hexdigest()}"
