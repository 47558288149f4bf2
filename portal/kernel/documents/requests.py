"""Asking for a document, its place in the queue, trying again, fetching it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kernel import files, journal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.database import lock_name
from portal.kernel.documents.kinds import KINDS, visible_to_everybody
from portal.kernel.documents.models import Document, DocumentState
from portal.kernel.documents.parts import NOTHING_BUILT, discard_bytes, discard_first_part
from portal.kernel.errors import DomainError
from portal.kernel.files import DamageEnding, FileDamage, VerifiedFile, check_gate, on_damage
from portal.kernel.jobs import Job, JobState, abandon_jobs, enqueue, hurry


def check_document_gate(document: Document) -> None:
    """Raise Withheld when nobody may fetch the document, or a file that went into it."""
    check_gate(document.sha256, *document.source_digests)


def open_document(document: Document) -> VerifiedFile:
    """The finished bytes, to be read piece by piece; the caller has asked whether they may be.

    Raises Withheld, DamagedFile or ReadRefused.
    """
    return files.open_file(document.file, document.sha256, *document.source_digests)


def record_download(actor: Actor, document: Document) -> None:
    """Journal the download of the finished bytes, and call what its kind registers for it."""
    journal.record(actor, "document.download", document)
    KINDS[document.kind].on_download(actor, document)


@transaction.atomic
def request_document(
    actor: Actor,
    kind: str,
    target_id: int,
    *,
    title: str,
    language: str,
    cache_key: str | None = None,
    as_of: int | None = None,
    compared_id: int | None = None,
    is_bulk: bool = False,
) -> Document:
    """Ask for a document; returns the row to watch. With a `cache_key` the same row serves everyone.

    Without one the row is the actor's own. Who asks again while it waits in the queue is given that one: it will say
    what is so when it is built; while it is being built they are given another, as it may have read what changed since.

    `as_of` is the last publication that may be in it; `compared_id` another of the target's kind that stands beside it.
    `is_bulk`: it is made before anybody asks, when nothing else is to be done; whoever asks for it then has it built in
    its turn.
    """
    is_restricted = KINDS[kind].visibility is not visible_to_everybody
    values = {
        "is_restricted": is_restricted,
        "kind": KINDS[kind].name,
        "target_id": target_id,
        "compared_id": compared_id,
        "as_of": as_of,
        "language": language,
        "title": title,
        "requested_by_id": actor.person_id,
        "tenant_id": actor.tenant_id,
    }
    if cache_key:
        document, new = Document.objects.get_or_create(cache_key=cache_key, defaults=values)
    else:
        document, new = _own_document(values)
    if new:
        # restricted subjects are not named in the journal
        subject = {} if is_restricted else {"subject": target_id}
        journal.record(actor, "document.request", document, document_kind=kind, **subject)
        _enqueue_build(document, is_bulk=is_bulk)
    elif not is_bulk and document.state == DocumentState.QUEUED:
        hurry(_build_key(document))
    return document


def _own_document(values: dict[str, object]) -> tuple[Document, bool]:
    """The actor's own document that waits to be built, or a new one; whether it is new. Two who ask at once wait."""
    key = "document:{kind}:{target_id}:{language}:{requested_by_id}:{tenant_id}".format(**values)
    lock_name(key)
    subject = {name: value for name, value in values.items() if name != "title"}
    waiting = (
        Document.objects.filter(state=DocumentState.QUEUED, cache_key=None, **subject).order_by("-pk").first()
    )
    if waiting is not None:
        return waiting, False
    return Document.objects.create(**values), True


@transaction.atomic
def retry_document(actor: Actor, document: Document) -> Document:
    """Queue a failed document again; one that is queued or being built by now stays as it is.

    Raises DomainError for one that is finished.
    """
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if locked.is_open:
        return locked
    if locked.state != DocumentState.FAILED:
        raise DomainError(_("Only a failed document can be tried again."))
    locked.state, locked.progress, locked.step, locked.error = DocumentState.QUEUED, 0, "", ""
    locked.save(update_fields=["state", "progress", "step", "error"])
    event = journal.record(actor, "document.retry", locked)
    _enqueue_build(locked, f":{event.pk}")
    return locked


