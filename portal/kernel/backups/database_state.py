"""The state of a database: migrations, sequences, row-level security, digests of publications."""

import hashlib
from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from portal.kernel.backups.manifest import BackupError

_PUBLICATIONS_AT_ONCE = 10_000
# What every policy of row-level security begins with (row_security.forced_policy).
_SYSTEM_PASSES = "%current_setting('portal.kind'::text, true) = 'system'::text%"


def identity(cursor: CursorWrapper) -> str:
    """What no other database is called: one that was made anew under the same name has another number."""
    cursor.execute(
        "SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())"
        " FROM pg_control_system()"
    )
    return str(cursor.fetchone()[0])


def see_all(cursor: CursorWrapper) -> None:
    """Act as SYSTEM for this transaction. Raises BackupError where row-level security still hides rows."""
    cursor.execute("SELECT set_config('portal.kind', 'system', true)")
    cursor.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relforcerowsecurity"
        " AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive"
        " AND p.polcmd IN ('*', 'r') AND pg_get_expr(p.polqual, c.oid) LIKE %s)",
        [_SYSTEM_PASSES],
    )
    hidden = [row[0] for row in cursor.fetchall()]
    if hidden:
        raise BackupError(
            f"Row-level security hides rows of {', '.join(hidden)} from whoever takes the backup."
        )


def refuse_other_than_owner(cursor: CursorWrapper) -> None:
    """Only the owner of the tables reads and writes all of them."""
    cursor.execute(
        "SELECT current_user, count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT pg_has_role(relowner, 'USAGE')"
    )
    role, foreign = cursor.fetchone()
    if foreign:
        raise BackupError(
            f"The role {role} does not own {foreign} of the tables. Set DATABASE_OWNER_URL to the owner's address."
        )


def migrations(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """What `migrate` has applied."""
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return [(app, name) for app, name in cursor.fetchall()]


def sequences(cursor: CursorWrapper) -> dict[str, tuple[int, bool]]:
    """Each sequence's last number, and whether it was given out."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY 1"
    )
    states = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f'SELECT last_value, is_called FROM public."{name}"')
        states[name] = cursor.fetchone()
    return states


def row_security(cursor: CursorWrapper) -> list[str]:
    """The tables with row-level security; "!" follows those where it binds the owner too."""
    cursor.execute(
        "SELECT relname || CASE WHEN relforcerowsecurity THEN '!' ELSE '' END FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relrowsecurity ORDER BY 1"
    )
    return [row[0] for row in cursor.fetchall()]


def partitions(cursor: CursorWrapper) -> dict[str, list[str]]:
    """Of each divided table the first days of its parts, as "2026-11-01"; the table by its name with its schema."""
    cursor.execute(
        "SELECT inhparent::regclass::text,"
        " array_agg(rpad(replace(substring(relname FROM '_([0-9]{4}(_[0-9]{2})?)$'), '_', '-'), 10, '-01-01')"
        " ORDER BY relname) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
        " WHERE relnamespace = to_regnamespace('partitions') AND relname ~ '_[0-9]{4}(_[0-9]{2})?$'"
        " GROUP BY 1 ORDER BY 1"
    )
    return {table: list(days) for table, days in cursor.fetchall()}


def make_partitions(cursor: CursorWrapper, partitions: dict[str, list[str]]) -> None:
    """Make these parts where they are missing, before rows come that belong into them."""
    for table, days in partitions.items():
        for day in days:
            cursor.execute(
                "SELECT portal_make_partition(%s::regclass, %s::date AT TIME ZONE 'UTC')", [table, day]
            )


def publications(cursor: CursorWrapper) -> tuple[int, str]:
    """How many there are, and one digest over their numbers and digests. One query for each part of them.

    Raises BackupError when the bytes of one do not match its stored digest.
    """
    over_all, count = hashlib.sha256(), 0
    for number, recorded_digest, digest in _digests_of_publications(cursor):
        if recorded_digest != digest:
            raise BackupError(f"Publication {number} does not have the digest that it was published with.")
        over_all.update(f"{number} {digest}\n".encode())
        count += 1
    return count, over_all.hexdigest()


def _digests_of_publications(cursor: CursorWrapper) -> Iterator[tuple[int, str, str]]:
    """Number, recorded digest and digest of the bytes; a million of them do not all fit into memory."""
    last, rows = 0, None
    while rows is None or rows:
        cursor.execute(
            "SELECT number, sha256, encode(sha256(body), 'hex') FROM portal_publication WHERE number > %s"
            " ORDER BY number LIMIT %s",
            [last, _PUBLICATIONS_AT_ONCE],
        )
        rows = cursor.fetchall()
        yield from rows
        last = rows[-1][0] if rows else last
