"""The migrations that the code has."""

from functools import cache

from django.db.migrations.loader import MigrationLoader


@cache
def code_migrations() -> frozenset[tuple[str, str]]:
    """App and name of each; read once in a process."""
    return frozenset(MigrationLoader(None).disk_migrations)
