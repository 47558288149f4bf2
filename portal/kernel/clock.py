"""The moment at which an act is said to happen: now, or in a demonstration's past."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_SET: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The moment for stamps: of signatures, filings, publications, lines of the journal."""
    return _SET.get() or timezone.now()


def is_set() -> bool:
    """Whether a story is being told: then nobody is written to as if it had happened just now."""
    return _SET.get() is not None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let acts be stamped with `moment`. For demonstration data alone; a test keeps all else away from it."""
    if timezone.is_naive(moment):
        raise ValueError("a moment needs its time zone")
    token = _SET.set(moment)
    try:
        yield
    finally:
        _SET.reset(token)
