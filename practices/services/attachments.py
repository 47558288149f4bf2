"""Attachments of a practice: added to and taken from the working copy, downloaded through a check."""

from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, files, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of
from portal.kernel.errors import DomainError
from portal.kernel.files import CheckedFile, check_upload
from portal.kernel.text import clean_line
from practices.models import Attachment, ModelRun, Practice
from practices.packs.folder_texts import check_text
from practices.services.access_log import log_access
from practices.services.practices import check_writing, lock_for_writing, note_changed_files

MAX_ATTACHMENTS = 20  # attachments of one practice
_FOLDER = "practices"


# what a version lists stays with it
files.register_reference("attachments", lambda: Attachment.objects.exclude(file=""))


def add_attachment(actor: Actor, practice: Practice, upload: UploadedFile, title: str) -> Attachment:
    """Check the file, store it privately, and attach it to the working copy.

    The practice is locked only when the file is checked and stored: both may take long. Refuses with what is wrong
    with the file, with one too many, while the practice waits, or with StorageError.
    """
    return _add(actor, practice, title, lambda: check_upload(upload))


def add_text(actor: Actor, practice: Practice, upload: UploadedFile, title: str) -> Attachment:
    """The same for a text of an import, such as a licence or a JSON document: it is given out as plain text."""
    return _add(actor, practice, title, lambda: _checked_text(upload))


def _checked_text(upload: UploadedFile) -> CheckedFile:
    name, raw = clean_line(upload.name or "", field="file")[-150:], upload.read()
    check_text(raw)
    files.refuse_upload(files.facts_of(raw).sha256)
    files.scan_for_viruses(raw)
    return CheckedFile(name, "text/plain; charset=utf-8", raw)


def _add(actor: Actor, practice: Practice, title: str, check: Callable[[], CheckedFile]) -> Attachment:
    check_writing(actor, practice)
    refuse_too_many(practice)
    checked = check()
    cleaned_title = clean_line(title or checked.name, field="title")
    stored = files.store(_FOLDER, checked)
    with transaction.atomic():
        path = files.pin(stored)
        draft = lock_for_writing(actor, practice)
        refuse_too_many(practice)
        added: Attachment = Attachment.objects.create(
            practice=draft.practice,
            title=cleaned_title,
            file=path,
            file_name=checked.name,
            media_type=checked.media_type,
            size=checked.size,
            sha256=stored.sha256,
            added_by_id=person_of(actor),
            added_at=clock.now(),
        )
        note_changed_files(draft)
        journal.record(actor, "attachment.add", added, practice=practice.pk)
    return added


def refuse_too_many(practice: Practice) -> None:
    if Attachment.objects.filter(practice=practice, removed_at__isnull=True).count() >= MAX_ATTACHMENTS:
        raise DomainError(
            _("The limit of %(most)d is reached: remove one first.") % {"most": MAX_ATTACHMENTS}
        )


@transaction.atomic
def remove_attachment(actor: Actor, attachment: Attachment) -> None:
    """Take a file from the working copy. What a version lists stays with that version."""
    draft = lock_for_writing(actor, attachment.practice)
    row = Attachment.objects.filter(pk=attachment.pk, practice=draft.practice).first()
    if row is None or row.removed_at is not None:
        return
    take_out(actor, row)
    note_changed_files(draft)


def take_out(actor: Actor, row: Attachment) -> None:
    """Take a file out of the working copy, with what belongs to it unless a version lists it; the caller has locked it.

    Runs on a test set that was never shared are removed with it. The bytes go a day later, by a job.
    """
    journal.record(actor, "attachment.remove", row, practice=row.practice_id)
    if row.shared_at is not None:
        row.removed_at = clock.now()
        row.save(update_fields=["removed_at"])
        return
    with acting_as(SYSTEM):  # rows held back and answers are nobody's to see
        for run in ModelRun.objects.filter(attachment=row):
            journal.record(actor, "run.remove", run, practice=row.practice_id)
            run.delete()
        belonging = list(Attachment.objects.filter(belongs_to=row))
        paths = [(each.pk, each.file) for each in (row, *belonging)]
        row.delete()
        for key, path in paths:
            files.discard_later(path, key=f"attachment:{key}")


@transaction.atomic
def open_attachment(actor: Actor, attachment: Attachment) -> bytes:
    """The bytes of a file that the caller has found through `visible_to`; the access is logged for the source."""
    log_access(actor, attachment.practice, "attachment")
    return files.read(attachment.file)
