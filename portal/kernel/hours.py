"""How the time of day is written for whoever reads: 14:05, or 2:05 PM.

The choice belongs to a request or a letter, as the language does; what is the same for everybody says 14:05.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time

from portal.kernel.numerals import NO_BREAK

OF_24, OF_12 = "24", "12"
_CHOSEN: ContextVar[str] = ContextVar("hours", default=OF_24)


@contextmanager
def written(hours: str = OF_24) -> Iterator[None]:
    """Write times with this many hours to the day; the earlier choice returns at the end."""
    token = _CHOSEN.set(hours)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def choose(hours: str) -> None:
    """Write times like this until the surrounding `written` ends."""
    _CHOSEN.set(hours)


def spoken(at: datetime | time) -> str:
    """The time of day in the chosen way, unbroken; AM and PM stay as they are in every language."""
    if _CHOSEN.get() != OF_12:
        return f"{at.hour:02}:{at.minute:02}"
    return f"{at.hour % 12 or 12}:{at.minute:02}{NO_BREAK}{'PM' if at.hour >= 12 else 'AM'}"
