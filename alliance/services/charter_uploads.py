"""Named writes on charter files before they are loaded (send, load, delete), and on drafts that are not wanted."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.charter_file import MAX_FILE_SIZE
from alliance.enums import CharterState
from alliance.models import Charter, CharterUpload, Cycle
from alliance.queries.charter_problems import refuse_other_text, refuse_planned
from alliance.services.charters import LoadResult, load_charter
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import clean_line

KEPT_FOR = timedelta(days=7)
_RULE = "charter.load"


@transaction.atomic
def send_charter_file(actor: Actor, name: str, content: bytes) -> CharterUpload:
    """Keep a charter file to be looked at; nothing is loaded, and what was sent a week ago is deleted.

    A faulty file is kept too, so that its faults can be read. Raises Forbidden, or DomainError for one over 2 MB.
    """
    require(actor, _RULE)
    if len(content) > MAX_FILE_SIZE:
        raise DomainError(_("The file is larger than 2 MB."), field="file")
    CharterUpload.objects.filter(sent_at__lt=clock.now() - KEPT_FOR).delete()
    upload = CharterUpload.objects.create(
        person_id=person_of(actor), name=clean_line(name[-200:], field="file"), content=content
    )
    journal.record(actor, "charter_upload.send", upload)
    return upload


@transaction.atomic
def load_charter_upload(actor: Actor, upload: CharterUpload, *, seen: str | None = None) -> LoadResult:
    """Load the file as a draft, or in the place of the draft of the same version, and delete it here.

    `seen`: the `text_key` of that draft as the actor has read it. Raises Forbidden, CharterFaults, WrongState when the
    version is no draft any more or the file is gone, or Conflict when the draft was changed since.
    """
    require(actor, _RULE, upload)
    locked = CharterUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if locked is None:
        raise WrongState(_("This file was loaded or deleted in the meantime."))
    result = load_charter(actor, bytes(locked.content), seen=seen)
    locked.delete()
    return result


@transaction.atomic
def delete_charter_upload(actor: Actor, upload: CharterUpload) -> None:
    """Delete a file that is not wanted; nothing of it was loaded. Raises Forbidden."""
    require(actor, _RULE, upload)
    locked = CharterUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if locked is not None:
        journal.record(actor, "charter_upload.delete", locked)
        locked.delete()


@transaction.atomic
def discard_charter(actor: Actor, charter: Charter, *, seen: str | None = None) -> None:
    """Delete a draft with all its parts; the journal keeps one line.

    `seen`: its `text_key` as the actor has read it. Raises Forbidden, WrongState when it is in force or was superseded,
    Conflict when it was changed since, or DomainError while a cycle is planned on it.
    """
    require(actor, "charter.discard", charter)
    locked = Charter.objects.select_for_update(of=("self",), no_key=True).get(pk=charter.pk)
    if locked.state != CharterState.DRAFT:
        raise WrongState(_("Only a draft can be deleted: this version is part of the public record."))
    refuse_planned(locked)
    refuse_other_text(actor, locked, seen)
    cycle = Cycle.objects.filter(charter=locked).first()
    if cycle is not None:
        message = _("The cycle “%(cycle)s” is planned on this version: choose another charter for it first.")
        raise DomainError(message % {"cycle": cycle.title})
    journal.record(
        actor, "charter.discard", locked, key=locked.key, version=locked.version, sha256=locked.sha256
    )
    locked.delete()
