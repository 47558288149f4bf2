"""Questions to the servers that are answered in time or not at all, even by a server that is frozen.

They go over connections of their own: those of the requests may be the very ones that are stuck.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db import connections
from redis.exceptions import RedisError

from portal.kernel.database import REPLICA, NoAnswer, ask
from portal.kernel.errors import DomainError

# sent with the query as one, and so for one transaction
_AS_SYSTEM = "SELECT set_config('portal.kind', 'system', true)"


def ask_database(queries: Sequence[str], seconds: float) -> list[list[tuple[Any, ...]]]:
    """The rows of each query, asked as the application's role; raises NoAnswer when they take longer than that.

    As SYSTEM: they count what nobody may read.
    """
    parameters = connections["default"].get_connection_params()
    return ask(parameters, [f"{_AS_SYSTEM}; {query}" for query in queries], seconds)


def replica_delay(seconds: float) -> float | None:
    """By how many seconds the replica is behind what it has received; None where it does not answer within `seconds`.

    0 where no replica is set.
    """
    if REPLICA not in settings.DATABASES:
        return 0.0
    query = (
        "SELECT CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0"
        " ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) END::float8"
    )
    try:
        [[(delay,)]] = ask(connections[REPLICA].get_connection_params(), [query], seconds)
    except NoAnswer:
        return None
    return float(delay)


def broker_client(seconds: float) -> redis.Redis:
    """A client of the broker whose every question takes no longer than that; the caller closes it."""
    # celery's way of naming a socket is not the client's
    parts = urlsplit(settings.REDIS_URL)
    url = f"unix://{parts.path}" if parts.scheme == "redis+socket" else settings.REDIS_URL
    return _client(url, seconds)


def broker_answers(seconds: float) -> bool:
    """Whether the broker answers a greeting."""
    return _answers_ping(broker_client(seconds))


def cache_answers(seconds: float) -> bool:
    """Whether the cache answers a greeting."""
    return _answers_ping(_client(str(settings.CACHES["default"]["LOCATION"]), seconds))


def _client(url: str, seconds: float) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=None)


def _answers_ping(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except (RedisError, OSError):
        return False
    finally:
        client.close()


def scanner_answers(seconds: float) -> bool:
    """Whether the virus scanner that `CLAMAV` names answers a greeting."""
    is_path = settings.CLAMAV.startswith("/")
    host, _colon, port = settings.CLAMAV.rpartition(":")
    try:
        with (
            socket.socket(socket.AF_UNIX)
            if is_path
            else socket.create_connection((host, int(port)), seconds) as wire
        ):
            wire.settimeout(seconds)
            if is_path:
                wire.connect(settings.CLAMAV)
            wire.sendall(b"zPING\0")
            return wire.recv(64).startswith(b"PONG")
    except (OSError, ValueError):
        return False


def storage_accepts_writes(probe: Callable[[], object], seconds: float) -> bool:
    """Whether the probe of the storage ends in time, and raises nothing."""
    return _done_in_time(probe, seconds)


_PROBE_LOCK = threading.Lock()


def _done_in_time(act: Callable[[], object], seconds: float) -> bool:
    """Nothing can interrupt a disk that hangs: one thread waits for it, and nobody else does."""
    ended, results = threading.Event(), list[bool]()

    def try_it() -> None:
        with _PROBE_LOCK:
            try:
                act()
                results.append(True)
            except (OSError, DomainError):
                results.append(False)
            ended.set()

    if _PROBE_LOCK.locked():
        return False
    threading.Thread(target=try_it, daemon=True).start()
    return ended.wait(seconds) and results == [True]
