"""The clock: the moment of an act (now, or in a demonstration's past), and the time zone of its day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta, tzinfo

from django.db import connection
from django.utils import timezone

YEARS = range(1990, 2201)  # in which days of people and programs lie: those beyond are slips of the hand

_MOMENT: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The moment for stamps: of signatures, filings, publications, journal entries."""
    return _MOMENT.get() or timezone.now()


def database_now() -> datetime:
    """The moment by the database's clock, which decides what is due: of the beginning of the transaction. One query.

    Whoever has waited for a lock since then came in time, if they came in time.
    """
    return _ask_database("now()")


def database_now_under_lock() -> datetime:
    """The moment by the database's clock itself: later than what was written under a lock for which the caller has
    waited. One query."""
    return _ask_database("clock_timestamp()")


def _ask_database(expression: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}")
        moment: datetime = cursor.fetchone()[0]
    return moment


def is_set() -> bool:
    """Whether the clock is set to the past (demonstration data): then no letters are sent."""
    return _MOMENT.get() is not None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let acts be stamped with `moment`. For demonstration data alone; a test keeps all else away from it."""
    if timezone.is_naive(moment):
        raise ValueError("a moment needs its time zone")
    token = _MOMENT.set(moment)
    try:
        yield
    finally:
        _MOMENT.reset(token)


# --- The zone --------------------------------------------------------------------------------

_ZONE_SOURCE: list[Callable[[], tzinfo]] = []


def register_zone_source(source: Callable[[], tzinfo]) -> None:
    """Name the function that says in which time zone days are counted and moments are shown."""
    _ZONE_SOURCE[:] = [source]


class _Local(tzinfo):
    """That time zone, asked for only where a moment is shown: who shows none asks the database nothing."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return _zone().utcoffset(moment)

    def dst(self, moment: datetime | None) -> timedelta | None:
        return _zone().dst(moment)

    def tzname(self, moment: datetime | None) -> str | None:
        return _zone().tzname(moment)

    def fromutc(self, moment: datetime) -> datetime:
        zone = _zone()
        return zone.fromutc(moment.replace(tzinfo=zone)).replace(tzinfo=self)

    def __str__(self) -> str:
        return str(_zone())


def _zone() -> tzinfo:
    return _ZONE_SOURCE[0]() if _ZONE_SOURCE else timezone.get_default_timezone()


def present_zone() -> tzinfo:
    """That time zone as it is now, for what is shown when nobody can be asked. At most one query."""
    return _zone()


local = _Local()


def activate_local_zone() -> None:
    """Show moments in that zone from now on, in this request or this worker."""
    timezone.activate(local)
