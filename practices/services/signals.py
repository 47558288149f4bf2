"""Signals beside a practice: hash lists, word lists and rules that were understood before they are stored."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.queries.local_dates import today
from portal.kernel import clock, files, journal
from portal.kernel.access import Actor, person_of
from portal.kernel.errors import DomainError
from portal.kernel.files import CheckedFile
from portal.kernel.jobs import enqueue_all
from portal.kernel.text import clean_line
from practices.enums import SIGNAL_KINDS, AttachmentKind
from practices.models import Attachment, Practice
from practices.packs.signals import ENDINGS, MAX_SIZE, places_not_sigma, read_signals
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


def enqueue_rule_notes() -> int:
    """Queue a job for each file of rules of which nobody has noted which are none of Sigma's; returns how many are new.

    An upload notes it. Of a file from before it did, every STIX bundle and MISP event would parse each rule.
    """
    rows = Attachment.objects.filter(kind=AttachmentKind.RULES).exclude(facts__has_key="not_sigma")
    payloads = {f"sigma:{pk}:{today()}": {"attachment": pk} for pk in rows.values_list("pk", flat=True)}
    return enqueue_all("note_sigma_rules", payloads, is_bulk=True) if payloads else 0


def find_rules_not_sigma(attachment_id: int) -> list[int] | None:
    """Which rules of the file are none of Sigma's, by their places; None where it cannot be read, or is gone.

    Raises StorageError where it may be read later.
    """
    row = Attachment.objects.filter(pk=attachment_id).first()
    if row is None:
        return None
    try:
        return places_not_sigma(files.read(row.file, row.sha256))
    except (files.Withheld, files.DamagedFile):
        return None


@transaction.atomic
def note_rules_not_sigma(attachment_id: int, places: Sequence[int]) -> None:
    """Note it with the file, as its upload would have done."""
    row = Attachment.objects.select_for_update(of=("self",)).filter(pk=attachment_id).first()
    if row is not None:
        row.facts = {**row.facts, "not_sigma": list(places)}
        row.save(update_fields=["facts"])
