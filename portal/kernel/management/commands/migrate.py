"""`manage.py migrate`, as the database's owner, with the application's rights renewed at its end.

It runs beside the portal at work: one at a time, and no migration in a transaction waits for a table longer than some
seconds.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg2 import errors as postgres_errors

from portal.kernel.access import grant_application_role, owner_alias
from portal.kernel.database import make_partitions

_BEGIN_ANEW = (
    "Use the portal that made it, or begin anew: `python3 manage.py demo --reset` empties the data folder "
    "of the demonstration; anywhere else name an empty database."
)


# A change of a table waits for whoever uses it, and everybody who comes after waits behind the change.
LOCK_TIMEOUT = "5s"
_LOCK = 0x6D696772  # while it runs: another `migrate` waits for its end
_LOCK_ASKED_EVERY = 0.5  # seconds


class Command(Migrate):
    help = "Update the database schema as its owner, and renew what the application's role may do."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=owner_alias())

    def handle(self, *args: Any, **options: Any) -> str | None:
        if options["check_unapplied"]:  # asked by the application, which may be older than the schema
            return super().handle(*args, **options)
        database = options["database"]
        with _alone(connections[database]):
            return self._migrate(*args, **options)

    def _migrate(self, *args: Any, **options: Any) -> str | None:
        database = options["database"]
        _refuse_unknown_migrations(MigrationLoader(connections[database]))
        _refuse_other_order(database)
        for name in _drop_broken_indexes(connections[database]):
            self.stdout.write(f"The index {name} was left by a migration that broke off: it is made again.")
        self._connection = connections[database]
        with _bounded_waiting(connections[database]):
            result = super().handle(*args, **options)
        grant_application_role()
        loader = MigrationLoader(connections[database])
        if loader.graph.nodes.keys() <= loader.applied_migrations.keys():
            _refuse_other_columns(database, loader.migrated_apps)
            with _bounded_waiting(connections[database]):
                make_partitions(database)
        return result

    def migration_progress_callback(
        self, action: str, migration: Migration | None = None, fake: bool = False
    ) -> None:
        """Say what is done, and bound the waiting for tables of what is done in a transaction.

        An index that is made in none waits for every transaction that is open, and holds nobody up. Ended over that
        wait, it would be left invalid.
        """
        if migration:
            _bound_waiting(self._connection, LOCK_TIMEOUT if migration.atomic else "0")
        super().migration_progress_callback(action, migration, fake)


def _refuse_unknown_migrations(loader: MigrationLoader) -> None:
    """Refuse a database with migrations of installed apps that this portal does not have.

    Migrations from before version 0.1.0 were replaced, partly by others of the same names: without this check
    such a database would be taken for one that is up to date.
    """
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    )
    if unknown:
        raise CommandError(
            f"This database has migrations that this portal does not know: {', '.join(unknown)}. "
            "It was made by a newer portal, or by one from before version 0.1.0, whose data cannot be taken over. "
            + _BEGIN_ANEW
        )


def _refuse_other_order(database: str) -> None:
    """Refuse a database that lacks a migration before one that it has: tables were made without what it makes."""
    try:
        MigrationLoader(connections[database]).check_consistent_history(connections[database])
    except InconsistentMigrationHistory as error:
        raise CommandError(
            f"{error} It was made by a portal from before version 0.1.0, whose data cannot be taken over. "
            + _BEGIN_ANEW
        ) from error


def _refuse_other_columns(database: str, migrated_apps: set[str]) -> None:
    """Refuse a database without migrations to apply whose tables have other columns than the models.

    Before version 0.1.0 a changed model changes the initial migration, which keeps its name. One query.
    """
    with connections[database].cursor() as cursor:
        cursor.execute(
            "SELECT relname, array_agg(attname::text) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped"
            " GROUP BY relname"
        )
        columns_by_table = {table: set(columns) for table, columns in cursor.fetchall()}
    differing = sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in migrated_apps
        and model._meta.can_migrate(database)
        and {field.column for field in model._meta.local_concrete_fields}
        != columns_by_table.get(model._meta.db_table)
    )
    if differing:
        raise CommandError(
            f"This database has all migrations, but other columns than this portal in {', '.join(differing)}. "
            "It was made by a portal from before version 0.1.0, whose data cannot be taken over. "
            + _BEGIN_ANEW
        )


@contextmanager
def _alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Two nodes that migrate at once do it one after the other; the second finds nothing to do.

    Asked again and again: an index that is made beside the portal would wait for a statement that waits for its maker.
    """
    while not _takes_lock(connection):
        time.sleep(_LOCK_ASKED_EVERY)
    try:
        yield
    finally:
        with (
            suppress(DatabaseError, InterfaceError),
            connection.cursor() as cursor,
        ):  # it ends with the connection in any case
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _takes_lock(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


@contextmanager
def _bounded_waiting(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Bound the waiting for tables; a migration that fails is named, with what is left of it."""
    _bound_waiting(connection, LOCK_TIMEOUT)
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        if connection.in_atomic_block:  # of a restore, which undoes everything
            raise
        connection.close()  # it may be broken
        raise CommandError(_what_is_left(connection, error)) from error
    finally:
        with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def _bound_waiting(connection: BaseDatabaseWrapper, limit: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [limit])


def _what_is_left(connection: BaseDatabaseWrapper, error: DatabaseError | InterfaceError) -> str:
    """Which migration failed, what became of it, and how to go on."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return (
            f"The database has broken off, and does not answer: {str(error).strip()}. Of a migration in a transaction "
            "nothing was done, and those before it are applied. Start it again once the database is there "
            "(docs/how-to/upgrade.md)."
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:  # it was not a migration that failed
        return f"All migrations are applied. What failed after them: {error}"
    migration = plan[0][0]
    name = f"{migration.app_label}.{migration.name}"
    if isinstance(error.__cause__, postgres_errors.LockNotAvailable):
        cause = (
            f"a table was in use for longer than {LOCK_TIMEOUT}. Start it again, when fewer people are there"
        )
    elif any(isinstance(each, postgres_errors.InsufficientPrivilege) for each in _causes(error)):
        owner = "Set DATABASE_OWNER_URL to the address of the database’s owner, and start it again"
        cause = f"{str(error).strip()}. {owner}"
    else:
        cause = f"{str(error).strip()}. Mend the cause, and start it again"
    left = (
        "nothing of it was done" if migration.atomic else "what it had done in no transaction was not undone"
    )
    return (
        f"{name} failed, and {left}: {cause}. Migrations before it are applied, the portal goes on with the code "
        "that runs, and nothing has to be restored (docs/how-to/upgrade.md)."
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what has led to it: Django names the one behind its table of migrations nowhere else."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _drop_broken_indexes(connection: BaseDatabaseWrapper) -> list[str]:
    """Drop what `CREATE INDEX CONCURRENTLY` has left invalid, but for what is being made; returns the names.

    Which index another role is making is not shown: while one is, in this database, none is dropped.
    """
    if connection.in_atomic_block:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE relnamespace = 'public'::regnamespace AND NOT indisvalid AND NOT EXISTS"
            " (SELECT FROM pg_stat_progress_create_index WHERE datname = current_database()"
            " AND coalesce(index_relid, indexrelid) = indexrelid)"
        )
        names = [name for (name,) in cursor.fetchall()]
        for name in names:
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {connection.ops.quote_name(name)}")
    return names
