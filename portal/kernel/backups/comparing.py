"""Compares what was restored with what the manifest says of it."""

import hashlib
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from portal.kernel.backups import state, tables
from portal.kernel.backups.errors import BackupError
from portal.kernel.backups.manifest import Manifest


def refuse_other_tables(cursor: CursorWrapper, manifest: Manifest) -> None:
    """The migrations have made the tables and columns of the archive, and no others."""
    made = {name: tables.columns(cursor, name) for name in tables.names(cursor)}
    told = {name: table.columns for name, table in manifest.tables.items()}
    if made != told:
        odd = sorted(name for name in {*made, *told} if made.get(name) != told.get(name))
        raise BackupError(f"The migrations make other tables than the archive has: {', '.join(odd)}.")


def refuse_other_rows(cursor: CursorWrapper, manifest: Manifest) -> None:
    """Every table has the rows of the archive, byte for byte, and every publication its digest."""
    state.see_all(cursor)
    tables.spell_always_alike(cursor)
    for name, told in manifest.tables.items():
        found = tables.copy_out(cursor, name, told.columns)
        if found != told:
            raise BackupError(
                f"{name} has {found.rows} rows and not the {told.rows} of the archive, or others."
            )
    if state.publications(cursor) != (manifest.publications, manifest.publications_sha256):
        raise BackupError("The publications are not those of the archive.")
    if state.sequences(cursor) != manifest.sequences:
        raise BackupError("The sequences do not stand where they stood.")


def refuse_open_walls(cursor: CursorWrapper, manifest: Manifest) -> None:
    """Row-level security is on wherever it was."""
    down = set(manifest.row_security) - set(state.row_security(cursor))
    if down:
        raise BackupError(f"Row-level security is not on for {', '.join(sorted(down))}.")


def refuse_other_files(root: Path, manifest: Manifest) -> None:
    """Every file is there, with the bytes of the archive."""
    for name, told in manifest.files.items():
        with (root / name).open("rb") as stored:
            if hashlib.file_digest(stored, "sha256").hexdigest() != told.sha256:
                raise BackupError(f"The file {name} does not have the digest that it had.")
