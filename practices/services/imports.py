"""Importing practices: files are looked through, then confirmed or discarded; a worker does the rest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import PurePosixPath
from typing import IO, Any, TypeVar
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kernel import clock, files, journal
from portal.kernel.access import Actor, person_of, require, tenant_of
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.text import clean_line
from practices.enums import NOT_IMPORTED, ImportChoice
from practices.files.archives import (
    MAX_UPLOAD_SIZE,
    ImportEntry,
    UnpackLimits,
    entry_of,
    is_archive,
    is_markdown,
    is_part_of_pack,
    unpack,
)
from practices.models import ImportedFile, PracticeImport
from practices.services.import_reports import part_report, passed_over_report
from practices.services.import_roles import plan_files

UNCONFIRMED_RETENTION = timedelta(days=7)  # what was never confirmed


@dataclass(frozen=True, slots=True)
class UploadedImportFile:
    """A file as it was sent: its name, or its path in the folder that was sent, and a stream of its bytes."""

    name: str
    stream: IO[bytes]
    size: int


_Named = TypeVar("_Named", UploadedImportFile, ImportEntry)


# --- The dry run -----------------------------------------------------------------------------


# what waits to be taken over, and for a day what was
files.register_reference("imports", lambda: ImportedFile.objects.exclude(file=""))


def prepare_import(actor: Actor, uploads: Iterable[UploadedImportFile]) -> PracticeImport:
    """Look through policies with what stands beside them, and keep them with a report on each; nothing is touched yet.

    An empty file is one of those that are refused in the report. Refuses, as a DomainError, what is too much, and a
    zip that is not as it should be; then nothing is stored.
    """
    require(actor, "practice.draft")
    uploads = list(
        _with_unique_names(replace(each, name=clean_line(each.name, field="upload")) for each in uploads)
    )
    every = list(_with_unique_names(_entries(uploads)))
    entries = [entry for entry in every if not entry.is_passed_over]
    passed_over = [entry.name for entry in every if entry.is_passed_over]
    archives = [name for name in passed_over if is_archive(name)]
    if not any(_may_be_policy(entry.name) for entry in entries):
        raise DomainError(_no_policy_text(archives), field="upload")
    names = ", ".join(upload.name for upload in uploads)
    folder = f"imports/{uuid4().hex}"
    rows = list(_stored_rows(actor, folder, entries))
    rows += [_row_of_archive(place, name) for place, name in enumerate(archives, start=len(rows) + 1)]
    if others := [name for name in passed_over if name not in archives]:
        rows.append(_row_of_passed_over(len(rows) + 1, others))
    with transaction.atomic():
        prepared = PracticeImport.objects.create(
            person_id=person_of(actor),
            organisation_id=tenant_of(actor),
            name=names if len(names) <= 200 else names[:199] + "…",
        )
        for row in rows:
            row.upload = prepared
            row.save(force_insert=True)
        journal.record(actor, "import.prepare", prepared, files=len(entries))
        enqueue_discard(prepared, UNCONFIRMED_RETENTION, "unconfirmed")
    return prepared


def _may_be_policy(name: str) -> bool:
    return is_markdown(name) or PurePosixPath(name.lower()).suffix in ("", ".zip")


def _no_policy_text(archives: Sequence[str]) -> str:
    """Why nothing of it can be a policy, and what to send instead."""
    if not archives:
        return _("There is no Markdown file (.md) in it.")
    message = _(
        "There is no Markdown file (.md) in it beside the archive “%(name)s”, which is not opened. Unpack that one, "
        "and upload its files."
    )
    return message % {"name": archives[0][-80:]}


def _row_of_archive(position: int, name: str) -> ImportedFile:
    """An archive within what was sent: it is not opened, and the rest goes on."""
    report = part_report("archive", PurePosixPath(name).name, choices=[ImportChoice.LEAVE_OUT.value])
    message = _("An archive inside: not opened. Unpack it, and upload its files beside the others.")
    report["notes"] = [{"line": 0, "field": "", "message": message}]
    return ImportedFile(position=position, name=name[-300:], report=report, choice=ImportChoice.LEAVE_OUT)


def _row_of_passed_over(position: int, names: Sequence[str]) -> ImportedFile:
    """One row for all files that were not looked at, so that nobody takes them for imported."""
    return ImportedFile(
        position=position,
        name=names[0][-300:],
        report=passed_over_report(names),
        choice=ImportChoice.LEAVE_OUT,
    )


def _entries(uploads: Sequence[UploadedImportFile]) -> Iterable[ImportEntry]:
    """The files, those of a zip in a folder of their own where something else was sent beside it."""
    unpacked = UnpackLimits()
    for upload in uploads:
        if upload.size > MAX_UPLOAD_SIZE:
            values = {"name": upload.name, "size": MAX_UPLOAD_SIZE // (1024 * 1024)}
            raise DomainError(_("“%(name)s” is larger than %(size)d MB.") % values, field="upload")
        if not upload.size and upload.name.lower().endswith(".zip"):
            unpacked.count_file()
            yield ImportEntry(upload.name, b"")
        elif upload.name.lower().endswith(".zip"):
            content = upload.stream.read()
            files.scan_for_viruses(content)
            folder = f"{PurePosixPath(upload.name).with_suffix('')}/" if len(uploads) > 1 else ""
            for entry in unpack(content, unpacked):
                yield replace(entry, name=folder + entry.name)
        elif is_part_of_pack(upload.name):
            raw = upload.stream.read()
            files.scan_for_viruses(raw)
            unpacked.count_file()
            unpacked.count(len(raw))
            yield entry_of(upload.name, raw)
        else:
            yield ImportEntry(upload.name, b"", is_passed_over=True)


def _with_unique_names(entries: Iterable[_Named]) -> Iterable[_Named]:
    """Where several have the same name, all but the first have a number in it, before its ending."""
    names: set[str] = set()
    for entry in entries:
        name, path = entry.name, PurePosixPath(entry.name)
        numbers = count(2)
        while name in names:
            name = str(path.with_name(f"{path.stem} ({next(numbers)}){path.suffix}"))
        names.add(name)
        yield replace(entry, name=name)


def _stored_rows(actor: Actor, folder: str, entries: Iterable[ImportEntry]) -> Iterator[ImportedFile]:
    """A row for each file, not saved yet, with its report; what may become something is stored."""
    for planned in plan_files(actor, entries):
        yield ImportedFile(
            position=planned.position,
            name=planned.name[-300:],
            file=files.store_at(f"{folder}/{planned.position}", planned.raw) if planned.is_stored else "",
            sha256=planned.sha256,
            report=planned.report,
            choice=planned.choice,
            settings=planned.settings,
        )


# --- Confirming and discarding ---------------------------------------------------------------


@transaction.atomic
def apply_import(actor: Actor, prepared: PracticeImport) -> PracticeImport:
    """Confirm the report of the dry run, and queue the import.

    Raises Forbidden without `practice.draft`, WrongState when it was confirmed or discarded already, and DomainError
    when no file can be imported.
    """
    require(actor, "practice.draft")
    locked = _locked(actor, prepared)
    if locked.confirmed_at or locked.discarded_at:
        raise WrongState(_("This import has already been confirmed or discarded."))
    if not locked.files.exclude(file="").exclude(choice__in=NOT_IMPORTED).exists():
        raise DomainError(_("None of the files can be imported"))
    locked.confirmed_at = clock.now()
    locked.save(update_fields=["confirmed_at"])
    journal.record(actor, "import.apply", locked)
    # after whatever else is due: one import may hold a quarter of a million rows, and nobody else waits for it
    enqueue("apply_import", key=f"apply_import:{locked.pk}", payload={"import": locked.pk}, is_bulk=True)
    return locked


@transaction.atomic
def discard_import(actor: Actor, prepared: PracticeImport) -> None:
    """Discard one's own import before it is confirmed; its files are deleted at once.

    Needs no rule: an import is found by its person, who may have lost the role since. Raises WrongState when it was
    confirmed.
    """
    locked = _locked(actor, prepared)
    if locked.confirmed_at:
        raise WrongState(_("This import has already been confirmed or discarded."))
    journal.record(actor, "import.discard", locked)
    enqueue_discard(locked, None, "discarded")
    locked.discarded_at = clock.now()
    locked.save(update_fields=["discarded_at"])


def _locked(actor: Actor, prepared: PracticeImport) -> PracticeImport:
    rows: Any = PracticeImport.objects.visible_to(actor).select_for_update(of=("self",))
    locked: PracticeImport = rows.get(pk=prepared.pk)
    return locked


def enqueue_discard(prepared: PracticeImport, after: timedelta | None, reason_key: str) -> None:
    """Queue the removal of the files, at once or after a while; `reason_key` is queued once."""
    due = timezone.now() + after if after else None
    key = f"discard_import:{prepared.pk}:{reason_key}"
    enqueue("discard_import", key=key, payload={"import": prepared.pk}, at=due)


def remove_files(import_id: int) -> None:
    """Have the bytes of an import removed that is not being worked on. Acts as SYSTEM."""
    practice_import = PracticeImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if practice_import.confirmed_at and not practice_import.finished_at:
        return
    for row in practice_import.files.exclude(file=""):
        files.discard_soon(row.file, key=f"import:{row.pk}")
    practice_import.files.update(file="")
    if practice_import.discarded_at is None:
        practice_import.discarded_at = clock.now()
        practice_import.save(update_fields=["discarded_at"])
