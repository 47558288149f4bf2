"""The test database: a template migrated once by the owner, and a clone of it for each process of the run."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

import dj_database_url
import psycopg2
from django.core.management import call_command
from django.db import connections

from portal.local.data import schema_digest
from portal.local.test_cluster import TEMPLATE
from tests.support.isolation import MAINTENANCE, database_name

_LOCK = 7_305_150_229
# Files are copied as they are, and not page by page through the log: a third of the time.
_STRATEGY = "STRATEGY file_copy"


def prepare_template() -> None:
    """Make the template unless it is there and up to date; the first of several processes makes it."""
    with maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [TEMPLATE]
        )
        row = cursor.fetchone()
        if row != (schema_digest(),):
            cursor.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
            cursor.execute(f"CREATE DATABASE {TEMPLATE}")
            _migrate()
            cursor.execute(f"COMMENT ON DATABASE {TEMPLATE} IS %s", [schema_digest()])


def renew(template: str = TEMPLATE) -> None:
    """Put a fresh clone of the template in the place of this process's database (30 ms).

    Programs that are connected to it (a worker, a web server) lose their connection and find the new one.
    """
    copy(template, database_name())


def copy(template: str, name: str) -> None:
    """Put a clone of one database in the place of another; connections to the first are closed."""
    drop(name)
    with maintenance() as cursor:
        if template == TEMPLATE:  # several processes copy it at once, and nobody connects to it
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} {_STRATEGY}")
            return
        _close(template, cursor)
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} {_STRATEGY}")
        cursor.execute(f"ALTER DATABASE {template} ALLOW_CONNECTIONS true")


def drop(name: str = "") -> None:
    """Drop a database, by default this process's own, even while connections are open."""
    connections.close_all()
    name = name or database_name()
    with maintenance() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            return
        _close(name, cursor)
        cursor.execute(f"DROP DATABASE {name}")


def _close(name: str, cursor: "psycopg2.extensions.cursor") -> None:
    """Let nobody in, and end the connections that there are."""
    cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    for role in ("default", "owner"):
        _disconnect(role, name)


@contextmanager
def owner_cursor() -> Iterator["psycopg2.extensions.cursor"]:
    """A cursor of the database's owner, outside any transaction of the test."""
    with _connect(os.environ["DATABASE_OWNER_URL"]) as cursor:
        yield cursor


def _migrate() -> None:
    """Run the portal's own `migrate` against the template, as the owner."""
    names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = TEMPLATE
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        connections.close_all()
        for alias, name in names.items():
            connections[alias].settings_dict["NAME"] = name


def _disconnect(alias: str, name: str) -> None:
    """Each role may end its own connections only."""
    settings = connections[alias].settings_dict
    with _connect(os.environ[MAINTENANCE], user=settings["USER"], password=settings["PASSWORD"]) as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
            [name],
        )


@contextmanager
def maintenance() -> Iterator["psycopg2.extensions.cursor"]:
    with _connect(os.environ[MAINTENANCE]) as cursor:
        yield cursor


@contextmanager
def _connect(url: str, **others: str) -> Iterator["psycopg2.extensions.cursor"]:
    parts = dj_database_url.parse(url)
    known = {
        "dbname": parts["NAME"],
        "user": parts["USER"],
        "password": parts["PASSWORD"],
        "host": parts["HOST"],
        "port": parts["PORT"],
        **parts.get("OPTIONS", {}),
        **others,
    }
    with closing(psycopg2.connect(**{name: value for name, value in known.items() if value})) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
