"""A document's life: asked for, queued, built by a worker with true progress, stored, fetched."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.kernel import journal, stored_files
from portal.kernel.access import ANYONE, EVERYTHING, SYSTEM, Actor, Sight
from portal.kernel.errors import DomainError
from portal.kernel.file_gate import pass_gate
from portal.kernel.models import Document, DocumentState
from portal.kernel.outbox import (
    TRIES,
    Claim,
    LostLease,
    Payload,
    enqueue,
    handles,
    on_cancelled,
    on_exhausted,
)
from portal.kernel.row_security import acting_as


@dataclass(frozen=True, slots=True)
class Built:
    """The finished bytes of a document, and in a few words what they were built of."""

    content: bytes
    file_name: str
    media_type: str
    about: str = ""


Progress = Callable[[int, str], None]
Collector = Callable[[Actor, Document], Any]
Renderer = Callable[[Any, Progress], Built]
ActorFor = Callable[[int, int], Actor]
Fetched = Callable[[Actor, Document], None]


def _always(actor: Actor) -> Q:
    del actor
    return EVERYTHING


def _unnoticed(actor: Actor, document: Document) -> None:
    del actor, document


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document.

    `collect` reads through the requester's eyes as they are at building time, in one transaction;
    `render` makes the bytes of what was collected, outside of it, and reports percent and step.
    `sight` says which documents of this kind their requester may still have, whenever they look for one;
    `fetched` is called when they take the finished bytes. `words` name the kind on pages.
    """

    name: str
    collect: Collector
    render: Renderer
    sight: Sight = _always
    fetched: Fetched = _unnoticed
    words: str | Promise = ""


_KINDS: dict[str, Kind] = {}
_ACTORS: list[ActorFor] = []


def register(kind: Kind) -> None:
    _KINDS[kind.name] = kind


def words_of(kind: str) -> str:
    """How pages name a kind; its bare name where nobody registered it, or without words."""
    return str(_KINDS[kind].words or kind) if kind in _KINDS else kind


def is_kind(kind: str) -> bool:
    return kind in _KINDS


def known_to(actor: Actor) -> QuerySet[Document]:
    """What journal and overviews may tell of: of kinds that not everybody may know of, the actor's own."""
    secret = [name for name, kind in _KINDS.items() if kind.sight is not _always]
    return Document.objects.filter(~Q(kind__in=secret) | Q(requested_by_id=actor.person_id))


def still_seen(actor: Actor) -> Q:
    """Documents whose subject the actor may see now as when it was built; what they lost sight of is gone."""
    seen = EVERYTHING
    for kind in _KINDS.values():
        if kind.sight is not _always:
            seen &= ~Q(kind=kind.name) | kind.sight(actor)
    return seen


def pass_document(document: Document) -> None:
    """Raise Withheld when nobody may fetch the document, or a file that went into it."""
    pass_gate(document.sha256, *document.carried)


def opened(document: Document) -> IO[bytes]:
    """The finished bytes, to be read piece by piece; the caller has asked whether they may be. Raises Withheld."""
    return stored_files.opened(document.file, document.sha256, *document.carried)


def note_fetched(actor: Actor, document: Document) -> None:
    """The actor takes the finished bytes: journalled, and whatever its kind wants to know of it."""
    journal.record(actor, "document.download", document)
    _KINDS[document.kind].fetched(actor, document)


def actors_come_from(actor_for: ActorFor) -> None:
    """Name the function that makes an actor of a person id and a tenant id, as they are allowed now."""
    _ACTORS[:] = [actor_for]


@transaction.atomic
def request_document(
    actor: Actor, kind: str, target_id: int, *, title: str, language: str, cache_key: str | None = None
) -> Document:
    """Ask for a document; gives back the row to watch. With a `cache_key` the same row serves everyone."""
    values = {
        "kind": _KINDS[kind].name,
        "target_id": target_id,
        "language": language,
        "title": title,
        "requested_by_id": actor.person_id,
        "tenant_id": actor.tenant_id,
    }
    if cache_key:
        document, new = Document.objects.get_or_create(cache_key=cache_key, defaults=values)
    else:
        document, new = Document.objects.create(**values), True
    if new:
        journal.record(actor, "document.request", document, document_kind=kind, **_subject(kind, target_id))
        _owe(document)
    return document


