"""The cache when its server is away: nobody waits for it, and nobody is turned away."""

import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as Away

from portal.kernel.limits import FaultTolerantCache


@pytest.fixture(autouse=True)
def _rested() -> Iterator[None]:
    FaultTolerantCache.retry_at = 0.0
    yield
    FaultTolerantCache.retry_at = 0.0


def test_what_is_kept_is_found_again() -> None:
    cache.set("key", "kept")
    assert (cache.get("key"), cache.incr("count") if cache.add("count", 1) else 0) == ("kept", 2)
    cache.clear()


def test_a_server_that_is_away_is_asked_once_and_then_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def fail(self: object, key: object, write: bool = False) -> None:
        calls.append(key)
        raise Away

    monkeypatch.setattr("portal.kernel.limits.cache_backend._CacheClient.get_client", fail)

    answers = [
        cache.get("key"),
        cache.get("key", 7),
        cache.add("key", 1),
        cache.get_many(["key"]),
        cache.incr("key"),
    ]

    assert (answers, len(calls)) == ([None, 7, True, {}, 1], 1)
    assert FaultTolerantCache.retry_at > time.monotonic()
