"""Questions to the servers that are answered in time or not at all, even by a server that is frozen.

They go over connections of their own: those of the requests may be the very ones that are stuck.
"""

import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import redis
import structlog
from django.conf import settings
from django.db import connections

from portal.kernel import valkey
from portal.kernel.database import REPLICA, NoAnswer, ask
from portal.kernel.errors import DomainError

log = structlog.get_logger(__name__)

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


class StorageState(StrEnum):
    """What is known of the storage of files. One that is slow serves; the others take and give nothing."""

    OK = "ok"
    SLOW = "slow"
    MISSING = "missing"  # its folder or bucket is not there
    RESTORING = "restoring"  # a restore has not done all its acts
    FAILING = "failing"  # it refuses, or has been silent for too long

    @property
    def serves(self) -> bool:
        return self in (StorageState.OK, StorageState.SLOW)


# what the probe raises, and what that says; any other refusal is failing
StatesByRefusal = Mapping[type[Exception], StorageState]


class PatientProbe:
    """Asks the storage, of which one answer alone is awaited at a time, however long it takes.

    Nothing can interrupt a disk that hangs: one thread waits for it, and nobody else for longer than they say.
    """

    SILENT_AFTER = 20.0  # seconds without any answer: longer than a bucket is asked before it counts as away

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended: threading.Event | None = None  # of the question that is under way
        self._asked_at = 0.0
        self._last = StorageState.OK

    def ask(
        self, probe: Callable[[], object], seconds: float, states: StatesByRefusal | None = None
    ) -> StorageState:
        """What the probe says within `seconds`; after that what is known: slow, unless it failed before."""
        with self._lock:
            if self._ended is None:
                ended = threading.Event()
                try:
                    threading.Thread(
                        target=self._answer, args=(probe, states or {}, ended), daemon=True
                    ).start()
                except RuntimeError:  # there are as many threads as may be
                    return StorageState.FAILING
                self._ended, self._asked_at = ended, time.monotonic()
            ended = self._ended
        if ended.wait(seconds):
            return self._last
        if not self._last.serves:
            return self._last
        is_silent = time.monotonic() - self._asked_at > self.SILENT_AFTER
        return StorageState.FAILING if is_silent else StorageState.SLOW

    def _answer(self, probe: Callable[[], object], states: StatesByRefusal, ended: threading.Event) -> None:
        try:
            probe()
            state = StorageState.OK
        except (OSError, DomainError) as refusal:  # foreseen, and no line in the log
            state = states.get(type(refusal), StorageState.FAILING)
        except Exception:  # whatever a client of buckets raises: the next question must get through
            log.exception("storage_probe_broke")
            state = StorageState.FAILING
        with self._lock:
            self._last, self._ended = state, None
        ended.set()


_STORAGE = PatientProbe()


def storage_state(probe: Callable[[], object], states: StatesByRefusal, seconds: float) -> StorageState:
    """Whether the storage takes files, as far as it says so in time; what else the probe raises is failing."""
    return _STORAGE.ask(probe, seconds, states)
