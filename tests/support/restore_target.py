"""An empty database and an empty data folder besides the test's own: a place to restore into."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import psycopg2
from django.conf import settings
from django.db import connections
from django.test import override_settings

from tests.support.database import drop, maintenance
from tests.support.isolation import database_name

_EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")


class RestoreTarget:
    """Where a backup may be restored."""

    def __init__(self, folder: Path, storage: Mapping[str, Any] | None = None) -> None:
        self.folder = folder
        self._storage = storage or {**settings.STORAGES["default"], "OPTIONS": {"location": folder / "files"}}
        self.database = f"{database_name()}_restored"

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let the code of this process work there while the block lasts: with its database and its folder."""
        with (
            _connected_to(self.database),
            override_settings(DATA_DIR=self.folder, STORAGES={**settings.STORAGES, "default": self._storage}),
        ):
            yield

    def tables(self) -> int:
        """How many tables its database has."""
        rows = self.query("SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'")
        return int(str(rows[0][0]))

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """Ask the restored database, as its owner acting as SYSTEM."""
        address = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{self.database}")
        parts = dj_database_url.parse(address.geturl())
        with (
            psycopg2.connect(
                dbname=parts["NAME"],
                user=parts["USER"],
                password=parts["PASSWORD"],
                host=parts["HOST"] or parts.get("OPTIONS", {}).get("host"),
                port=parts["PORT"] or None,
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT set_config('portal.kind', 'system', true)")
            cursor.execute(statement)
            rows: list[tuple[object, ...]] = cursor.fetchall()
        connection.close()
        return rows


@contextmanager
def empty_restore_target(folder: Path, storage: Mapping[str, Any] | None = None) -> Iterator[RestoreTarget]:
    """A place for as long as the block lasts; its files lie in the folder, or in the given storage."""
    restore_target = RestoreTarget(folder, storage)
    drop(restore_target.database)
    with maintenance() as cursor:
        cursor.execute(f"CREATE DATABASE {restore_target.database} TEMPLATE template0")
    try:
        restore_target.folder.mkdir(exist_ok=True)
        _create_extensions(restore_target)
        yield restore_target
    finally:
        drop(restore_target.database)


def _create_extensions(restore_target: RestoreTarget) -> None:
    """As step 1 of the manual does."""
    restore_target.query(
        "; ".join(f"CREATE EXTENSION {extension}" for extension in _EXTENSIONS) + "; SELECT 1"
    )


@contextmanager
def _connected_to(database: str) -> Iterator[None]:
    names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = database
    try:
        yield
    finally:
        connections.close_all()
        for alias, name in names.items():
            connections[alias].settings_dict["NAME"] = name
