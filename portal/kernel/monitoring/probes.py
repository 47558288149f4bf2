"""Questions to the servers that are answered in time or not at all, even by a server that is frozen.

They go over connections of their own: those of the requests may be the very ones that are stuck.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

import redis
from django.conf import settings
from django.db import connections

from portal.kernel import valkey
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
    """By how many seconds the replica is behind; None where it does not answer within `seconds`, 0 where none is set.

    While it receives from the primary: behind what it has received. Once it does not, since its last transaction.
    """
    if REPLICA not in settings.DATABASES:
        return 0.0
    query = (
        "SELECT CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"
        " AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0 ELSE extract(epoch FROM"
        " now() - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time())) END::float8"
    )
    try:
        [[(delay,)]] = ask(connections[REPLICA].get_connection_params(), [query], seconds)
    except NoAnswer:
        return None
    return float(delay)


def broker_client(seconds: float) -> redis.Redis:
    """A client of the broker whose every question takes no longer than that; the caller closes it."""
    client: redis.Redis = valkey.client(valkey.parse_broker(settings.REDIS_URL), seconds)
    return client


def broker_answers(seconds: float) -> bool:
    """Whether the broker answers a greeting."""
    return _answers_ping(lambda: broker_client(seconds))


def cache_answers(seconds: float) -> bool:
    """Whether the cache answers a greeting."""
    address = valkey.parse_cache(str(settings.CACHES["default"]["LOCATION"]))
    return _answers_ping(lambda: valkey.client(address, seconds))


def _answers_ping(make_client: Callable[[], Any]) -> bool:
    """A client of a cluster asks already while it is made."""
    try:
        with make_client() as client:
            return bool(client.ping())
    except (*valkey.ERRORS, OSError):
        return False


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
