"""The time of day in the reader's format: 14:05, or 2:05 PM.

The choice belongs to a request or a letter, as the language does; pages that are the same for everybody use 14:05.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time

from portal.kernel.text.numbers import NO_BREAK

CLOCK_24, CLOCK_12 = "24", "12"
_TIME_FORMAT: ContextVar[str] = ContextVar("hours", default=CLOCK_24)


@contextmanager
def use_time_format(hours: str = CLOCK_24) -> Iterator[None]:
    """Write times with this many hours to the day; the earlier choice returns at the end."""
    token = _TIME_FORMAT.set(hours)
    try:
        yield
    finally:
        _TIME_FORMAT.reset(token)


def set_time_format(hours: str) -> None:
    """Write times like this until the surrounding `use_time_format` ends."""
    _TIME_FORMAT.set(hours)


def format_time(at: datetime | time) -> str:
    """The time of day in the chosen way, unbroken; AM and PM stay as they are in every language."""
    if _TIME_FORMAT.get() != CLOCK_12:
        return f"{at.hour:02}:{at.minute:02}"
    return f"{at.hour % 12 or 12}:{at.minute:02}{NO_BREAK}{'PM' if at.hour >= 12 else 'AM'}"
