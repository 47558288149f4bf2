"""A cache that may be away: whoever asks it then gets nothing, at once, and nobody waits or is turned away.

The cache holds what can be forgotten (counts of attempts, who has a page open). Its server is the broker's by default,
and no request waits for that.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

RESTS = 5.0  # seconds in which a server that failed is not asked again

log = structlog.get_logger(__name__)


def _forgiving(method: Callable[..., Any], otherwise: Any) -> Callable[..., Any]:
    """The method, or at once `otherwise` while the server is away; `otherwise` may be made of the arguments."""

    @wraps(method)
    def ask(self: "ForgivingCache", *arguments: Any, **named: Any) -> Any:
        if time.monotonic() >= self.rests_until:
            try:
                return method(self, *arguments, **named)
            except (RedisError, OSError) as error:
                type(self).rests_until = time.monotonic() + RESTS
                log.warning("cache_is_away", error=type(error).__name__)
        return otherwise(*arguments, **named) if callable(otherwise) else otherwise

    return ask


def _default(key: object, default: Any = None, version: object = None) -> Any:
    del key, version
    return default


class ForgivingCache(RedisCache):
    """Django's cache on Redis; all that fails is forgotten."""

    rests_until = 0.0  # for all connections of the process

    add = _forgiving(RedisCache.add, True)
    get = _forgiving(RedisCache.get, _default)
    set = _forgiving(RedisCache.set, None)
    touch = _forgiving(RedisCache.touch, False)
    delete = _forgiving(RedisCache.delete, False)
    get_many = _forgiving(RedisCache.get_many, lambda *arguments, **named: {})
    has_key = _forgiving(RedisCache.has_key, False)
    incr = _forgiving(RedisCache.incr, 1)
    set_many = _forgiving(RedisCache.set_many, lambda *arguments, **named: [])
    delete_many = _forgiving(RedisCache.delete_many, None)
