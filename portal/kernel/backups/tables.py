"""Tables in PostgreSQL's own text format, in an order that is always the same: equal rows give equal bytes."""

import hashlib
from importlib import import_module
from typing import IO, Any, Protocol

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db.backends.utils import CursorWrapper

from portal.kernel.backups.manifest import Table

# The schema's history is written by `migrate`; a session that ended since must not live again;
# signs of life of processes and counts of tries are outdated; what was done with backups tells of another place.
_TABLES_LEFT_OUT = (
    "django_migrations", "django_session", "portal_heartbeat", "portal_limitcount", "portal_backuprun",
)  # fmt: skip
# However the server is set up: the same rows, the same text.
_TEXT_FORMAT = (
    "SET LOCAL timezone = 'UTC'", "SET LOCAL datestyle = 'ISO, YMD'", "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1", "SET LOCAL bytea_output = 'hex'", "SET LOCAL client_encoding = 'UTF8'",
)  # fmt: skip


class Sink(Protocol):
    """Takes bytes."""

    def write(self, piece: bytes, /) -> object: ...


def fix_text_format(cursor: CursorWrapper) -> None:
    """For the rest of this transaction."""
    for statement in _TEXT_FORMAT:
        cursor.execute(statement)


def names(cursor: CursorWrapper) -> list[str]:
    """The tables that are backed up."""
    # where the session engine of the settings stores its rows
    store: type[SessionStore] = import_module(settings.SESSION_ENGINE).SessionStore
    session_table = store.get_model_class()._meta.db_table
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        ' AND relname <> ALL(%s) ORDER BY relname COLLATE "C"',
        [[*_TABLES_LEFT_OUT, session_table]],
    )
    return [row[0] for row in cursor.fetchall()]


def columns(cursor: CursorWrapper, table: str) -> list[str]:
    """The columns that are written; what the database computes by itself is not."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' ORDER BY attname COLLATE \"C\"",
        [f"public.{_quoted(table)}"],
    )
    return [row[0] for row in cursor.fetchall()]


class _Counting:
    """Passes on the rows, counts them, and computes their digest."""

    def __init__(self, sink: Sink | None) -> None:
        self._sink = sink
        self.digest = hashlib.sha256()
        self.rows = 0

    def write(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.rows += piece.count(b"\n")  # a line break inside a value is written as \n
        if self._sink:
            self._sink.write(piece)


def copy_out(cursor: CursorWrapper, table: str, columns: list[str], sink: Sink | None = None) -> Table:
    """Write the rows to the sink, by their key; returns their summary. Without a sink they are only read."""
    counting = _Counting(sink)
    listed = ", ".join(map(_quoted, columns))
    query = f"SELECT {listed} FROM public.{_quoted(table)}{_order_clause(cursor, table)}"
    _raw(cursor).copy_expert(f"COPY ({query}) TO STDOUT", counting)
    return Table(columns, counting.rows, counting.digest.hexdigest())


def copy_in(cursor: CursorWrapper, table: str, columns: list[str], source: IO[bytes]) -> None:
    """Put the rows in the place of whatever a migration has put there."""
    cursor.execute(f"DELETE FROM public.{_quoted(table)}")
    listed = ", ".join(map(_quoted, columns))
    _raw(cursor).copy_expert(f"COPY public.{_quoted(table)} ({listed}) FROM STDIN", source)


def open_for_copying(cursor: CursorWrapper, table: str) -> None:
    """Let the owner write whole rows: no trigger derives others from them, no policy hides them."""
    quoted = f"public.{_quoted(table)}"
    cursor.execute(f"ALTER TABLE {quoted} DISABLE TRIGGER USER")
    cursor.execute(f"ALTER TABLE {quoted} NO FORCE ROW LEVEL SECURITY")


def close_again(cursor: CursorWrapper, table: str, *, is_forced: bool) -> None:
    """What `open_for_copying` has opened."""
    quoted = f"public.{_quoted(table)}"
    cursor.execute(f"ALTER TABLE {quoted} ENABLE TRIGGER USER")
    if is_forced:
        cursor.execute(f"ALTER TABLE {quoted} FORCE ROW LEVEL SECURITY")


def _order_clause(cursor: CursorWrapper, table: str) -> str:
    cursor.execute(
        "SELECT attname, atttypid::regtype::text IN ('text', 'character varying') FROM pg_index"
        " JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)"
        " WHERE indrelid = %s::regclass AND indisprimary ORDER BY array_position(indkey, attnum)",
        [f"public.{_quoted(table)}"],
    )
    keys = [_quoted(name) + (' COLLATE "C"' if is_text else "") for name, is_text in cursor.fetchall()]
    return f" ORDER BY {', '.join(keys)}" if keys else ""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _raw(cursor: CursorWrapper) -> Any:
    """psycopg's own cursor, which alone knows COPY."""
    return cursor.cursor
