"""How many requests a minute, by token or by address: counted in the cache; while that is away nobody is refused."""

import hashlib
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase

WINDOW = 60  # seconds


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit in this window, after the request that asked."""

    name: str
    limit: int
    left: int
    resets_in: int

    @property
    def is_spent(self) -> bool:
        return self.left < 0

    def say(self, response: HttpResponseBase) -> None:
        """Write the headers of the IETF draft on the answer."""
        left = max(self.left, 0)
        response["RateLimit-Policy"] = f'"{self.name}";q={self.limit};w={WINDOW}'
        response["RateLimit"] = f'"{self.name}";r={left};t={self.resets_in}'


def spend_token(credential_id: int) -> Allowance:
    """Count one request of a credential."""
    return _spend("token", str(credential_id), settings.API_REQUESTS_PER_TOKEN)


def spend_address(request: HttpRequest) -> Allowance:
    """Count one request from an address without a credential that holds."""
    return _spend("address", _address_of(request), settings.API_REQUESTS_PER_ADDRESS)


def _spend(name: str, whose: str, limit: int) -> Allowance:
    now = int(time.time())
    key = f"api-limit:{name}:{whose}:{now // WINDOW}"
    used = 1 if cache.add(key, 1, timeout=2 * WINDOW) else cache.incr(key)
    return Allowance(name, limit, limit - used, WINDOW - now % WINDOW)


def _address_of(request: HttpRequest) -> str:
    """A digest of the address that asks; behind a proxy the one that the proxy names last."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    return hashlib.sha256(address.encode()).hexdigest()[:32]
