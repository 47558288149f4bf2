"""Taking a backup: one snapshot of the tables, then the files, which outlive their rows by a day."""

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from portal import __version__
from portal.kernel import monitoring
from portal.kernel.access import owner_alias
from portal.kernel.backups import database_state, tables
from portal.kernel.backups.archive import DRAFT, Archive, Writer, write_archive
from portal.kernel.backups.manifest import BackupError, Manifest
from portal.kernel.files import (
    Detection,
    StorageError,
    StoredBytes,
    bulk,
    find_digest,
    note_damage,
    remove_abandoned,
)
from portal.kernel.monitoring import ProcessKind

ENDING = ".tar"
_OWN_NAMES = f"portal-*Z{ENDING}"
_IN_MEMORY = 16 * 1024 * 1024


def take_backup(target: Path, keep: int = 0, *, verify: bool = False) -> tuple[Path, Manifest]:
    """Write a new archive into the folder, or to the path if it ends in `.tar`; of the folder's, keep the newest.

    With `verify` it is read back, and removed where it is not what was written: then there was no backup, and every
    older one stays. So it does while stored files are damaged: an older one may hold the last good copy. What
    killed backups have left in the folder goes first. Raises BackupError for an archive that does not hold, for what
    exists already, a role that does not own the tables, a database or a storage that does not answer, and a place
    that takes no archive.
    """
    with _refusals_of_place_and_database(target):
        return _take_backup(_archive_path(target), keep, verify=verify)


@contextmanager
def _refusals_of_place_and_database(target: Path) -> Iterator[None]:
    """Whoever reads the log of the night finds a sentence: the disk is full, or not theirs, or the database went."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise BackupError(
            f"No backup was taken: the database has broken off ({str(error).strip()}). Nothing is left of it, and no "
            "older archive was removed. Put that right, and start it again."
        ) from error
    except OSError as error:
        if error.errno is None:  # not what a disk says
            raise
        raise BackupError(
            f"No backup was taken: the place {target} does not take it ({error.strerror}). Nothing is left of it, and "
            "no older archive was removed. Make room, or name a folder that this user may write to."
        ) from error


def _take_backup(path: Path, keep: int, *, verify: bool) -> tuple[Path, Manifest]:
    for draft in path.parent.glob(f"{_OWN_NAMES}{DRAFT}"):
        remove_abandoned(draft)
    with _snapshot() as cursor:
        manifest = _describe(cursor)
        try:
            with write_archive(path, manifest) as writer:
                for name in tables.names(cursor):
                    _add_table(writer, manifest, cursor, name, path.parent)
                _add_files(writer, manifest)
        except StorageError as refusal:
            raise BackupError(
                f"The storage of files does not answer; no backup was written. ({refusal})"
            ) from refusal
    if verify:
        _verify(path)
    monitoring.note_alive(ProcessKind.BACKUP, ProcessKind.BACKUP)
    if keep and not manifest.damaged:
        # delete the oldest of our own archives; their names are in the order of time
        for old in sorted(path.parent.glob(_OWN_NAMES))[:-keep]:
            old.unlink()
    return path, manifest


def _verify(path: Path) -> None:
    try:
        Archive(path)
    except BackupError as refusal:
        path.unlink()
        raise BackupError(f"{refusal} It was removed; no older archive was.") from refusal
    except BaseException:  # a signal: nobody knows whether it is whole, and older ones go in its place
        path.unlink(missing_ok=True)
        raise


def _archive_path(target: Path) -> Path:
    if target.suffix != ENDING:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = target / f"portal-{timezone.now():%Y%m%dT%H%M%SZ}{ENDING}"
    if target.exists():
        raise BackupError(f"{target} exists already; nothing was written.")
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}.")
    return target


@contextmanager
def _snapshot() -> Iterator[CursorWrapper]:
    """The owner's cursor, in a transaction that reads one snapshot and writes nothing."""
    owner = connections[owner_alias()]
    with transaction.atomic(using=owner.alias), owner.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        database_state.refuse_other_than_owner(cursor)
        database_state.see_all(cursor)
        tables.fix_text_format(cursor)
        yield cursor


def _describe(cursor: CursorWrapper) -> Manifest:
    """All but tables and parts."""
    count, over_all = database_state.publications(cursor)
    cursor.execute("SELECT now(), current_setting('server_version_num')::int")
    taken_at, postgres = cursor.fetchone()
    return Manifest(
        portal=__version__,
        postgres=postgres,
        taken_at=taken_at,
        migrations=database_state.migrations(cursor),
        publications=count,
        publications_sha256=over_all,
        row_security=database_state.row_security(cursor),
        sequences=database_state.sequences(cursor),
        partitions=database_state.partitions(cursor),
    )


def _add_table(writer: Writer, manifest: Manifest, cursor: CursorWrapper, name: str, folder: Path) -> None:
    # beside the archive: another disk may have less room, and is not what a refusal names
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(folder)) as draft:
        with gzip.GzipFile(fileobj=draft, mode="wb", compresslevel=6, mtime=0) as packed:
            manifest.tables[name] = tables.copy_out(cursor, name, tables.columns(cursor, name), packed)
        size = draft.tell()
        draft.seek(0)
        writer.add(f"tables/{name}.gz", draft, size)


def _add_files(writer: Writer, manifest: Manifest) -> None:
    """Whatever lies in the storage, compared with what the rows of the snapshot say of it.

    What is discarded meanwhile belonged to no row of the moment. A damaged file is copied as it is, and named.
    """
    digests = dict(bulk.referenced_digests(owner_alias()))
    suspects = {}
    for entry in bulk.walk_files():
        expected = digests.pop(entry.path, "") or find_digest(entry.path)
        try:
            source = bulk.open_unverified(entry.path)
        except FileNotFoundError:
            continue
        with source:
            writer.add(f"files/{entry.path}", _Padded(source), source.size)  # type: ignore[arg-type]  # read() is all it needs
        if expected and manifest.files[entry.path].sha256 != expected:
            suspects[entry.path] = expected
    # purged and removed meanwhile: nothing is wrong with it
    manifest.damaged = bulk.still_needed(suspects | digests)
    manifest.unneeded = sorted(set(suspects) - set(manifest.damaged))
    for path, sha256 in manifest.damaged.items():
        part = manifest.files.get(path)
        actual = StoredBytes(part.sha256, part.bytes) if part else StoredBytes()
        note_damage(path, sha256, actual, Detection.BACKUP)


class _Padded:
    """Gives zeros where a disk cannot read, and where a file ends before the size that it had: a backup goes on."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        try:
            piece = self._source.read(size)
        except OSError:
            piece = b""
        return piece.ljust(size, b"\0") if size > 0 else piece