def _subject(kind: str, target_id: int) -> dict[str, int]:
    """What the journal says of the subject: nothing where not every reader of the journal may know of it."""
    return {"subject": target_id} if _KINDS[kind].sight is _always else {}


@transaction.atomic
def retry_document(actor: Actor, document: Document) -> Document:
    """Queue a failed document again."""
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if locked.state != DocumentState.FAILED:
        raise DomainError(_("Only a failed document can be tried again."))
    locked.state, locked.progress, locked.step, locked.error = DocumentState.QUEUED, 0, "", ""
    locked.save(update_fields=["state", "progress", "step", "error"])
    event = journal.record(actor, "document.retry", locked)
    _owe(locked, f":{event.pk}")
    return locked


def _owe(document: Document, suffix: str = "") -> None:
    enqueue("build_document", key=f"document:{document.pk}{suffix}", payload={"document": document.pk})


@handles("build_document")
def build(claim: Claim) -> None:
    """Build the document of the claim; a refusal is final and shown, anything else is tried again."""
    document = Document.objects.get(pk=claim.payload["document"])
    try:
        with stored_files.noting() as carried:
            built = _built(document, claim)
        digest = hashlib.sha256(built.content).hexdigest()
        # the same facts give the same bytes, which may have been purged; so may a file that was read for it meanwhile
        pass_gate(digest, *carried)
    except DomainError as refusal:
        with claim.finishing():
            _finish(document.pk, state=DocumentState.FAILED, error=str(refusal)[:500])
            journal.record(SYSTEM, "document.fail", document)
        return
    except LostLease:
        raise
    except Exception:
        _tell_of_failure(document, claim)
        raise
    stored = stored_files.put(f"documents/{document.key}/{built.file_name}", built.content)
    with claim.finishing():
        _finish(
            document.pk,
            state=DocumentState.READY,
            progress=100,
            step="",
            file=stored,
            file_name=built.file_name,
            media_type=built.media_type,
            size=len(built.content),
            sha256=digest,
            carried=sorted(carried),
            about=built.about[:300],
        )
        journal.record(SYSTEM, "document.ready", document)


def _tell_of_failure(document: Document, claim: Claim) -> None:
    """Say that it did not work: for good after the last try, else that there will be another."""
    with translation.override(document.language):
        if claim.attempt >= TRIES:
            words = _("It failed. The error has been recorded; you can try again.")
            _finish(document.pk, state=DocumentState.FAILED, error=words)
            journal.record(SYSTEM, "document.fail", document)
        else:
            words = _("It failed and will be tried again automatically.")
            _finish(document.pk, state=DocumentState.QUEUED, progress=0, step=words)


@on_exhausted("build_document")
@on_cancelled("build_document")
@transaction.atomic
def give_up(payload: Payload) -> None:
    """Nobody builds it any more: its worker was lost every time, or somebody cancelled the work."""
    document = Document.objects.select_for_update().filter(pk=payload["document"]).first()
    if document is not None and document.is_open:
        with translation.override(document.language):
            words = _("It was cancelled. You can try again.")
        _finish(document.pk, state=DocumentState.FAILED, step="", error=words)
        journal.record(SYSTEM, "document.fail", document)


def _built(document: Document, claim: Claim) -> Built:
    kind = _KINDS[document.kind]
    with translation.override(document.language):
        _report(document.pk, claim, 5, _("Collecting data"))
        with acting_as(_requester(document)) as actor:
            collected = kind.collect(actor, document)
        return kind.render(collected, lambda percent, step: _report(document.pk, claim, percent, step))


def _requester(document: Document) -> Actor:
    if document.requested_by_id is None or document.tenant_id is None:
        return ANYONE
    return _ACTORS[0](document.requested_by_id, document.tenant_id)


def _report(document_id: int, claim: Claim, percent: int, step: str) -> None:
    claim.renew()
    _finish(document_id, state=DocumentState.BUILDING, progress=percent, step=step)


def _finish(document_id: int, **values: Any) -> None:
    if values["state"] in (DocumentState.READY, DocumentState.FAILED):
        values["finished_at"] = timezone.now()
    Document.objects.filter(pk=document_id).update(**values)
