"""Migrations that only a test has, after those of the code."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation


@contextmanager
def more_migrations(
    *steps: Sequence[Operation], app: str = "portal", atomic: bool = True
) -> Iterator[list[str]]:
    """While the block lasts the code has these migrations too, one after another; gives their names."""
    names = [f"90{place:02}_of_a_test" for place in range(1, len(steps) + 1)]
    load_disk = MigrationLoader.load_disk

    def load_more(loader: MigrationLoader) -> None:
        load_disk(loader)
        earlier = max(name for label, name in loader.disk_migrations if label == app)
        for name, operations in zip(names, steps, strict=True):
            made = type("Migration", (migrations.Migration,), {"atomic": atomic})(name, app)
            made.dependencies, made.operations, earlier = [(app, earlier)], list(operations), name
            loader.disk_migrations[app, name] = made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MigrationLoader, "load_disk", load_more)
        yield names
