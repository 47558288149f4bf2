"""The test database: a template migrated once by the owner, the same with the cast in it, and a clone of that for each
process of the run.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

import dj_database_url
import psycopg2
from django.core.management import call_command
from django.db import connections, transaction

from portal.local.data import schema_digest
from portal.local.test_cluster import TEMPLATE
from tests.support.isolation import MAINTENANCE, database_name, run_name

# What almost every test begins with, made once for all processes: the cast and its charter; for tests of practices also
# what practices are described by.
WITH_CAST, WITH_TAXONOMY = "test_portal_with_cast", "test_portal_with_taxonomy"
SHARED = (TEMPLATE, WITH_CAST, WITH_TAXONOMY)  # several processes copy them, and nobody connects to them
_LOCK = 7_305_150_229
# Files are copied as they are, and not page by page through the log: a third of the time.
_STRATEGY = "STRATEGY file_copy"


def prepare_templates(filled: Mapping[str, tuple[str, Sequence[Callable[[], object]]]]) -> None:
    """Make the templates unless they are there and up to date; the first of several processes makes them.

    `filled`: by name those with something in them, each with the one that it is a copy of and with what fills it.
    """
    with maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if _comment(TEMPLATE, cursor) != schema_digest():
            cursor.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
            cursor.execute(f"CREATE DATABASE {TEMPLATE}")
            with _connected_to(TEMPLATE):
                call_command("migrate", interactive=False, verbosity=0)
            cursor.execute(f"COMMENT ON DATABASE {TEMPLATE} IS %s", [schema_digest()])
        for name, (template, fill) in filled.items():
            if _comment(name, cursor) != run_name():
                cursor.execute(f"DROP DATABASE IF EXISTS {name}")
                cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} {_STRATEGY}")
                with _connected_to(name):
                    for make in fill:
                        make()
                cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [run_name()])


def _comment(name: str, cursor: "psycopg2.extensions.cursor") -> str | None:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    row = cursor.fetchone()
    return row and row[0]


def renew(template: str = WITH_CAST) -> None:
    """Put a fresh clone of the template in the place of this process's database (30 ms).

    Programs that are connected to it (a worker, a web server) lose their connection and find the new one.
    """
    copy(template, database_name())


@dataclass
class DatabaseState:
    """What this process's database was copied from, and whether a test has committed something to it since."""

    template: str = WITH_CAST
    touched: bool = False
    is_held: bool = False

    def renew(self, template: str) -> None:
        """A fresh clone of this template, unless the database is one that nobody has touched."""
        if self.is_held:
            return
        if self.touched or template != self.template:
            renew(template)
        self.template, self.touched = template, False

    @contextmanager
    def hold(self) -> Iterator[None]:
        """The tests of one module share one transaction, which is rolled back: nobody renews the database meanwhile."""
        self.is_held = True
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        finally:
            self.is_held, self.touched = False, True


def copy(template: str, name: str) -> None:
    """Put a clone of one database in the place of another; connections to the first are closed."""
    drop(name)
    with maintenance() as cursor:
        if template in SHARED:
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


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """Django's connections lead to this database."""
    names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        for alias in connections:
            connections[alias].settings_dict["NAME"] = names[alias]


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
