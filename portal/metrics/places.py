"""Where processes keep their counts: one numbered place each, which the next process takes over.

The client library would leave files behind for every process that ever lived. Here a place is a lock on a file, which
the kernel lets go when its process ends, however it ends; who takes the place counts on where it stopped.
"""

import contextlib
import fcntl
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """This machine's folder; several machines may share the data folder."""
    path = settings.DATA_DIR / "metrics" / platform.node()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


class Place:
    """The place of this process; a fork takes another one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._owner = 0
        self._number = 0

    def __call__(self) -> int:
        """The number of the place."""
        if self._owner != os.getpid():
            self._number = self._take()
            self._owner = os.getpid()
        return self._number

    def _take(self) -> int:
        number = 0
        while (lock := _locked(self._path / f"{number}.lock")) is None:
            number += 1
        del lock  # the descriptor stays open as long as the process lives
        _forget_present(self._path, number)
        return number


def _locked(path: Path) -> int | None:
    """An open descriptor that holds the lock, or None when somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _forget_present(path: Path, number: int) -> None:
    """What a process had in hand is gone with it; what it has counted stays."""
    for gauge in path.glob(f"gauge_*_{number}.db"):
        gauge.unlink(missing_ok=True)


def forget_the_dead(path: Path) -> None:
    """Drop what processes had in hand that have ended, before it is added up."""
    for lock in path.glob("*.lock"):
        with _tried(lock) as is_free:
            if is_free:
                _forget_present(path, int(lock.stem))


@contextlib.contextmanager
def _tried(path: Path) -> Iterator[bool]:
    descriptor = _locked(path)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)
