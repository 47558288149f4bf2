"""Importing practices: files are looked through, confirmed, and applied one by one by a worker.

Each file is one transaction with a mark on its row, so that a worker that is killed goes on where it stopped and
nothing is taken over twice.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, person_of, require, tenant_of
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.outbox import enqueue
from portal.kernel.row_security import acting_as
from portal.kernel.uploads import clamav
from practices.enums import ImportOutcome, Label, PracticeState
from practices.files import PracticeFile, read
from practices.files.archives import LARGEST_UPLOAD, Entry, Unpacked, is_markdown, unpack
from practices.models import ImportedFile, Practice, PracticeImport
from practices.services.import_reports import (
    REFUSED,
    edited_practice,
    relate,
    related_practices,
    report_on,
)
from practices.services.practices import draft_practice, edit_practice

# how long what was never confirmed waits, and the files of what was applied outlive it
_WAITS, _KEPT = timedelta(days=14), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: its name and a stream of its bytes."""

    name: str
    stream: IO[bytes]
    size: int


# --- The dry run -----------------------------------------------------------------------------


@transaction.atomic
def prepare_import(actor: Actor, sent: Iterable[Sent]) -> PracticeImport:
    """Look through Markdown files and zips, and keep them with a report on each; no practice is touched yet.

    Refuses, as a DomainError, what is too much, and a zip that is not as it should be; then nothing is kept.
    """
    require(actor, "practice.draft")
    sent = list(sent)
    entries = list(_entries(sent))
    if not entries:
        raise DomainError(_("There is no Markdown file in it: its name ends in .md."), field="upload")
    prepared = PracticeImport.objects.create(
        person_id=person_of(actor), organisation_id=tenant_of(actor), name=_name_of(sent)
    )
    taken: set[str] = set()
    for position, entry in enumerate(entries, start=1):
        report = report_on(actor, entry.raw, taken)
        taken.add(report.get("practice", ""))
        _keep(prepared, position, entry, report)
    journal.record(actor, "import.prepare", prepared, files=len(entries))
    _owe_discarding(prepared, _WAITS, "unconfirmed")
    return prepared


def _name_of(sent: list[Sent]) -> str:
    names = ", ".join(one.name for one in sent)
    return names if len(names) <= 200 else names[:199] + "…"


def _entries(sent: Iterable[Sent]) -> Iterable[Entry]:
    unpacked = Unpacked()
    for one in sent:
        if one.size > LARGEST_UPLOAD:
            raise DomainError(_("“%(name)s” is larger than 20 MB.") % {"name": one.name}, field="upload")
        if one.name.lower().endswith(".zip"):
            clamav.scan(one.stream.read())
            yield from unpack(one.stream, unpacked)
        elif is_markdown(one.name):
            raw = one.stream.read()
            clamav.scan(raw)
            unpacked.count_file()
            unpacked.count(len(raw))
            yield Entry(one.name, raw)


def _keep(prepared: PracticeImport, position: int, entry: Entry, report: dict[str, Any]) -> None:
    path = ""
    if report["becomes"] != REFUSED:
        path = default_storage.save(f"imports/{prepared.pk}/{position}.md", ContentFile(entry.raw))
    ImportedFile.objects.create(
        upload=prepared,
        position=position,
        name=entry.name[-300:],
        file=path,
        sha256=hashlib.sha256(entry.raw).hexdigest(),
        report=report,
    )


# --- Confirming and discarding ---------------------------------------------------------------


@transaction.atomic
def apply_import(actor: Actor, prepared: PracticeImport) -> PracticeImport:
    """Confirm what the dry run has told, and owe the work."""
    require(actor, "practice.draft")
    locked = _locked(actor, prepared)
    if locked.confirmed_at or locked.discarded_at:
        raise WrongState(_("This import was confirmed or discarded already."))
    if not locked.files.exclude(file="").exists():
        raise DomainError(_("No file of this import can become a practice."))
    locked.confirmed_at = clock.now()
    locked.save(update_fields=["confirmed_at"])
    journal.record(actor, "import.apply", locked)
    enqueue("apply_import", key=f"apply_import:{locked.pk}", payload={"import": locked.pk})
    return locked


