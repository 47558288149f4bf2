"""The file that shows why a value is corrected: for the member and the secretariat, never public."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import CorrectionState
from alliance.models import Correction
from portal.kernel import files, journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.files import check_upload

_FOLDER = "evidence"

files.register_reference("correction", lambda: Correction.objects.exclude(file=""))


def attach_correction_file(actor: Actor, correction: Correction, upload: UploadedFile) -> Correction:
    """Check the file, store it, and put it to the draft in the place of an earlier one.

    Raises Forbidden, WrongState once the correction is proposed, StorageError, or the DomainError of the file.
    """
    require(actor, "correction.edit", correction)
    checked = check_upload(upload)
    stored = files.store(_FOLDER, checked)
    with transaction.atomic():
        path = files.pin(stored)
        locked = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
        if locked.state != CorrectionState.DRAFT:
            raise WrongState(_("This correction has been proposed: it can no longer be edited."))
        earlier = locked.file
        locked.file, locked.file_name, locked.media_type = path, checked.name, checked.media_type
        locked.size, locked.sha256 = checked.size, stored.sha256
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
