"""`manage.py migrate`, as the database's owner, with the application's rights renewed at its end."""

from typing import Any

from django.apps import apps
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from portal.kernel.access import grant_application_role, owner_alias
from portal.kernel.database import make_partitions

_BEGIN_ANEW = (
    "Use the portal that made it, or begin anew: `python3 manage.py demo --reset` empties the data folder "
    "of the demonstration; anywhere else name an empty database."
)


class Command(Migrate):
    help = "Update the database schema as its owner, and renew what the application's role may do."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=owner_alias())

    def handle(self, *args: Any, **options: Any) -> str | None:
        if options["check_unapplied"]:  # asked by the application, which may be older than the schema
            return super().handle(*args, **options)
        database = options["database"]
        _refuse_unknown_migrations(MigrationLoader(connections[database]))
        result = super().handle(*args, **options)
        loader = MigrationLoader(connections[database])
        if loader.graph.nodes.keys() <= loader.applied_migrations.keys():
            _refuse_other_columns(database, loader.migrated_apps)
            make_partitions(database)
        grant_application_role()
        return result


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
