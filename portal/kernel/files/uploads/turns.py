"""Whose turn it is to inspect a file: two at once on a machine, the others in the order in which they came.

Each who waits or inspects holds a lock on a ticket of its own, a file in the data folder; the kernel takes the lock
from those who die. Each machine has a folder of its own, since several may share the data folder.
"""

import fcntl
import os
import platform
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from portal.kernel.files.scratch import private_folder

AT_ONCE = 2
PATIENCE = 30.0  # seconds
_PAUSE = 0.02  # seconds between two looks
_DOOR = "door"


class NoTurn(Exception):
    """Others were before this one for longer than anybody should wait."""


@contextmanager
def turn(patience: float = PATIENCE) -> Iterator[None]:
    """Wait for the turn, have it for as long as the block lasts. Raises NoTurn when it does not come."""
    until = time.monotonic() + patience
    folder = private_folder("inspection", platform.node())
    ticket, descriptor = _draw_ticket(folder, until)
    try:
        while _count_before(folder, ticket) >= AT_ONCE:
            if time.monotonic() > until:
                raise NoTurn
            time.sleep(_PAUSE)
        yield
    finally:
        ticket.unlink(missing_ok=True)
        os.close(descriptor)


def _draw_ticket(folder: Path, until: float) -> tuple[Path, int]:
    """The next ticket, locked before anybody sees it; one at a time goes through the door."""
    door = os.open(folder / _DOOR, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _lock(door):
            if time.monotonic() > until:
                raise NoTurn
            time.sleep(_PAUSE)
        numbers = [int(path.name.partition("-")[0]) for path in folder.glob("*-*")]
        ticket = folder / f"{max(numbers, default=0) + 1:012d}-{secrets.token_hex(4)}"
        draft = folder / f"new.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        _lock(descriptor)
        draft.rename(ticket)
    finally:
        os.close(door)
    return ticket, descriptor


def _count_before(folder: Path, ticket: Path) -> int:
    """How many living ones drew their tickets before; tickets of the dead are removed."""
    earlier = [path for path in folder.glob("*-*") if path.name < ticket.name]
    return sum(map(_is_held, earlier))


def _is_held(ticket: Path) -> bool:
    with suppress(FileNotFoundError):
        descriptor = os.open(ticket, os.O_RDWR)
        try:
            if not _lock(descriptor):
                return True
            ticket.unlink(missing_ok=True)
        finally:
            os.close(descriptor)
    return False


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
