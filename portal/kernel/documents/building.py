"""The job that builds a document, with its progress and its outcome."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.kernel import files, journal
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as, reading_as
from portal.kernel.documents.kinds import KINDS, Built
from portal.kernel.documents.models import Document, DocumentState
from portal.kernel.errors import DomainError
from portal.kernel.files import DamageEnding, StorageError, check_gate
from portal.kernel.jobs import TRIES, Claim, LostLease, Payload, handles, on_cancelled, on_exhausted

ActorSource = Callable[[int, int], Actor]


_ACTOR_SOURCE: list[ActorSource] = []


def register_actor_source(source: ActorSource) -> None:
    """Name the function that makes an actor of a person id and a tenant id, as they are allowed now."""
    _ACTOR_SOURCE[:] = [source]


@handles("build_document")
def build_document(claim: Claim) -> None:
    """Build the document of the claim; a refusal is final and shown, anything else is tried again."""
    with acting_as(SYSTEM):
        document = Document.objects.get(pk=claim.payload["document"])
    try:
        with files.track_reads() as source_digests:
            built = _collect_and_render(document, claim)
        with built.file or nullcontext(built.content) as content:
            facts = files.facts_of(content)
            # the same facts give the same bytes, which may have been purged; so may a file that was read for it
            check_gate(facts.sha256, *source_digests)
            stored = files.store_at(f"documents/{document.key}", content)
    except StorageError:
        _note_failure(document, claim)
        raise
    except DomainError as refusal:
        with claim.finishing():
            _update(document.pk, state=DocumentState.FAILED, error=str(refusal)[:500])
            journal.record(SYSTEM, "document.fail", document)
            _end(document.pk)
        return
    except LostLease:
        raise
    except Exception:
        _note_failure(document, claim)
        raise
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
        if document.file and document.file != stored:  # it was built again, of later facts
            files.discard_later(document.file, key=f"document:{document.pk}:{claim.job_id}")
            files.end_damage(document.file, DamageEnding.UNREFERENCED)
        _end(document.pk)


def _note_failure(document: Document, claim: Claim) -> None:
    """Note that it failed: for good after the last try, else that there will be another."""
    with translation.override(document.language):
        if claim.attempt >= TRIES:
            message = _("It failed. The error has been recorded; you can try again.")
            _update(document.pk, state=DocumentState.FAILED, error=message)
            journal.record(SYSTEM, "document.fail", document)
            _end(document.pk)
        else:
            message = _("It failed and will be tried again automatically.")
            _update(document.pk, state=DocumentState.QUEUED, progress=0, step=message)


@on_exhausted("build_document")
@on_cancelled("build_document")
def abandon_document(payload: Payload) -> None:
    """Nobody builds it any more: its worker was lost every time, or somebody cancelled the work."""
    with acting_as(SYSTEM):
        document = Document.objects.select_for_update().filter(pk=payload["document"]).first()
        if document is not None and document.is_open:
            with translation.override(document.language):
                message = _("It was cancelled. You can try again.")
            _update(document.pk, state=DocumentState.FAILED, step="", error=message)
            journal.record(SYSTEM, "document.fail", document)
            _end(document.pk)


def _collect_and_render(document: Document, claim: Claim) -> Built:
    kind, requester = KINDS[document.kind], ANYONE
    if document.requested_by_id is not None and document.tenant_id is not None:
        requester = _ACTOR_SOURCE[0](document.requested_by_id, document.tenant_id)
    with translation.override(document.language):
        _note_progress(document.pk, claim, 5, _("Collecting data"))
        with reading_as(requester) if kind.is_long else acting_as(requester) as actor:
            collected = kind.collect(actor, document)
        return kind.render(collected, lambda percent, step: _note_progress(document.pk, claim, percent, step))


def _note_progress(document_id: int, claim: Claim, percent: int, step: str) -> None:
    claim.renew()
    _update(document_id, state=DocumentState.BUILDING, progress=percent, step=step)


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
