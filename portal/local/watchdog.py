"""Whether a program lives: its watchdog notifies the launcher as it would notify systemd (`WATCHDOG=1`, sd_notify)."""

import contextlib
import socket
import time
from pathlib import Path

VARIABLE = "NOTIFY_SOCKET"
SILENCE_TIMEOUT = 60.0  # seconds without a word after which it counts as frozen
STARTUP_TIMEOUT = 180.0  # the same before its first word: it is still starting

_MAX_MESSAGE = 4096


class Watchdog:
    """The socket of one program's signs of life, and when the last one came."""

    def __init__(self, path: Path, silent: float = SILENCE_TIMEOUT) -> None:
        path.unlink(missing_ok=True)
        self.path = path
        self._silent = silent
        self._wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._wire.setblocking(False)
        self._wire.bind(str(path))
        self.restart()

    def restart(self) -> None:
        """The program starts, or starts anew."""
        self._receive()
        self._since, self._limit = time.monotonic(), STARTUP_TIMEOUT

    def is_silent(self) -> bool:
        """Whether it has been silent for too long; messages that came unread count as new."""
        if self._receive():
            self._since, self._limit = time.monotonic(), self._silent
        return time.monotonic() - self._since > self._limit

    def close(self) -> None:
        self._wire.close()
        self.path.unlink(missing_ok=True)

    def _receive(self) -> bool:
        """Read all messages that have come; return whether there were any."""
        heard = False
        with contextlib.suppress(BlockingIOError):
            while self._wire.recv(_MAX_MESSAGE):
                heard = True
        return heard
