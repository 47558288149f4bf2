"""`manage.py migrate`, as the database's owner, with the application's rights renewed at its end."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from portal.kernel.access import grant_application_role, owner_alias


class Command(Migrate):
    help = "Update the database schema as its owner, and renew what the application's role may do."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=owner_alias())

    def handle(self, *args: Any, **options: Any) -> str | None:
        _refuse_foreign_schema(options["database"])
        result = super().handle(*args, **options)
        grant_application_role()
        return result


def _refuse_foreign_schema(database: str) -> None:
    """Refuse a database with migrations of installed apps that this portal does not have.

    Migrations from before version 0.1.0 were replaced, partly by others of the same names: without this check
    such a database would be taken for one that is up to date.
    """
    loader = MigrationLoader(connections[database])
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    )
    if unknown:
        raise CommandError(
            f"This database has migrations that this portal does not know: {', '.join(unknown)}. "
            "It was made by a newer portal, or by one from before version 0.1.0, whose data cannot be taken over. "
            "Use the portal that made it, or begin anew: `python3 manage.py demo --reset` empties the data folder "
            "of the demonstration; anywhere else name an empty database."
        )
