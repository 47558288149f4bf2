"""Whether the database is away, as this process knows it: found out once, and asked again every few seconds.

While it is away nobody waits for it: every other request is refused at once, and one of them asks.
"""

import time
from collections.abc import Callable
from threading import Lock

import psycopg2
import structlog

RETRY_AFTER = 2.0  # seconds in which a database that did not answer is not asked again

log = structlog.get_logger(__name__)


class Outage:
    """Open from a failure until a question is answered; off, where no process has turned it on."""

    def __init__(self, name: str = "database") -> None:
        """`name` is what the log calls it."""
        self._name = name
        self._lock = Lock()
        self._is_back: Callable[[], bool] | None = None
        self._began_at = self._ask_at = 0.0
        self.is_on = False

    def watch(self, is_back: Callable[[], bool]) -> None:
        """From now on refuse quickly while the database is away; `is_back` asks it, in a bounded time."""
        self._is_back = is_back

    def begin(self) -> None:
        """The database did not answer, or could not be reached."""
        if self._is_back is None:
            return
        with self._lock:
            now = time.monotonic()
            self._ask_at = now + RETRY_AFTER
            if not self.is_on:
                self.is_on, self._began_at = True, now
                log.error(f"{self._name}_is_away")

    def check(self) -> None:
        """Raise OperationalError while it is away. After a while one thread asks whether it still is."""
        if not self.is_on:
            return
        with self._lock:
            is_asker = time.monotonic() >= self._ask_at
            if is_asker:
                self._ask_at = time.monotonic() + RETRY_AFTER
        if is_asker and self._is_back is not None and self._is_back():
            with self._lock:
                self.is_on = False
            log.warning(f"{self._name}_is_back", seconds=round(time.monotonic() - self._began_at, 1))
            return
        raise psycopg2.OperationalError(f"the {self._name} is away")


outage = Outage()
replica_outage = Outage("replica")  # nobody waits for it either, and then the primary is asked
