"""Servers of the cache that do not answer: one that is frozen, and one that is not there."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.kernel.limits import FaultTolerantCache


@contextmanager
def frozen_cache(settings: Any) -> Iterator[None]:
    """The cache's server takes connections and never says a word, as one that was stopped."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        path = Path(folder) / "cache.sock"
        server.bind(str(path))
        server.listen(64)
        with _cache_at(settings, path):
            yield


@contextmanager
def missing_cache(settings: Any) -> Iterator[None]:
    """There is no server of the cache."""
    with tempfile.TemporaryDirectory() as folder, _cache_at(settings, Path(folder) / "cache.sock"):
        yield


@contextmanager
def _cache_at(settings: Any, path: Path) -> Iterator[None]:
    earlier = settings.CACHES
    settings.CACHES = {"default": {**earlier["default"], "LOCATION": f"unix://{path}?db=1"}}
    FaultTolerantCache.retry_at = 0.0
    try:
        yield
    finally:
        settings.CACHES = earlier
        FaultTolerantCache.retry_at = 0.0
