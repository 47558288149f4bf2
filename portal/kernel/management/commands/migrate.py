"""`manage.py migrate`, as the database's owner, with the application's rights renewed at its end."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as Migrate

from portal.kernel.grants import grant_application, owner_alias


class Command(Migrate):
    help = "Updates the database schema as its owner, and renews what the application's role may do."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=owner_alias())

    def handle(self, *args: Any, **options: Any) -> str | None:
        result = super().handle(*args, **options)
        grant_application()
        return result
