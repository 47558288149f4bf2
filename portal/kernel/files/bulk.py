"""The storage as a whole, for backups and restores: every file as it lies there, damaged or not."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import IO

from django.core.files.base import ContentFile, File

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.files.backends import StoredObject
from portal.kernel.files.integrity.measure import file_storage
from portal.kernel.files.models import FileCase, FileState
from portal.kernel.files.references import digests_of, file_references

_FILLING = ".restoring"  # lies in the storage while a restore fills it, before its rows are committed
# from then on until all its acts are done; it names the database to whose rows, once committed, the files belong
_UNFINISHED = ".restored"
_BATCH = 1000  # files of whose rows is asked at once


def walk_files() -> Iterator[StoredObject]:
    """Every stored file."""
    yield from file_storage().walk()


def open_unverified(path: str) -> File:
    """The bytes as they are. Raises FileNotFoundError, or ReadRefused."""
    file: File = file_storage().open(path, "rb")
    return file


def referenced_digests(database: str) -> Mapping[str, str]:
    """The path and the digest of every file to which a row refers, as this database alias has them at the moment."""
    rows = (
        reference.rows().using(database).values_list("file", "sha256").iterator()
        for reference in file_references()
    )
    return {path: sha256 for table in rows for path, sha256 in table}


def still_needed(digests: Mapping[str, str]) -> dict[str, str]:
    """Those of the paths to which a row refers at this moment, and whose bytes were not purged."""
    with acting_as(SYSTEM):
        purged = set(
            FileCase.objects.filter(state=FileState.PURGED, sha256__in=set(digests.values())).values_list(
                "sha256", flat=True
            )
        )
        referenced = digests_of(list(digests))
    return {path: sha256 for path, sha256 in digests.items() if path in referenced and sha256 not in purged}


def is_unfinished() -> bool:
    """Whether a restore has filled the storage, and has acts left to do. Raises ReadRefused."""
    return bool(file_storage().exists(_UNFINISHED))


def is_half_filled() -> bool:
    """Whether a restore fills the storage, or was killed while it did: no row belongs to these files."""
    return bool(file_storage().exists(_FILLING)) and not is_unfinished()


def unfinished_database() -> str:
    """The database for which a restore has filled the storage, as `filling` was given it. Raises ReadRefused."""
    with file_storage().open(_UNFINISHED, "rb") as marker:
        return str(marker.read().decode())


def first_file() -> str:
    """The path of a stored file; empty for a storage without files."""
    return next((entry.path for entry in walk_files()), "")


def unreferenced_files(most: int, *, besides: str) -> list[str]:
    """The paths of the first stored files to which no row refers, at `most` so many. Called as SYSTEM.

    In the place of a new portal they are another one's, `besides` a folder that jobs fill by themselves. Raises
    StorageError.
    """
    paths = list[str]()
    entries = (entry for entry in walk_files() if not entry.path.startswith(f"{besides}/"))
    while len(paths) < most and (batch := [entry.path for entry in islice(entries, _BATCH)]):
        referenced = digests_of(batch)
        paths += [path for path in batch if path not in referenced]
    return paths[:most]


@contextmanager
def filling(database: str) -> Iterator[None]:
    """Around a restore into a storage that is empty, or has what a killed restore left, whose rows were not committed.

    What it wrote goes when it fails, and when the next one begins. At its end the rows are about to be committed: from
    now on only a restore into the same `database` that has no rows may empty it, and until `note_finished` this one
    has acts left to do.
    """
    if is_half_filled() or is_unfinished():
        _empty()
    file_storage().save(_FILLING, ContentFile(b""))
    file_storage().delete(_UNFINISHED)
    try:
        yield
        file_storage().save(_UNFINISHED, ContentFile(database.encode()))
    except BaseException:
        _empty()
        file_storage().delete(_UNFINISHED)
        file_storage().delete(_FILLING)
        raise
    file_storage().delete(_FILLING)


def note_finished() -> None:
    """The restore has done all its acts. Raises StorageError."""
    file_storage().delete(_UNFINISHED)


def _empty() -> None:
    for entry in list(walk_files()):
        file_storage().delete(entry.path)


def write_unverified(path: str, source: IO[bytes]) -> None:
    """Store bytes under this path, whatever they are. Raises StorageError."""
    file_storage().save(path, File(source))
