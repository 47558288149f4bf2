"""The job that builds a document, with its progress and its outcome."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from typing import IO, Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.kernel import files, journal
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as, reading_as
from portal.kernel.documents.kinds import KINDS, Built, Paused
from portal.kernel.documents.models import Document, DocumentState
from portal.kernel.errors import DomainError
from portal.kernel.files import DamageEnding, StorageError, check_gate
from portal.kernel.jobs import (
    TRIES,
    Claim,
    LostLease,
    Payload,
    enqueue,
    handles,
    on_cancelled,
    on_exhausted,
)

ActorSource = Callable[[int, int], Actor]


_ACTOR_SOURCE: list[ActorSource] = []


def register_actor_source(source: ActorSource) -> None:
    """Name the function that makes an actor of a person id and a tenant id, as they are allowed now."""
    _ACTOR_SOURCE[:] = [source]


@handles("build_document")
def build_document(claim: Claim) -> None:
    """Build the document of the claim, or a step of it; a refusal is final and shown, anything else is tried again."""
    with acting_as(SYSTEM):
        document = Document.objects.get(pk=claim.payload["document"])
    try:
        earlier = _read_paused(document) if _goes_on(claim.payload) else None
        with files.track_reads() as source_digests:
            built = _build(document, claim, earlier)
        if earlier is not None:
            source_digests |= set(document.source_digests)
        with built.file or nullcontext(b"" if isinstance(built, Paused) else built.content) as content:
            facts = files.facts_of(content)
            # the same facts give the same bytes, which may have been purged; so may a file that was read for it
            check_gate(facts.sha256, *source_digests)
            stored = files.store_at(f"documents/{document.key}", content)
    except StorageError:
        _note_failure(document, claim)
        raise
    except DomainError as refusal:
        with claim.finishing():
            _fail(document, claim.payload, error=str(refusal)[:500])
        return
    except LostLease:
        raise
    except Exception:
        _note_failure(document, claim)
        raise
    if isinstance(built, Paused):
        _go_on_later(document, claim, stored, facts, source_digests)
        return
    with claim.finishing():
        _update(
            document.pk,
            state=DocumentState.READY,
            progress=100,
            step="",
            file=stored,
            file_name=built.file_name,
            media_type=built.media_type,
            size=facts.size,
            sha256=facts.sha256,
            source_digests=sorted(source_digests),
            about=built.about[:300],
        )
        journal.record(SYSTEM, "document.ready", document)
        _discard_replaced(document, claim, stored)
        _end(document.pk)


def _discard_replaced(document: Document, claim: Claim, stored: str) -> None:
    """Of one that was built again, of later facts, or in steps."""
    if document.file and document.file != stored:
        files.discard_later(document.file, key=f"document:{document.pk}:{claim.job_id}")
        files.end_damage(document.file, DamageEnding.UNREFERENCED)


def _go_on_later(
    document: Document, claim: Claim, stored: str, facts: files.StoredBytes, source_digests: Collection[str]
) -> None:
    """Keep what is built so far with the document, and queue the job that goes on from it, in one transaction."""
    with claim.finishing():
        _update(
            document.pk,
            state=DocumentState.BUILDING,
            file=stored,
            size=facts.size,
            sha256=facts.sha256,
            source_digests=sorted(source_digests),
        )
        _discard_replaced(document, claim, stored)
        payload = {"document": document.pk, "goes_on": 1}
        enqueue("build_document", key=f"document:{document.pk}:after:{claim.job_id}", payload=payload)


def _goes_on(payload: Payload) -> bool:
    """Whether the document's file is what an earlier job has paused with."""
    return bool(payload.get("goes_on"))


def _read_paused(document: Document) -> IO[bytes] | None:
    """What the job before has paused with; None where it is damaged, or must not be read: then all is built anew.

    Raises StorageError: the step is tried again, and nothing that was built is lost.
    """
    if not document.file:
        return None
    try:
        stored = files.open_file(document.file, document.sha256, *document.source_digests)
    except StorageError:  # it is away, and not lost
        raise
    except DomainError:
        return None
    scratch = files.scratch_file()
    try:
        with stored:
            for piece in stored:
                scratch.write(piece)
    except BaseException as error:
        scratch.close()
        if isinstance(error, DomainError) and not isinstance(error, StorageError):
            return None
        raise
    return scratch


def _fail(document: Document, payload: Payload, **values: Any) -> None:
    """Note that it failed for good; what was built of it so far goes."""
    if _goes_on(payload):
        values["file"] = values["sha256"] = ""
        values["size"] = 0
        files.discard_later(document.file, key=f"document:{document.pk}:failed:{document.sha256}")
    _update(document.pk, state=DocumentState.FAILED, **values)
    journal.record(SYSTEM, "document.fail", document)
    _end(document.pk)


def _note_failure(document: Document, claim: Claim) -> None:
    """Note that it failed: for good after the last try, else that there will be another. Raises LostLease."""
    with translation.override(document.language), transaction.atomic():
        if claim.attempt >= TRIES:
            message = _("It failed. The error has been recorded; you can try again.")
            _fail(document, claim.payload, error=message)
        else:
            message = _("It failed and will be tried again automatically.")
            progress = {} if _goes_on(claim.payload) else {"progress": 0}
            _update(document.pk, state=DocumentState.QUEUED, step=message, **progress)
        claim.renew()


@on_exhausted("build_document")
@on_cancelled("build_document")
def abandon_document(payload: Payload) -> None:
    """Nobody builds it any more: its worker was lost every time, or somebody cancelled the work."""
    with acting_as(SYSTEM):
        document = Document.objects.select_for_update().filter(pk=payload["document"]).first()
        if document is not None and document.is_open:
            with translation.override(document.language):
                message = _("It was cancelled. You can try again.")
            _fail(document, payload, step="", error=message)


def _build(document: Document, claim: Claim, earlier: IO[bytes] | None) -> Built | Paused:
    kind = KINDS[document.kind]

    def progress(percent: int, step: str) -> None:
        _note_progress(document.pk, claim, percent, step)

    with translation.override(document.language):
        if kind.build_step is not None:
            return kind.build_step(lambda: _reading(document), document, earlier, progress)
        assert kind.collect is not None, document.kind
        assert kind.render is not None, document.kind
        progress(5, _("Collecting data"))
        with _reading(document) as actor:
            collected = kind.collect(actor, document)
        return kind.render(collected, progress)


@contextmanager
def _reading(document: Document) -> Iterator[Actor]:
    """A transaction with the rights that the requester has now."""
    requester = ANYONE
    if document.requested_by_id is not None and document.tenant_id is not None:
        requester = _ACTOR_SOURCE[0](document.requested_by_id, document.tenant_id)
    is_long = KINDS[document.kind].is_long
    with reading_as(requester) if is_long else acting_as(requester) as actor:
        yield actor


def _note_progress(document_id: int, claim: Claim, percent: int, step: str) -> None:
    with transaction.atomic():  # not of one that was cancelled meanwhile, whose lease is lost
        _update(document_id, state=DocumentState.BUILDING, progress=percent, step=step)
        claim.renew()


def _end(document_id: int) -> None:
    """Call what the kind registers for a document that is ready or has failed."""
    with acting_as(SYSTEM):
        document = Document.objects.get(pk=document_id)
        KINDS[document.kind].on_end(document)


def _update(document_id: int, **values: Any) -> None:
    if values["state"] in (DocumentState.READY, DocumentState.FAILED):
        values["finished_at"] = timezone.now()
    with acting_as(SYSTEM):
        Document.objects.filter(pk=document_id).update(**values)
