"""The job that builds a document, with its progress and its outcome."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from time import monotonic
from typing import IO, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.kernel import files, journal
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as, reading_as
from portal.kernel.documents.kinds import KINDS, Built, Progress
from portal.kernel.documents.models import MEDIA_TYPE_OF_PARTS, Document, DocumentState
from portal.kernel.documents.parts import (
    NOTHING_BUILT,
    EarlierParts,
    PartsLost,
    Paused,
    StoredPart,
    discard_bytes,
    discard_first_part,
    folder_of_parts,
    list_parts,
    read_parts,
)
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


NOTE_SECONDS = 1.0  # as often as a page looks; a step of other words is noted at once


class _ProgressNotes:
    """Notes how far the document of a claim is, and holds on to the claim; the bar never goes back."""

    def __init__(self, document: Document, claim: Claim) -> None:
        self._document_id, self._claim = document.pk, claim
        self.percent = document.progress if document.is_paused else 0
        self._step: str | None = None
        self._noted_at = float("-inf")

    def __call__(self, percent: int, step: str) -> None:
        """Note it, but for the same step not as often as it is told. Raises LostLease."""
        self.percent = max(self.percent, percent)
        now = monotonic()
        if step != self._step or now - self._noted_at >= NOTE_SECONDS:
            self._step, self._noted_at = step, now
            _note_progress(self._document_id, self._claim, self.percent, step)


@handles("build_document", is_long=True)
def build_document(claim: Claim) -> None:
    """Build the document of the claim, or a step of it; a refusal is final and shown, anything else is tried again."""
    with acting_as(SYSTEM):
        document = Document.objects.get(pk=claim.payload["document"])
    folder, progress = f"documents/{document.key}", _ProgressNotes(document, claim)
    try:
        earlier = read_parts(document)
        with files.track_reads() as source_digests:
            built = _build(document, earlier, progress)
        source_digests.update(earlier.source_digests)
        if isinstance(built, Paused):
            folder = folder_of_parts(document, claim.job_id)
            with built.file as content:
                part = _store(folder, content, source_digests)
            parts = [*earlier.parts, part]
            stored = _store(folder, list_parts(parts, built.state), source_digests)
        else:
            with built.file or nullcontext(built.content) as content:
                stored = _store(folder, content, source_digests)
    except PartsLost as loss:
        _begin_anew(document, claim, loss)
        return
    except StorageError:
        _note_failure(document, claim)
        raise
    except DomainError as refusal:
        with claim.finishing():
            _fail(document, claim.job_id, error=str(refusal)[:500])
        return
    except LostLease:
        raise
    except Exception:
        _note_failure(document, claim)
        raise
    if isinstance(built, Paused):
        _go_on_later(document, claim, stored, parts, source_digests, progress.percent)
        return
    with claim.finishing():
        _update(
            document.pk,
            state=DocumentState.READY,
            progress=100,
            step="",
            file=stored.path,
            file_name=built.file_name,
            media_type=built.media_type,
            size=stored.size,
            sha256=stored.sha256,
            source_digests=sorted(source_digests),
            about=built.about[:300],
        )
        journal.record(SYSTEM, "document.ready", document)
        _discard_replaced(document, claim, stored.path)
        if KINDS[document.kind].build_step is not None and not document.is_paused and claim.attempt > 1:
            discard_first_part(document, claim.job_id, key=f"document:{document.pk}:ready")
        _end(document.pk)


def _store(folder: str, content: bytes | IO[bytes], source_digests: Collection[str]) -> StoredPart:
    """Store the whole of a document, or a part of it. Raises Withheld or StorageError."""
    facts = files.facts_of(content)
    # the same facts give the same bytes, which may have been purged; so may a file that was read for it
    check_gate(facts.sha256, *source_digests)
    return StoredPart(files.store_at(folder, content, facts), facts.sha256, facts.size or 0)


def _discard_replaced(document: Document, claim: Claim, stored: str) -> None:
    """Of one that was built again, of later facts, or in steps."""
    if document.file and document.file != stored:
        discard_bytes(document, key=f"document:{document.pk}:{claim.job_id}")
        files.end_damage(document.file, DamageEnding.UNREFERENCED)


def _go_on_later(
    document: Document,
    claim: Claim,
    stored: StoredPart,
    parts: Sequence[StoredPart],
    source_digests: Collection[str],
    percent: int,
) -> None:
    """Have the document refer to its parts so far, and queue the job that goes on from them, in one transaction."""
    with claim.finishing():
        _update(
            document.pk,
            state=DocumentState.BUILDING,
            progress=percent,
            file=stored.path,
            file_name="",
            media_type=MEDIA_TYPE_OF_PARTS,
            size=sum(part.size for part in parts),
            sha256=stored.sha256,
            source_digests=sorted(source_digests),
        )
        if not document.is_paused:
            _discard_replaced(document, claim, stored.path)
        _enqueue_next(document, claim)


def _begin_anew(document: Document, claim: Claim, loss: PartsLost) -> None:
    """Forget what is built of it so far, and queue the job that begins with nothing, in one transaction."""
    with claim.finishing():
        discard_bytes(document, key=f"document:{document.pk}:{claim.job_id}")
        if loss.path:
            files.end_damage(loss.path, DamageEnding.UNREFERENCED)
        _update(document.pk, state=DocumentState.QUEUED, progress=0, step="", **NOTHING_BUILT)
        _enqueue_next(document, claim)


def _enqueue_next(document: Document, claim: Claim) -> None:
    key = f"document:{document.pk}:after:{claim.job_id}"
    enqueue("build_document", key=key, payload={"document": document.pk})


def _fail(document: Document, job_id: int, **values: Any) -> None:
    """Note that it failed for good with this job; what was built of it so far goes. As SYSTEM."""
    event = journal.record(SYSTEM, "document.fail", document)
    key = f"document:{document.pk}:failed:{event.pk}"
    if document.is_paused:
        discard_bytes(document, key=key)
        values |= NOTHING_BUILT
    elif KINDS[document.kind].build_step is not None:
        discard_first_part(document, job_id, key=key)
    _update(document.pk, state=DocumentState.FAILED, **values)
    _end(document.pk)


def _note_failure(document: Document, claim: Claim) -> None:
    """Note that it failed: for good after the last try, else that there will be another. Raises LostLease."""
    with translation.override(document.language), acting_as(SYSTEM):
        if claim.attempt >= TRIES:
            message = _("It failed. The error has been recorded; you can try again.")
            _fail(document, claim.job_id, error=message)
        else:
            message = _("It failed and will be tried again automatically")
            progress = {} if document.is_paused else {"progress": 0}
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
            _fail(document, int(payload["job"]), step="", error=message)


def _build(document: Document, earlier: EarlierParts, progress: Progress) -> Built | Paused:
    kind = KINDS[document.kind]
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
    with acting_as(SYSTEM):  # not of one that was cancelled meanwhile, whose lease is lost
        Document.objects.filter(pk=document_id).update(
            state=DocumentState.BUILDING, progress=percent, step=step
        )
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
