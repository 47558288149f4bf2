"""The sweeper: notices new rows and notifies the workers, in chunks."""

import select
import signal
import socket
import time
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from kombu.exceptions import OperationalError

from portal.kernel import monitoring
from portal.kernel.jobs import queue, tasks
from portal.kernel.monitoring import ProcessKind

POLL_SECONDS = 1.0
# a hint is not repeated for this long; by then the row has been claimed, or the hint was lost
HINT_INTERVAL = timedelta(seconds=5)
# nor, when it was repeated, for twice as long as before, up to this: workers that are behind are not notified for ever
_MAX_HINT_INTERVAL = 64.0
# bulk work that workers are notified of at once: so much at most is before a letter, also where the broker knows no
# priorities
_MOST_BULK_HINTS = 20
_LAST = 9  # the priority of its messages: from Redis and Valkey, Celery takes all others first
HEARTBEAT_INTERVAL = 5.0  # seconds between two signs of life
# seconds; a round that takes longer means that the sweeper is stuck
_ROUND_TIMEOUT = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Hint:
    """One that was sent, and for how many seconds it is not repeated."""

    at: float
    interval: float

    @classmethod
    def after(cls, earlier: "_Hint | None", now: float) -> "_Hint":
        patience = 2 * earlier.interval if earlier else HINT_INTERVAL.total_seconds()
        return cls(now, min(patience, _MAX_HINT_INTERVAL))

    @property
    def repeat_at(self) -> float:
        return self.at + self.interval

    @property
    def drop_at(self) -> float:
        """By then it was repeated, or its row is done."""
        return self.repeat_at + self.interval


def _drop_old(hints: dict[int, _Hint], now: float) -> set[int]:
    """Drop the hints of which nothing is to be known any more; returns the jobs that are not hinted at again yet."""
    for job in [job for job, hint in hints.items() if now >= hint.drop_at]:
        del hints[job]
    return {job for job, hint in hints.items() if now < hint.repeat_at}


def _hint(
    chunk: list[int], now: float, hints: dict[int, _Hint], priority: int = 0, queue_name: str = ""
) -> None:
    tasks.run.apply_async(args=[chunk], retry=False, priority=priority, queue=queue_name or None)
    hints |= {job: _Hint.after(hints.get(job), now) for job in chunk}


def _ask_workers() -> None:
    """Ask the workers for signs of life, each through its own queue."""
    for name in monitoring.workers_to_ask():
        tasks.answer.apply_async(
            args=[name], queue=monitoring.worker_queue(name), retry=False, expires=_ROUND_TIMEOUT
        )
        monitoring.note_question(name)


class Sweeper:
    """Listens for `NOTIFY`, looks once a second all the same, and never dies of a broker that is away."""

    def __init__(self) -> None:
        self.stopped = False
        # apart: of a bulk job that somebody waits for now, workers are notified anew
        self._hints: dict[int, _Hint] = {}
        self._bulk_hints: dict[int, _Hint] = {}
        self._name = f"sweeper@{socket.gethostname()}"
        self._round_at = time.monotonic()
        self._heartbeat_at = float("-inf")

    def run(self) -> None:
        """Sweep until SIGTERM or SIGINT."""
        monitoring.watch(self.find_fault)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        while not self.stopped:
            self.round()

    def round(self) -> None:
        """One wait and one sweep; every failure of the outside world is only waited out."""
        self._round_at = time.monotonic()
        try:
            self._wait()
            # before the sweep, which fails while the broker is away: the sweeper itself is there
            is_time = self._note_alive()
            self.sweep()
            if is_time:
                _ask_workers()
        except (DatabaseError, InterfaceError, OperationalError, OSError) as error:
            log.warning("sweep_failed", error=queue.describe_error(error))
            connection.close()
            select.select([], [], [], POLL_SECONDS)

    def sweep(self) -> int:
        """Send hints for all that is due and not hinted at lately; returns how many rows.

        Those of bulk work go one by one and a few at a time, behind all others.
        """
        now = time.monotonic()
        recent = _drop_old(self._hints, now)
        recent_bulk = _drop_old(self._bulk_hints, now)
        due = queue.due_ids(20 * queue.BATCH_SIZE, exclude=recent, is_bulk=False)
        for start in range(0, len(due), queue.BATCH_SIZE):
            _hint(due[start : start + queue.BATCH_SIZE], now, self._hints)
        bulk = [job for job in queue.due_ids(_MOST_BULK_HINTS, is_bulk=True) if job not in recent_bulk]
        for job in bulk:
            _hint([job], now, self._bulk_hints, priority=_LAST, queue_name=settings.BULK_QUEUE)
        return len(due) + len(bulk)

    def find_fault(self) -> str:
        """Says when a round has begun and does not end."""
        return "a round does not end" if time.monotonic() - self._round_at > _ROUND_TIMEOUT else ""

    def _note_alive(self) -> bool:
        """Give a sign of life now and then; whether it was time for one."""
        now = time.monotonic()
        if now - self._heartbeat_at < min(HEARTBEAT_INTERVAL, monitoring.question_interval()):
            return False
        self._heartbeat_at = now
        monitoring.note_alive(self._name, ProcessKind.SWEEPER)
        return True

    def _wait(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {queue.NOTIFY_CHANNEL}")
        raw = connection.connection
        with connection.wrap_database_errors:  # a server that dies while we listen is Django's error too
            raw.poll()
            if not raw.notifies:
                select.select([raw], [], [], POLL_SECONDS)
                raw.poll()
        raw.notifies.clear()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.stopped = True
