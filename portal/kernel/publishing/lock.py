"""One publication at a time, so that the numbers have no gaps, and nothing derived from them misses one."""

from django.db import connection

_LOCK = 0x70756268


def hold_publications() -> None:
    """Wait for the publication in progress, and let no other begin before the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def try_hold_publications() -> bool:
    """The same without waiting: whether no publication is in progress, and none begins before the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])
