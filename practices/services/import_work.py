"""The worker's part of an import: every file is one transaction with a mark on its row.

So a worker that is killed is followed by one that goes on where it stopped, and nothing is taken over twice.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, journal, stored_files
from portal.kernel.access import SYSTEM, Actor
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.row_security import acting_as
from practices.enums import ImportOutcome, Label, PracticeState
from practices.files import PracticeFile, read
from practices.models import ImportedFile, Practice, PracticeImport
from practices.services.import_reports import edited_practice, frame_of, relate, related_practices
from practices.services.imports import owe_discarding
from practices.services.practices import draft_practice, edit_practice, frame_practice

_KEPT = timedelta(days=1)  # the files of what was applied


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
    found = read(stored_files.read(row.file, row.sha256))
    if row.report["practice"]:
        practice = edited_practice(actor, found)
        if practice is None:
            raise DomainError(_("You can no longer change this practice."))
        edit_practice(actor, practice, found.content, version=row.report["draft"])
        outcome = ImportOutcome.EDITED
    else:
        practice = draft_practice(actor, found.content, language=found.handling.language)
        _label(practice, found)
        outcome = ImportOutcome.DRAFTED
    language, expires_on = frame_of(found, practice)
    frame_practice(actor, practice, language=language, expires_on=expires_on)
    relate(practice, related_practices(actor, found))
    return outcome, practice


def _label(practice: Practice, found: PracticeFile) -> None:
    """A new draft never has more readers than the file says."""
    assert practice.state == PracticeState.DRAFT
    if found.handling.label == Label.RED:
        practice.label = Label.RED  # its author's alone, before anybody could be named
        practice.save(update_fields=["label"])


def finish_import(import_id: int, *, refused: str = "") -> None:
    """Say that the work is done, or why it cannot be; the files go a day later. Acts as SYSTEM."""
    found = PracticeImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    found.finished_at, found.failed, found.step = clock.now(), bool(refused), refused
    found.save(update_fields=["finished_at", "failed", "step"])
    journal.record(SYSTEM, "import.finish", found)
    owe_discarding(found, _KEPT, "applied")


def say_of_import(import_id: int, words: str) -> None:
    """What its person reads while it does not go on. Acts as SYSTEM."""
    PracticeImport.objects.filter(pk=import_id).update(step=words)
