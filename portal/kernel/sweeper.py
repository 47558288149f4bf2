"""The sweeper: hears of new rows and tells the workers, in chunks."""

import select
import signal
import socket
import time
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType

import structlog
from django.db import DatabaseError, InterfaceError, connection
from kombu.exceptions import OperationalError

from portal.kernel import heartbeats, outbox, tasks, watchdog
from portal.kernel.models import ProcessKind

POLL_SECONDS = 1.0
# a hint is not repeated for this long; by then the row has been claimed, or the hint was lost
PATIENCE = timedelta(seconds=5)
# nor, when it was repeated, for twice as long as before, up to this: workers that are behind are not told for ever
_MOST_PATIENCE = 64.0
SHOWS_ITSELF = 5.0  # seconds between two signs of life
# no round takes as long as this, whatever is away: the sweeper hangs
_HANGS_AFTER = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Hint:
    """One that was sent, and for how many seconds it is not repeated."""

    at: float
    patience: float

    @classmethod
    def after(cls, earlier: "_Hint | None", now: float) -> "_Hint":
        patience = 2 * earlier.patience if earlier else PATIENCE.total_seconds()
        return cls(now, min(patience, _MOST_PATIENCE))

    @property
    def over_at(self) -> float:
        return self.at + self.patience

    @property
    def forgotten_at(self) -> float:
        """By then it was repeated, or its row is done."""
        return self.over_at + self.patience


class Sweeper:
    """Listens for `NOTIFY`, looks once a second all the same, and never dies of a broker that is away."""

    def __init__(self) -> None:
        self.stopped = False
        self._hinted: dict[int, _Hint] = {}
        self._name = f"sweeper@{socket.gethostname()}"
        self._round_at = time.monotonic()
        self._shown_at = float("-inf")

    def run(self) -> None:
        """Sweep until SIGTERM or SIGINT."""
        watchdog.watch(self.fault)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        while not self.stopped:
            self.round()

    def round(self) -> None:
        """One wait and one sweep; every failure of the outside world is only waited out."""
        self._round_at = time.monotonic()
        try:
            self._wait()
            self.sweep()
            self._show_itself()
        except (DatabaseError, InterfaceError, OperationalError, OSError) as error:
            log.warning("sweep_failed", error=outbox.scrubbed(error))
            connection.close()
            self._pause()

    def sweep(self) -> int:
        """Send hints for all that is due and not hinted at lately; gives back how many rows."""
        now = time.monotonic()
        self._hinted = {job: hint for job, hint in self._hinted.items() if now < hint.forgotten_at}
        due = outbox.due_ids(
            20 * outbox.CHUNK, but=[job for job, hint in self._hinted.items() if now < hint.over_at]
        )
        for start in range(0, len(due), outbox.CHUNK):
            chunk = due[start : start + outbox.CHUNK]
            tasks.run.apply_async(args=[chunk], retry=False)
            self._hinted |= {job: _Hint.after(self._hinted.get(job), now) for job in chunk}
        return len(due)

    def fault(self) -> str:
        """Says when a round has begun and does not end."""
        return "a round does not end" if time.monotonic() - self._round_at > _HANGS_AFTER else ""

    def _show_itself(self) -> None:
        """Give a sign of life now and then, and ask the workers for theirs."""
        now = time.monotonic()
        if now - self._shown_at < SHOWS_ITSELF:
            return
        self._shown_at = now
        heartbeats.seen(self._name, ProcessKind.SWEEPER)
        for name in heartbeats.to_be_asked():
            tasks.answer.apply_async(
                args=[name], queue=heartbeats.queue_of(name), retry=False, expires=_HANGS_AFTER
            )
            heartbeats.asked(name)

    def _wait(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {outbox.CHANNEL}")
        raw = connection.connection
        with connection.wrap_database_errors:  # a server that dies while we listen is Django's error too
            raw.poll()
            if not raw.notifies:
                select.select([raw], [], [], POLL_SECONDS)
                raw.poll()
        raw.notifies.clear()

    def _pause(self) -> None:
        select.select([], [], [], POLL_SECONDS)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.stopped = True
