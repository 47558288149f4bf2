"""The worker's part of an import: every file is one transaction with a mark on its row.

So a worker that is killed is followed by one that goes on where it stopped, and nothing is taken over twice.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.kernel import clock, files, journal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import Conflict, DomainError, Faults
from practices.enums import ImportChoice, ImportOutcome, ImportStage, Label, PracticeState
from practices.fields import FIELDS_BY_KEY
from practices.files import parse_practice_file
from practices.models import Draft, ImportedFile, Practice, PracticeImport
from practices.services.import_limits import positions_of
from practices.services.import_parts import add_part, content_of
from practices.services.import_presence import TAKEN_UP
from practices.services.import_reports import language_and_expiry, own_practice, related_practices
from practices.services.imports import enqueue_discard
from practices.services.parts import lock_together
from practices.services.practices import (
    PracticeFrame,
    draft_practice,
    edit_practice,
    set_language_and_expiry,
)
from practices.services.relations import add_missing_relations

_FILE_RETENTION = timedelta(days=1)  # the files of what was applied


# In this order the work goes through them: what others belong to comes first, and a translation when a policy has all
# its classes.
ORDER = (
    ImportChoice.PRACTICE, ImportChoice.VERSION, ImportChoice.TEST_SET, ImportChoice.SIGNALS, ImportChoice.ATTACHMENT,
    ImportChoice.RUNS, ImportChoice.TRANSLATION,
)  # fmt: skip


def apply_files(actor: Actor, import_id: int, check_lease: Callable[[], None]) -> None:
    """Apply every file that waits, each in a transaction that ends with `check_lease` (which may raise).

    Policies come first; what belongs to them is added to what they have become.
    """
    with acting_as(SYSTEM):
        waiting = ImportedFile.objects.filter(upload_id=import_id, done_at=None, choice__in=ORDER)
        rows = sorted(waiting.exclude(file=""), key=lambda row: (ORDER.index(row.choice), row.position))
        ids = [row.pk for row in rows]
    for file_id in ids:
        with acting_as(actor):
            _apply_file(actor, file_id)
            check_lease()
    with acting_as(SYSTEM):
        _finish_taken_up(import_id)


def _finish_taken_up(import_id: int) -> None:
    """Say of what goes into the fields of a policy what has become of it, by what has become of the policy."""
    files_of_import = ImportedFile.objects.filter(upload_id=import_id)
    came = files_of_import.filter(outcome__in=(ImportOutcome.DRAFTED, ImportOutcome.EDITED))
    practices = dict(came.order_by("position").values_list("position", "practice_id"))
    for row in files_of_import.filter(done_at=None, choice__in=TAKEN_UP):
        # imports of 0.1.0 do not say which policies a licence covers that is known alone
        of = positions_of(row) or list(practices)
        row.practice_id = next((practices[position] for position in of if position in practices), None)
        row.outcome = ImportOutcome.ADDED if row.practice_id else ImportOutcome.REFUSED
        row.refusal = "" if row.practice_id else _("Its policy was not imported.")
        row.done_at = clock.now()
        row.save(update_fields=["practice", "outcome", "refusal", "done_at"])


def _apply_file(actor: Actor, file_id: int) -> None:
    row = ImportedFile.objects.select_for_update(of=("self",)).get(pk=file_id)
    if row.done_at:
        return
    try:
        with transaction.atomic():
            row.outcome, row.practice = _apply_row(actor, row)
    except Conflict:
        row.outcome = ImportOutcome.REFUSED
        row.refusal = _("Someone changed the practice after the file was checked. Import the file again.")
    except DomainError as refusal:
        row.outcome, row.refusal = ImportOutcome.REFUSED, _sentences_of(refusal)
    row.done_at = clock.now()
    row.save(update_fields=["outcome", "practice", "refusal", "done_at"])


def _sentences_of(refusal: DomainError) -> str:
    """What is wrong, each with the field that it is wrong in."""
    if not isinstance(refusal, Faults):
        return str(refusal)
    titles = {key: FIELDS_BY_KEY[key].title if key in FIELDS_BY_KEY else key for key in refusal.faults}
    return " ".join(f"{titles[key]}: {fault}" for key, fault in refusal.faults.items())


def _apply_row(actor: Actor, row: ImportedFile) -> tuple[str, Practice]:
    if row.choice not in (ImportChoice.PRACTICE, ImportChoice.VERSION):
        return ImportOutcome.ADDED, add_part(actor, row)
    practice_file = parse_practice_file(files.read(row.file, row.sha256))
    related = related_practices(actor, practice_file)
    targets = [target for _kind, target in related]
    if row.choice == ImportChoice.VERSION:
        practice = own_practice(actor, row.report["practice"])
        if practice is None:
            raise DomainError(_("You can no longer change this practice."))
        lock_together(practice, *targets)
        # a file without front matter is no whole practice: the rest stays
        before = {} if practice_file.has_front_matter else Draft.objects.get(practice=practice).content
        content = content_of(row, practice_file.content, before)
        frame = PracticeFrame(*language_and_expiry(practice_file, practice, content))
        edit_practice(actor, practice, content, version=row.report["draft"], frame=frame)
        outcome = ImportOutcome.EDITED
    else:
        lock_together(*targets)
        content = content_of(row, practice_file.content)
        practice = draft_practice(actor, content, language=practice_file.handling.language)
        # a new draft never has more readers than the file says
        assert practice.state == PracticeState.DRAFT
        if practice_file.handling.label == Label.RED:
            practice.label = Label.RED  # its author's alone, before anybody could be named
            practice.save(update_fields=["label"])
        language, expires_on = language_and_expiry(practice_file, practice, content)
        set_language_and_expiry(actor, practice, language=language, expires_on=expires_on)
        outcome = ImportOutcome.DRAFTED
    add_missing_relations(practice, related)
    return outcome, practice


def finish_import(import_id: int, *, refused: str = "") -> None:
    """Say that the work is done, or why it cannot be; the files go a day later. Acts as SYSTEM."""
    practice_import = PracticeImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    practice_import.finished_at, practice_import.failed, practice_import.step = (
        clock.now(),
        bool(refused),
        refused,
    )
    practice_import.save(update_fields=["finished_at", "failed", "step"])
    journal.record(SYSTEM, "import.finish", practice_import)
    enqueue_discard(practice_import, _FILE_RETENTION, "applied")


@transaction.atomic
def give_up_import(import_id: int) -> None:
    """End the work that nobody goes on with: its page says so, and which of its files were imported. Acts as SYSTEM."""
    practice_import = PracticeImport.objects.select_related("person").get(pk=import_id)
    if practice_import.stage == ImportStage.RUNNING:
        with override(practice_import.person.language):
            refusal = _(
                "It could not be finished. The error has been recorded. See below which files were imported; "
                "upload only the others."
            )
        finish_import(import_id, refused=refusal)


def set_import_progress(import_id: int, message: str) -> None:
    """What its person reads while it does not go on. Acts as SYSTEM."""
    PracticeImport.objects.filter(pk=import_id).update(step=message)
