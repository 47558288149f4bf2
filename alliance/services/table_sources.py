"""Named writes on how the file of a table of one's own is read: upload one, read it again another way."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import UploadKind
from alliance.models import Report, ReportUpload
from alliance.services.report_uploads import upload_file
from alliance.services.reports import check_report_editing, lock_report_for_editing
from alliance.services.table_reading import read_rows
from alliance.validators.foreign_tables import ReadTable, TableSource, decode_table
from alliance.workflows import REPORT_UPLOAD
from portal.kernel import files
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import to_stored

_TEXTS = (".csv", ".tsv", ".txt")
_MOST_BYTES = 5 * 1024 * 1024


class TableChanged(DomainError):
    """A colleague has read the file another way since the page was opened."""

    status = 409


def upload_table(actor: Actor, report: Report, upload: UploadedFile) -> tuple[ReportUpload, bool]:
    """Store a table of one's own and queue its reading. Nothing is read from it before somebody says what it holds.

    Returns it, and whether it is new.
    A text file is stored in UTF-8, with the encoding from which it was decoded: from both its bytes follow again.
    Raises as `upload_file` does, and DomainError for what is no table.
    """
    if not str(upload.name).lower().endswith(_TEXTS):
        return upload_file(actor, report, upload, UploadKind.TABLE)
    if (upload.size or 0) > _MOST_BYTES:
        message = _("A table as text has at most %(size)d MB. Leave out what is not needed.")
        raise DomainError(message % {"size": _MOST_BYTES // 1024 // 1024}, field="file")
    table = decode_table(upload.read())
    name = f"{PurePath(str(upload.name)).stem[:150]}.csv"
    plain = SimpleUploadedFile(name, table.text.encode(), content_type="text/csv")
    facts = {"source": table.source.to_json(), "decoded_from": table.source.encoding}
    return upload_file(actor, report, plain, UploadKind.TABLE, facts)


def read_source(upload: ReportUpload, content: bytes, source: TableSource | None = None) -> ReadTable:
    """The rows of the stored file, read this way, or as before. Raises DomainError for what is no table."""
    if encoding := upload.table.get("decoded_from"):
        content = content.decode().encode(encoding)  # as it was uploaded
    return read_rows(content, source or TableSource.from_json(upload.table.get("source", {})))


def table_changes(
    upload: ReportUpload, table: ReadTable, names: Mapping[str, str] | None = None, block_key: str = ""
) -> dict[str, Any]:
    """The columns of an upload whose file was read this way; `names` are what names of a table stand for so far."""
    remarks = [*map(to_stored, table.remarks)]
    facts = {
        **{name: value for name, value in upload.table.items() if name != "plan"},
        **with_names(upload, block_key, {**upload.table_names(block_key), **(names or {})}),
        "rows": table.rows,
        "source": table.source.to_json(),
        "sheets": list(table.sheets),
        "facts": table.facts.to_json(),
        "remarks": remarks,
    }
    return {"table": facts, "remarks": remarks}


def with_names(upload: ReportUpload, block_key: str, names: Mapping[str, str]) -> dict[str, Any]:
    """The part of an upload's `table` that says what names of one of its tables stand for."""
    if not block_key:
        return {"names": dict(names)}
    return {"names_of": {**upload.table.get("names_of", {}), block_key: dict(names)}}


def reread_table(
    actor: Actor,
    upload: ReportUpload,
    before: str,
    source: TableSource,
    names: Mapping[str, str],
    block_key: str = "",
) -> ReportUpload:
    """Read the file again: in another encoding, with another separator, from another sheet, with what is hidden in it.

    What `names` stand for so far, of the table with this key, is kept for those that it has then, too; what was decided
    about answers of the file is dropped. Raises TableChanged when it is not read any more as the page says
    (`reading_digest`), Forbidden, WrongState when it does not wait for that or the report cannot be edited, DomainError
    for what is no table.
    """
    check_report_editing(actor, upload.report)
    _refuse_without_file(upload)
    table = read_source(upload, files.read(upload.file, upload.sha256), source)  # before anything is locked
    with transaction.atomic():
        lock_report_for_editing(actor, upload.report)
        locked = ReportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        _refuse_without_file(locked)
        refuse_changed_table(locked, before)
        changes = {**table_changes(locked, table, names, block_key), "proposals": [], "choices": {}}
        return REPORT_UPLOAD.apply(actor, locked, "reread", changes=changes)


def refuse_changed_table(upload: ReportUpload, before: str) -> None:
    """Raises TableChanged where the file is not read any more as a page says."""
    if before and before != upload.reading_digest:
        message = _(
            "A colleague has read this file another way after you opened the page. "
            "Nothing was changed: look at it again."
        )
        raise TableChanged(message)


def _refuse_without_file(upload: ReportUpload) -> None:
    if upload.kind != UploadKind.TABLE or not upload.file:
        raise WrongState(_("This file has no columns that can be chosen."))
