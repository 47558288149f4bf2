"""A database that was filled once in this process, with its files: each module of tests begins from a copy of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from shutil import copy2
from tempfile import TemporaryDirectory
from typing import Generic, TypeVar

from django.core.files.storage import default_storage

from tests.support import database
from tests.support.isolation import database_name

T = TypeVar("T")


class Snapshot(Generic[T]):
    """What `make` wrote into a copy of the template and into the storage, and the objects that it gave back."""

    def __init__(self, name: str, make: Callable[[], T], folder: Path, template: str) -> None:
        self.database, self._folder = f"{database_name()}_{name}", folder
        database.renew(template)
        self._objects = make()
        database.copy(database_name(), self.database)
        _copy_missing(Path(default_storage.location), folder)

    def restore(self) -> T:
        """Put a copy of the database (30 ms) in the place of this process's own, and give back copies of the objects.

        Files that a test has removed from the storage come back.
        """
        database.renew(self.database)
        _copy_missing(self._folder, Path(default_storage.location))
        return self.objects()

    def objects(self) -> T:
        """Copies of what `make` gave back."""
        return deepcopy(self._objects)

    def drop(self) -> None:
        database.drop(self.database)


@contextmanager
def snapshot(name: str, make: Callable[[], T], template: str = database.WITH_CAST) -> Iterator[Snapshot[T]]:
    """A snapshot for as long as the block lasts."""
    with TemporaryDirectory() as folder:
        made = Snapshot(name, make, Path(folder), template)
        yield made
        made.drop()


def _copy_missing(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        copy = target / path.relative_to(source)
        if path.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy2(path, copy)
