"""The command `portal` of an installation: what `manage.py` does, but for what needs the source.

Settings come from the environment: docs/how-to/deploy.md.
"""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from psycopg2 import errors as postgres_errors

from portal import __version__

SERVERS_HINT = "Look at DATABASE_URL and DATABASE_OWNER_URL."
_OTHER_SCHEMA = (postgres_errors.UndefinedTable, postgres_errors.UndefinedColumn)
# Commands of developers: they read or write what a release does not hold, or start servers of their own.
_NEED_THE_SOURCE = (
    "demo", "services", "test", "bench", "release", "page_table",
    "makemigrations", "squashmigrations", "makemessages", "compilemessages", "startapp", "startproject",
)  # fmt: skip


def main() -> int:
    """Run the command line of the `portal` that was installed; returns the exit code."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in _NEED_THE_SOURCE:
        text = f"`{command}` is for developers: it needs the source, and runs there as `python3 manage.py {command}`."
        print(text, file=sys.stderr)
        return 2
    if command in ("version", "--version"):
        print(f"Alliance Portal {__version__}")
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    return run_django(sys.argv, SERVERS_HINT)


def run_django(arguments: list[str], servers_hint: str) -> int:
    """Run a command of Django, and return the exit code.

    Says `servers_hint` where no database answers, and what to do where one answers that was not migrated.
    """
    try:
        execute_from_command_line(arguments)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None):  # it answered, and something else is wrong
            raise
        print(f"No database answers: {str(error).strip()}\n{servers_hint}", file=sys.stderr)
        return 1
    except ProgrammingError as error:
        if not (isinstance(error.__cause__, _OTHER_SCHEMA) and _is_migration_missing()):
            raise
        text = (
            "The database has not the schema of this portal: `migrate` was not called, or has not come to its end. "
            "Call it first, with the address of the database’s owner in DATABASE_OWNER_URL; where that was done, "
            "DATABASE_URL names another database."
        )
        print(text, file=sys.stderr)
        return 1
    except ImproperlyConfigured as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def _is_migration_missing() -> bool:
    """Whether the database lacks one of the code's; so it does where `migrate` has not let us read the list of them."""
    try:
        loader = MigrationLoader(connection)
    except DatabaseError:
        return True
    return not loader.disk_migrations.keys() <= loader.applied_migrations.keys()
