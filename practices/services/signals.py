"""Signals beside a practice: hash lists, word lists and rules that were understood before they are stored."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, files, journal
from portal.kernel.access import Actor, person_of
from portal.kernel.errors import DomainError
from portal.kernel.files import CheckedFile
from portal.kernel.text import clean_line
from practices.enums import SIGNAL_KINDS, AttachmentKind
from practices.models import Attachment, Practice
from practices.packs.signals import ENDINGS, MAX_SIZE, read_signals
from practices.services.attachments import refuse_too_many
from practices.services.packs import read_upload
from practices.services.practices import check_writing, lock_for_writing, note_changed_files


def add_signals(
    actor: Actor, practice: Practice, upload: UploadedFile, *, kind: str, title: str = "", algorithm: str = ""
) -> Attachment:
    """Read a list or rules and attach what was understood to the working copy.

    Raises FileRefused with the lines, Forbidden, and WrongState while the practice waits.
    """
    check_writing(actor, practice)
    if kind not in SIGNAL_KINDS:
        raise DomainError(_("Choose what it is."), field="kind")
    raw = read_upload(upload, ENDINGS[AttachmentKind(kind)], MAX_SIZE)
    signals = read_signals(kind, raw, algorithm)
    name = clean_line(upload.name or "signals", field="file")[:150]
    stored = files.store("practices", CheckedFile(name, signals.media_type, signals.content))
    with transaction.atomic():
        files.pin(stored)
        draft = lock_for_writing(actor, practice)
        refuse_too_many(practice)
        added: Attachment = Attachment.objects.create(
            practice=draft.practice,
            kind=kind,
            facts=signals.facts,
            title=clean_line(title or name)[:200],
            file=stored.path,
            file_name=name,
            media_type=signals.media_type,
            size=stored.checked.size,
            sha256=stored.sha256,
            added_by_id=person_of(actor),
            added_at=clock.now(),
        )
        note_changed_files(draft)
        journal.record(actor, "attachment.add", added, practice=practice.pk)
    return added
