"""Locks on what has no row yet: two who would make the same wait for each other."""

from django.db import connection


def lock_name(name: str) -> None:
    """Until the end of the transaction nobody else locks this name: an address, a digest, what is asked for.

    Whoever asks waits. Names of one kind begin alike (`search:`), so that no two kinds meet.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