@transaction.atomic
def discard_import(actor: Actor, prepared: PracticeImport) -> None:
    """Take back what was not confirmed; its files go at once."""
    locked = _locked(actor, prepared)
    if locked.confirmed_at:
        raise WrongState(_("This import was confirmed or discarded already."))
    journal.record(actor, "import.discard", locked)
    _owe_discarding(locked, None, "discarded")
    locked.discarded_at = clock.now()
    locked.save(update_fields=["discarded_at"])


def _locked(actor: Actor, prepared: PracticeImport) -> PracticeImport:
    rows: Any = PracticeImport.objects.visible_to(actor).select_for_update(of=("self",))
    locked: PracticeImport = rows.get(pk=prepared.pk)
    return locked


def _owe_discarding(prepared: PracticeImport, after: timedelta | None, why: str) -> None:
    due = timezone.now() + after if after else None
    key = f"discard_import:{prepared.pk}:{why}"
    enqueue("discard_import", key=key, payload={"import": prepared.pk}, at=due)


def remove_files(import_id: int) -> None:
    """Remove the bytes of an import that is not being worked on. Acts as SYSTEM."""
    found = PracticeImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if found.confirmed_at and not found.finished_at:
        return
    for row in found.files.exclude(file=""):
        default_storage.delete(row.file)
    found.files.update(file="")
    if found.discarded_at is None:
        found.discarded_at = clock.now()
        found.save(update_fields=["discarded_at"])


# --- The work --------------------------------------------------------------------------------


def apply_files(actor: Actor, import_id: int, still_ours: Callable[[], None]) -> None:
    """Apply every file that waits, each in a transaction that ends with `still_ours` (which may raise)."""
    with acting_as(SYSTEM):
        waiting = ImportedFile.objects.filter(upload_id=import_id, done_at=None).exclude(file="")
        ids = list(waiting.values_list("pk", flat=True))
    for file_id in ids:
        with acting_as(actor):
            _apply_file(actor, file_id)
            still_ours()


def _apply_file(actor: Actor, file_id: int) -> None:
    row = ImportedFile.objects.select_for_update(of=("self",)).get(pk=file_id)
    if row.done_at:
        return
    try:
        with transaction.atomic():
            row.outcome, row.practice = _applied(actor, row)
    except Conflict:
        row.outcome = ImportOutcome.REFUSED
        row.refusal = _("Somebody changed the practice after the file was checked. Import the file again.")
    except DomainError as refusal:
        row.outcome, row.refusal = ImportOutcome.REFUSED, str(refusal)
    row.done_at = clock.now()
    row.save(update_fields=["outcome", "practice", "refusal", "done_at"])


def _applied(actor: Actor, row: ImportedFile) -> tuple[str, Practice]:
    with default_storage.open(row.file, "rb") as stored:
        found = read(stored.read())
    if row.report["practice"]:
        practice = edited_practice(actor, found)
        if practice is None:
            raise DomainError(_("You may not change this practice any more."))
        edit_practice(actor, practice, found.content, version=row.report["draft"])
        outcome = ImportOutcome.EDITED
    else:
        practice = draft_practice(actor, found.content, language=found.handling.language)
        _handle(practice, found)
        outcome = ImportOutcome.DRAFTED
    relate(practice, related_practices(actor, found))
    return outcome, practice


def _handle(practice: Practice, found: PracticeFile) -> None:
    """What of the handling may be taken over into a new draft: it never has more readers than the file says."""
    changed = []
    if found.handling.expires_on:
        practice.expires_on = found.handling.expires_on
        changed.append("expires_on")
    if found.handling.label == Label.RED:
        practice.label = Label.RED  # its author's alone, before anybody could be named
        changed.append("label")
    assert practice.state == PracticeState.DRAFT
    if changed:
        practice.save(update_fields=changed)


def finish_import(import_id: int, *, refused: str = "") -> None:
    """Say that the work is done, or why it cannot be; the files go a day later. Acts as SYSTEM."""
    found = PracticeImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    found.finished_at, found.failed, found.step = clock.now(), bool(refused), refused
    found.save(update_fields=["finished_at", "failed", "step"])
    journal.record(SYSTEM, "import.finish", found)
    _owe_discarding(found, _KEPT, "applied")


def say_of_import(import_id: int, words: str) -> None:
    """What its person reads while it does not go on. Acts as SYSTEM."""
    PracticeImport.objects.filter(pk=import_id).update(step=words)
