"""What is only read may be read from a replica, where one stands by and already has what the reader must see.

The replica takes the primary's place for the thread: everything that asks for "the database" asks it, the ORM and
plain SQL alike. Nobody chooses by table or model, so that one answer never mixes two moments.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections

REPLICA = "replica"  # its name in `DATABASES`
# a primary, promoted meanwhile, has everything
_REPLAYED = "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn"


@contextmanager
def reading_replica(is_current: Callable[[], bool]) -> Iterator[bool]:
    """Inside, this thread reads from the replica, if `is_current`, asked of the replica, says that it may; gives
    whether it does.

    Not where there is none, where it does not answer, and not inside a transaction. What is written there is refused
    by the replica, with an error of the database.
    """
    if REPLICA not in settings.DATABASES or connection.in_atomic_block:
        yield False
        return
    primary = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connections[REPLICA]
    try:
        is_read = _is_right(is_current)
        if not is_read:
            connections[DEFAULT_DB_ALIAS] = primary
        yield is_read
    finally:
        connections[DEFAULT_DB_ALIAS] = primary


@contextmanager
def reading_level_replica() -> Iterator[bool]:
    """As `reading_replica`, where it has everything that was committed until now: whoever has just written finds it."""
    if REPLICA not in settings.DATABASES or connection.in_atomic_block:
        yield False
        return
    position = _present_position()
    with reading_replica(lambda: _has_replayed(position)) as is_replica:
        yield is_replica


def _is_right(is_current: Callable[[], bool]) -> bool:
    try:
        return is_current()
    except (OperationalError, InterfaceError):
        connection.close()  # a broken one is not kept for the next time
        return False


def _has_replayed(position: str) -> bool:
    """Whether the replica that is asked has everything up to this position of the primary's log."""
    with connection.cursor() as cursor:
        cursor.execute(_REPLAYED, [position])
        return bool(cursor.fetchone()[0])


def _present_position() -> str:
    """The position in the log of everything that was committed until now; asked of the primary."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_flush_lsn()::text")
        return str(cursor.fetchone()[0])


def replayed_until() -> datetime:
    """The moment up to which the replica that is asked knows what was committed."""
    with connection.cursor() as cursor:
        # a primary, promoted meanwhile, knows all
        cursor.execute("SELECT coalesce(pg_last_xact_replay_timestamp(), now())")
        moment: datetime = cursor.fetchone()[0]
        return moment
