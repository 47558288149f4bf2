"""Somebody who reads the public record all the time, and notes what is answered."""

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event, Thread

from bench.chaos.installation import Installation

_PAUSE = 0.25  # seconds between two pages


@dataclass
class Reader:
    """Answers by status (0: none within five seconds), and the longest time in seconds without a page."""

    statuses: Counter[int] = field(default_factory=Counter)
    longest_silence: float = 0.0

    @contextlib.contextmanager
    def reading(self, installation: Installation) -> Iterator[None]:
        """Read the home page in the background meanwhile."""
        stopping = Event()
        thread = Thread(target=self._read, args=(installation, stopping), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join(30)

    def _read(self, installation: Installation, stopping: Event) -> None:
        last_page = time.monotonic()
        while not stopping.is_set():
            status = installation.status("/en/")
            self.statuses[status] += 1
            now = time.monotonic()
            self.longest_silence = max(self.longest_silence, now - last_page)
            if status == 200:
                last_page = now
            time.sleep(_PAUSE)
