"""What of the portal runs: each program and server, when it last gave a sign, and whether that can be known now.

A sign that comes by way of something that is away says nothing about now: it is “not known since”, and never “runs”.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.kernel import files, monitoring
from portal.kernel.database import REPLICA
from portal.kernel.monitoring import LIMITS, Heartbeat, ProcessKind, StorageState

LONGEST_CLOCK_GAP = timedelta(seconds=2)
_TIMEOUT = 0.8  # seconds for each question; all are asked at once


class Condition(StrEnum):
    RUNS = "runs"
    LATE = "late"  # it is there, and behind or slow
    MISSING = "missing"  # what it has its files in is not there
    RESTORING = "restoring"  # a restore has not done all its acts
    AWAY = "away"  # it does not answer, or gave no sign within its limit
    UNKNOWN = "unknown"  # whoever could say it is away


@dataclass(frozen=True, slots=True)
class ProgramState:
    """One program or server. `seen_at` is its last sign, None for what is asked at this moment or never gave one."""

    name: str
    condition: Condition
    seen_at: datetime | None = None
    is_asked_now: bool = False
    count: int = 1  # how many of them gave a sign within the limit
    behind: timedelta | None = None

    @property
    def runs(self) -> bool:
        return self.condition is Condition.RUNS

    @property
    def limit(self) -> timedelta | None:
        """How old its sign may be; None for what is asked now."""
        return LIMITS.get(self.name)


def program_states() -> Mapping[str, ProgramState]:
    """Every program and server that this installation has, by name. One query; all servers are asked at once."""
    answers = _ask_servers()
    states = [ProgramState("web", Condition.RUNS, is_asked_now=True)]
    states += _processes(is_broker_there=answers["broker"] is True)
    states += [ProgramState("database", Condition.RUNS, is_asked_now=True)]
    states += [_server(name, answer) for name, answer in answers.items()]
    return {state.name: state for state in states}


def _ask_servers() -> Mapping[str, Any]:
    questions: dict[str, Callable[[], Any]] = {
        "broker": lambda: monitoring.broker_answers(_TIMEOUT),
        "cache": lambda: monitoring.cache_answers(_TIMEOUT),
        "storage": lambda: monitoring.storage_state(files.probe_storage, files.PROBE_STATES, _TIMEOUT),
    }
    if REPLICA in settings.DATABASES:
        questions["replica"] = lambda: monitoring.replica_delay(_TIMEOUT)
    if settings.CLAMAV:
        questions["scanner"] = lambda: monitoring.scanner_answers(_TIMEOUT)
    with ThreadPoolExecutor(len(questions)) as pool:
        asked = {name: pool.submit(question) for name, question in questions.items()}
        return {name: answer.result() for name, answer in asked.items()}


_STORAGE_CONDITIONS = {
    StorageState.OK: Condition.RUNS,
    StorageState.SLOW: Condition.LATE,
    StorageState.MISSING: Condition.MISSING,
    StorageState.RESTORING: Condition.RESTORING,
    StorageState.FAILING: Condition.AWAY,
}


def _server(name: str, answer: StorageState | bool | float | None) -> ProgramState:
    """The replica answers with how many seconds it is behind, the storage with its state."""
    if isinstance(answer, StorageState):
        return ProgramState(name, _STORAGE_CONDITIONS[answer], is_asked_now=True)
    if isinstance(answer, bool) or answer is None:
        return ProgramState(name, Condition.RUNS if answer else Condition.AWAY, is_asked_now=True)
    behind = timedelta(seconds=answer)
    condition = Condition.LATE if behind > LIMITS[name] else Condition.RUNS
    return ProgramState(name, condition, is_asked_now=True, behind=behind)


def _processes(*, is_broker_there: bool) -> list[ProgramState]:
    """Worker, sweeper and beat by their signs.

    A worker's sign is its answer, which the sweeper asks for through the broker; beat's is a task that a worker does.
    """
    beats = list(Heartbeat.objects.exclude(kind=ProcessKind.BACKUP))
    sweeper = _by_signs("sweeper", [beat.seen_at for beat in beats if beat.kind == ProcessKind.SWEEPER])
    answers = [beat.answered_at for beat in beats if beat.kind == ProcessKind.WORKER and beat.answered_at]
    worker = _by_signs("worker", answers, is_known=is_broker_there and sweeper.runs)
    signs = [beat.seen_at for beat in beats if beat.kind == ProcessKind.BEAT]
    return [worker, sweeper, _by_signs("beat", signs, is_known=worker.runs)]


def _by_signs(name: str, signs: list[datetime], *, is_known: bool = True) -> ProgramState:
    recent = [sign for sign in signs if sign > timezone.now() - LIMITS[name]]
    condition = Condition.RUNS if recent else Condition.AWAY
    if not is_known:
        condition = Condition.UNKNOWN
    return ProgramState(name, condition, max(signs, default=None), count=len(recent))


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What the database says of itself and of the schema."""

    version: str
    connections: int
    most_connections: int
    size: int
    missing_migrations: int
    migrations: int
    clock_gap: timedelta  # how far the clock of this machine is from the database's

    @property
    def clock_gap_ms(self) -> int:
        return round(abs(self.clock_gap) / timedelta(milliseconds=1))

    @property
    def is_clock_off(self) -> bool:
        return abs(self.clock_gap) > LONGEST_CLOCK_GAP


def database_facts() -> DatabaseFacts:
    """Two queries, as the application's role."""
    with connection.cursor() as cursor:
        # the database's when the question came, however long it takes to count
        asked_at = timezone.now()
        cursor.execute(
            "SELECT statement_timestamp(), current_setting('server_version'),"
            " (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),"
            " current_setting('max_connections')::int, pg_database_size(current_database())"
        )
        clock, version, used, most, size = cursor.fetchone()
        gap = clock - asked_at
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    known = monitoring.code_migrations()
    return DatabaseFacts(version.split()[0], used, most, size, len(known - applied), len(known), gap)
