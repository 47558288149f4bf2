"""The place of a restore must be empty: nothing is ever written over."""

from django.db.backends.utils import CursorWrapper

from portal.kernel.backups import database_state
from portal.kernel.backups.manifest import BackupError
from portal.kernel.files import bulk

_MAX_NAMED = 3


def refuse_two_at_once(cursor: CursorWrapper) -> None:
    """Refuse while another restore fills this database; the lock is held to the end of the transaction."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('portal.restore'))")
    if cursor.fetchone() != (True,):
        raise BackupError("Another restore is at work here. Wait until it has ended; nothing was changed.")


def refuse_tables(cursor: CursorWrapper) -> None:
    """Refuse a database that has tables already, naming them and their numbers of rows."""
    if names := _tables(cursor):
        largest = ", ".join(names[:_MAX_NAMED])
        raise BackupError(
            f"The database is not empty: it has {len(names)} tables, the largest are {largest}. "
            "Restore into a new database without tables (`migrate` is not run before); nothing was changed."
        )


def _tables(cursor: CursorWrapper) -> list[str]:
    """The names of all tables, the largest first."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " ORDER BY pg_relation_size(oid) DESC, relname"
    )
    return [row[0] for row in cursor.fetchall()]


def refuse_no_rights(cursor: CursorWrapper) -> None:
    """Refuse a role that may not make tables, and a database without what only a superuser can add."""
    cursor.execute("SELECT current_user, has_schema_privilege('public', 'CREATE')")
    role, may_create = cursor.fetchone()
    if not may_create:
        raise BackupError(
            f"The role {role} may not make tables. Set DATABASE_OWNER_URL to the address of the database's owner."
        )
    required = ["btree_gist", "pg_trgm", "unaccent"]
    cursor.execute("SELECT extname FROM pg_extension WHERE extname = ANY(%s)", [required])
    missing = sorted(set(required) - {row[0] for row in cursor.fetchall()})
    if missing:
        raise BackupError(f"The database lacks the extensions {', '.join(missing)}: see step 1 of deploy.md.")


def refuse_files(cursor: CursorWrapper) -> None:
    """Refuse a storage with files that no killed restore has left there, and those of one with acts left to do."""
    if bulk.is_half_filled() or (bulk.is_unfinished() and _was_killed_before_its_commit(cursor)):
        return
    if bulk.is_unfinished():
        raise BackupError(
            "The storage has the files of a restore that has not purged and erased again what it brought back: start "
            "that again, with its archive and its database. If there is no such database, empty the storage by hand, "
            "`.restored` too. Nothing was changed."
        )
    path = bulk.first_file()
    if path:
        raise BackupError(
            f"The storage of files is not empty: there is {path}. Restore into an empty one; nothing was changed."
        )


def _was_killed_before_its_commit(cursor: CursorWrapper) -> bool:
    """Whether the storage was filled for this database, in which no row has come."""
    return bulk.unfinished_database() == database_state.identity(cursor) and not _tables(cursor)
