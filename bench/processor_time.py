"""Processor time of this process and of the database's that serves it: waiting is not in it, whoever else works.

How fast the processor is just then is in it: see `bench.yardstick`.
"""

import time
from pathlib import Path
from types import TracebackType

from django.db import connections


class ProcessorTime:
    """Counts while its block lasts: `ms` here and in the database, `own_ms` here alone; `seconds` by the clock."""

    def __init__(self, alias: str = "default") -> None:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._counter = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        self.own_ms = self.database_ms = self.seconds = 0.0

    @property
    def ms(self) -> float:
        return self.own_ms + self.database_ms

    def __enter__(self) -> "ProcessorTime":
        self._began = time.process_time_ns(), self._database(), time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        own, database, clock = self._began
        self.own_ms = (time.process_time_ns() - own) / 1e6
        self.database_ms = (self._database() - database) / 1e6
        self.seconds = time.monotonic() - clock

    def database_now(self) -> float:
        """Milliseconds of the database's process since it began."""
        return self._database() / 1e6

    def _database(self) -> int:
        return int(self._counter.read_text().split()[0])
