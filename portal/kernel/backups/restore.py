"""Restoring: schema, rows and files in one transaction, compared with the manifest before it is committed.

Whatever fails on the way leaves database and storage as empty as they were; what a restore has written that was killed
before its commit the next one removes. Then what was purged or erased since the backup goes again: until that is done a
marker lies in the storage, the portal is unavailable, and the next restore from the same archive does that alone.
"""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from portal.kernel import files, stored_secrets
from portal.kernel.access import SYSTEM, acting_as, owner_alias
from portal.kernel.backups import archived_schema, database_state, hold, preconditions, tables, verification
from portal.kernel.backups.archive import Archive
from portal.kernel.backups.manifest import BackupError, Manifest
from portal.kernel.files import Detection, StorageError, StoredBytes, bulk, note_damage

LineWriter = Callable[[str], object]


def restore_backup(archive: Archive, write_line: LineWriter) -> None:
    """Make the portal anew from the archive, or end what an earlier restore from it has left to do.

    Raises BackupError for a place that is not empty, and where something was purged or erased and is not gone again.
    """
    try:
        _restore_rows_and_files(archive, write_line)
    except DatabaseError as refusal:  # perhaps of the commit, of which nobody knows then whether it came
        raise BackupError(
            f"The database has broken off ({refusal}). Put that right, and start the restore again with the same "
            "archive: it goes on from whatever has become of this one."
        ) from refusal
    write_line(f"{len(archive.manifest.files)} files are back, each as it is in the archive.")
    try:
        _repeat_acts(archive.manifest, write_line)
        bulk.note_finished()
    except (StorageError, DatabaseError, OSError) as refusal:
        raise BackupError(
            f"Rows and files are back, but what was purged or erased since may be, too ({refusal}). Put that "
            "right, and start the restore again with the same archive: it does what is left. Until then the portal "
            "is unavailable."
        ) from refusal


def _restore_rows_and_files(archive: Archive, write_line: LineWriter) -> None:
    """All in one transaction, unless an earlier restore from this archive has committed it."""
    owner = connections[owner_alias()]
    with transaction.atomic(using=owner.alias), owner.cursor() as cursor:
        preconditions.refuse_two_at_once(cursor)
        if bulk.is_unfinished() and hold.is_restored(owner, archive.manifest.taken_at):
            write_line(f"{archive.manifest.rows} rows are back already, from this archive.")
            return
        preconditions.refuse_files(cursor)
        preconditions.refuse_no_rights(cursor)
        preconditions.refuse_tables(cursor)
        _restore_portal(archive, owner, cursor, write_line)


def _restore_portal(
    archive: Archive, owner: BaseDatabaseWrapper, cursor: CursorWrapper, write_line: LineWriter
) -> None:
    """Rows and files, compared with the manifest; messages are put on hold."""
    manifest = archive.manifest
    with _restore_files(archive, database_state.identity(cursor)):
        _fill(archive, owner, cursor)
        write_line(f"{manifest.rows} rows in {len(manifest.tables)} tables are back; digests are equal.")
        write_line(f"{manifest.publications} publications have the digests that they were published with.")
        call_command("migrate", interactive=False, verbosity=0)
        verification.refuse_open_tables(cursor, manifest)
        hold.skip_used_message_ids(cursor)
        write_line(
            f"{hold.hold_messages(cursor, manifest.taken_at)} messages are on hold until somebody decides."
        )


def _repeat_acts(manifest: Manifest, write_line: LineWriter) -> None:
    """Record damage anew, purge and erase again, over the application's own connection. Repeatable."""
    if not hold.is_restored(connections[DEFAULT_DB_ALIAS], manifest.taken_at):
        raise BackupError(
            "Rows and files are back, but DATABASE_URL leads to another database. Put it right, and start the "
            "restore again with the same archive: it purges and erases again what the backup has brought back."
        )
    _note_damage(manifest)  # outside of a transaction: it would wait for the end of a request
    with acting_as(SYSTEM):
        for name, count in files.run_after_restore().items():
            write_line(f"{count} {name} are gone again.")


def _fill(archive: Archive, owner: BaseDatabaseWrapper, cursor: CursorWrapper) -> None:
    """The schema as it was when the backup was taken, and its rows."""
    manifest = archive.manifest
    archived_schema.migrate_to(owner, manifest)
    verification.refuse_other_tables(cursor, manifest)
    database_state.make_partitions(cursor, manifest.partitions)
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    forced = {name.removesuffix("!") for name in database_state.row_security(cursor) if name.endswith("!")}
    for name in manifest.tables:
        tables.open_for_copying(cursor, name)
    # the rows of all tables; what refers to what is asked at the end
    for name, table in archive.manifest.tables.items():
        with archive.part(f"tables/{name}.gz") as packed, gzip.GzipFile(fileobj=packed) as rows:
            tables.copy_in(cursor, name, table.columns, rows)  # type: ignore[arg-type]  # read() is all it needs
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every reference is looked at now
    for name in manifest.tables:
        tables.close_again(cursor, name, is_forced=name in forced)
    for name, (value, called) in manifest.sequences.items():
        cursor.execute("SELECT setval(%s::regclass, %s, %s)", [f'public."{name}"', value, called])
    verification.refuse_other_rows(cursor, manifest)


@contextmanager
def _restore_files(archive: Archive, database: str) -> Iterator[None]:
    """Fill the storage; when something fails before the commit it is emptied again."""
    try:
        with bulk.filling(database):
            for path, source in archive.files():
                bulk.write_unverified(path, source)
            verification.refuse_other_files(archive.manifest)
            yield
    except StorageError as refusal:
        cause = refusal.__cause__
        reason = (isinstance(cause, OSError) and cause.strerror) or refusal
        raise BackupError(
            f"The storage of files, {files.storage_place()}, takes no files ({reason}); nothing was "
            "restored. Make room, or let this user write there, and start the restore again."
        ) from refusal


def _note_damage(manifest: Manifest) -> None:
    """What was damaged when the backup was taken is so again, and is recorded anew."""
    for path, sha256 in bulk.still_needed(manifest.damaged).items():
        part = manifest.files.get(path)
        actual = StoredBytes(part.sha256, part.bytes) if part else StoredBytes()
        note_damage(path, sha256, actual, Detection.RESTORE)


def count_unreadable_secrets() -> dict[str, int]:
    """Of each kind of stored secret how many the keys of this installation do not read: others encrypted them."""
    with acting_as(SYSTEM):
        return stored_secrets.unreadable_secrets()


def describe_archive(manifest: Manifest) -> str:
    """One line on what the archive holds."""
    return (
        f"Taken {manifest.taken_at:%Y-%m-%d %H:%M:%S %Z} by portal {manifest.portal}: {manifest.rows} rows in "
        f"{len(manifest.tables)} tables, {manifest.publications} publications, {len(manifest.files)} files."
    )
