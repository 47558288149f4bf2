"""Compares what was restored with the manifest."""

from django.db.backends.utils import CursorWrapper

from portal.kernel.backups import database_state, tables
from portal.kernel.backups.manifest import BackupError, Manifest
from portal.kernel.files import StoredBytes, measure


def refuse_other_tables(cursor: CursorWrapper, manifest: Manifest) -> None:
    """The migrations have made the tables and columns of the archive, and no others."""
    actual = {name: tables.columns(cursor, name) for name in tables.names(cursor)}
    archive_columns = {name: table.columns for name, table in manifest.tables.items()}
    if actual != archive_columns:
        odd = sorted(
            name for name in {*actual, *archive_columns} if actual.get(name) != archive_columns.get(name)
        )
        raise BackupError(f"The migrations make other tables than the archive has: {', '.join(odd)}.")


def refuse_other_rows(cursor: CursorWrapper, manifest: Manifest) -> None:
    """Every table has the rows of the archive, byte for byte, and every publication its digest."""
    database_state.see_all(cursor)
    tables.fix_text_format(cursor)
    for name, archive_table in manifest.tables.items():
        table = tables.copy_out(cursor, name, archive_table.columns)
        if table != archive_table:
            raise BackupError(
                f"{name} has {table.rows} rows and not the {archive_table.rows} of the archive, or others."
            )
    if database_state.publications(cursor) != (manifest.publications, manifest.publications_sha256):
        raise BackupError("The publications are not those of the archive.")
    if database_state.sequences(cursor) != manifest.sequences:
        raise BackupError("The sequences do not stand where they stood.")


def refuse_open_tables(cursor: CursorWrapper, manifest: Manifest) -> None:
    """Row-level security is on wherever it was."""
    down = set(manifest.row_security) - set(database_state.row_security(cursor))
    if down:
        raise BackupError(f"Row-level security is not on for {', '.join(sorted(down))}.")


def refuse_other_files(manifest: Manifest) -> None:
    """Every file is there, with the bytes of the archive."""
    for path, archive_file in manifest.files.items():
        if measure(path) != StoredBytes(archive_file.sha256, archive_file.bytes):
            raise BackupError(f"The file {path} does not have the bytes that it has in the archive.")
