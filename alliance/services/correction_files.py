"""The file that shows why a value is corrected: for the member and the secretariat, never public."""

from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import CorrectionState
from alliance.models import Correction
from alliance.services.corrections import lock_correction_row
from portal.kernel import files, journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.files import CheckedFile, StoredFile, check_upload

_FOLDER = "evidence"

files.register_reference("correction", lambda: Correction.objects.exclude(file=""))


@dataclass(frozen=True, slots=True)
class CorrectionFile:
    """A file that was checked and stored, and that no correction has yet."""

    checked: CheckedFile
    stored: StoredFile


def store_correction_file(upload: UploadedFile) -> CorrectionFile:
    """Check the file and store it, before anything is locked: both may take long.

    Raises StorageError, or the DomainError of the file.
    """
    checked = check_upload(upload)
    return CorrectionFile(checked, files.store(_FOLDER, checked))


@transaction.atomic
def attach_correction_file(actor: Actor, correction: Correction, file: CorrectionFile) -> Correction:
    """Put a stored file to the draft in the place of an earlier one.

    Raises Forbidden, or WrongState once the correction is proposed.
    """
    require(actor, "correction.edit", correction)
    path = files.pin(file.stored)
    locked = lock_correction_row(correction)
    if locked.state != CorrectionState.DRAFT:
        raise WrongState(_("This correction has been proposed: it can no longer be edited."))
    earlier = locked.file
    locked.file, locked.file_name, locked.media_type = path, file.checked.name, file.checked.media_type
    locked.size, locked.sha256 = file.checked.size, file.stored.sha256
    locked.save(update_fields=["file", "file_name", "media_type", "size", "sha256"])
    event = journal.record(actor, "correction.attach", locked, report=locked.report_id)
    if earlier and earlier != path:
        files.discard_later(earlier, key=event.pk)
    return locked


@transaction.atomic
def open_correction_file(actor: Actor, correction: Correction) -> bytes:
    """The bytes of the file of a correction that the caller has found through `visible_to`; it is journalled.

    Raises DomainError where it has none.
    """
    if not correction.file:
        raise DomainError(_("This correction has no file."))
    journal.record(actor, "correction.open_file", correction, report=correction.report_id)
    return files.read(correction.file)
