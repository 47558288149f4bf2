"""A cache that may be away: a lookup then finds nothing, at once, and nobody waits or is turned away.

The cache holds what can be forgotten (counts of attempts, who has a page open). Its server is the broker's by default,
and no request waits for that.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, wraps
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis

from portal.kernel import valkey

RETRY_AFTER = 5.0  # seconds in which a server that failed is not asked again

log = structlog.get_logger(__name__)


def _fault_tolerant(method: Callable[..., Any], fallback: Any) -> Callable[..., Any]:
    """The method, or at once `fallback` while the server is away; `fallback` may be made of the arguments."""

    @wraps(method)
    def ask(self: "FaultTolerantCache", *arguments: Any, **named: Any) -> Any:
        if time.monotonic() >= self.retry_at:
            try:
                return method(self, *arguments, **named)
            except (*valkey.ERRORS, OSError) as error:
                type(self).retry_at = time.monotonic() + RETRY_AFTER
                log.warning("cache_is_away", error=type(error).__name__)
        return fallback(*arguments, **named) if callable(fallback) else fallback

    return ask


class _CacheClient(RedisCacheClient):
    """Django's makes a client of the library for each command, which costs as much as the command."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._clients: dict[bool, Redis] = {}

    def get_client(self, key: str | bytes | memoryview | None = None, *, write: bool = False) -> Redis:
        """The client for reading or for writing; several threads may use it."""
        if write not in self._clients:
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]


class _ManyServersClient(RedisCacheClient):
    """The same of a server that Sentinels name, or of a cluster: one client reads and writes."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._address = valkey.parse_cache(servers[0])
        self._seconds = float(options["socket_timeout"])

    @cached_property
    def _everywhere(self) -> Redis:
        client: Redis = valkey.client(self._address, self._seconds)
        return client

    def get_client(self, key: str | bytes | memoryview | None = None, *, write: bool = False) -> Redis:
        return self._everywhere

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """One by one: the keys of a cluster lie on several servers."""
        missing = object()
        values = {key: self.get(key, missing) for key in keys}
        return {key: value for key, value in values.items() if value is not missing}

    def set_many(self, data: Mapping[Any, Any], timeout: Any) -> None:
        for key, value in data.items():
            self.set(key, value, timeout)


class FaultTolerantCache(RedisCache):
    """Django's cache on Redis; all that fails is forgotten."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._servers = [server]  # Django takes a comma for the end of an address
        self._class = _ManyServersClient if valkey.parse_cache(server).hosts else _CacheClient

    retry_at = 0.0  # for all connections of the process

    @property
    def is_away(self) -> bool:
        """Whether the server has failed a moment ago, and is not asked now."""
        return time.monotonic() < self.retry_at

    add = _fault_tolerant(RedisCache.add, True)
    get = _fault_tolerant(RedisCache.get, lambda key, default=None, version=None: default)
    set = _fault_tolerant(RedisCache.set, None)
    touch = _fault_tolerant(RedisCache.touch, False)
    delete = _fault_tolerant(RedisCache.delete, False)
    get_many = _fault_tolerant(RedisCache.get_many, lambda *arguments, **named: {})
    has_key = _fault_tolerant(RedisCache.has_key, False)
    incr = _fault_tolerant(RedisCache.incr, 1)
    set_many = _fault_tolerant(RedisCache.set_many, lambda *arguments, **named: [])
    delete_many = _fault_tolerant(RedisCache.delete_many, None)