@transaction.atomic
def cancel_document(actor: Actor, document: Document) -> Document:
    """Give up a document that is not finished; what is built of it so far goes, and it can be tried again.

    Raises DomainError for one that is finished, or that everybody has.
    """
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if not locked.is_open or locked.is_for_everybody:
        raise DomainError(_("It is finished already."))
    job_ids = abandon_jobs(_BUILD_KIND, {"document": locked.pk})
    event = journal.record(actor, "document.cancel", locked)
    key = f"document:{locked.pk}:cancelled:{event.pk}"
    discard_bytes(locked, key=key)
    if KINDS[locked.kind].build_step is not None and not locked.is_paused:
        for job_id in job_ids:
            discard_first_part(locked, job_id, key=key)
    locked.state, locked.step, locked.finished_at = DocumentState.FAILED, "", timezone.now()
    locked.error = _("It was cancelled. You can try again.")
    for name, nothing in NOTHING_BUILT.items():
        setattr(locked, name, nothing)
    locked.save(update_fields=["state", "step", "finished_at", "error", *NOTHING_BUILT])
    KINDS[locked.kind].on_end(locked)
    return locked


@transaction.atomic
def withhold_document(document: Document, reason: str) -> None:
    """Take a document from everybody: its bytes go at once, and `reason` stands in their place; its digest stays."""
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if locked.file:
        files.discard_soon(locked.file, key=f"document:{locked.pk}:withheld")
        files.end_damage(locked.file, DamageEnding.UNREFERENCED)
    locked.state, locked.file, locked.error = DocumentState.FAILED, "", reason[:500]
    locked.save(update_fields=["state", "file", "error"])


@on_damage
def rebuild_document(damage: FileDamage) -> None:
    """Build a document again whose bytes are damaged: nobody has to ask for it. Acts as SYSTEM."""
    for document in Document.objects.filter(file=damage.path, state=DocumentState.READY):
        Document.objects.filter(pk=document.pk).update(state=DocumentState.QUEUED, progress=0, step="")
        _enqueue_build(document, f":damage:{damage.pk}")


def _enqueue_build(document: Document, suffix: str = "", *, is_bulk: bool = False) -> None:
    key = f"{_build_key(document)}{suffix}"
    enqueue("build_document", key=key, payload={"document": document.pk}, is_bulk=is_bulk)


def _build_key(document: Document) -> str:
    return f"document:{document.pk}"


_BUILD_KIND = "build_document"


_OPEN_STATES = (JobState.READY, JobState.LEASED)


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """`ahead` documents are built before it; `retry_at` is when it is tried again, after it did not work.

    `is_bulk`: nobody has asked for it yet, and whoever does has it built earlier.
    """

    ahead: int = 0
    retry_at: datetime | None = None
    is_bulk: bool = False


def queue_position(document: Document) -> QueuePosition | None:
    """The place of a queued document; None for one that is not waiting.

    As SYSTEM: what is ahead belongs to others, and is only counted.
    """
    if document.state != DocumentState.QUEUED:
        return None
    with acting_as(SYSTEM):
        return _position(document)


def _position(document: Document) -> QueuePosition | None:
    jobs = Job.objects.filter(kind=_BUILD_KIND)
    own = (
        jobs.filter(state__in=_OPEN_STATES, payload__document=document.pk)
        .annotate(later=Q(next_at__gt=Now()))
        .first()
    )
    if own is None:
        return None
    if own.later:
        return QueuePosition(retry_at=own.next_at, is_bulk=own.is_bulk)
    before = Q(next_at__lt=own.next_at) | Q(next_at=own.next_at, pk__lt=own.pk)
    before = Q(is_bulk=own.is_bulk) & before | Q(is_bulk__lt=own.is_bulk)
    waiting = Q(state=JobState.READY, next_at__lte=Now()) & before
    ahead = jobs.filter(waiting | Q(state=JobState.LEASED)).exclude(pk=own.pk).count()
    return QueuePosition(ahead, is_bulk=own.is_bulk and own.state == JobState.READY)
