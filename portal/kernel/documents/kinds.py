"""The kinds of document: how each is collected and rendered, and who may still see it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from portal.kernel import journal
from portal.kernel.access import EVERYTHING, Actor, VisibilityPolicy
from portal.kernel.documents.models import Document
from portal.kernel.documents.parts import EarlierParts, Paused


@dataclass(frozen=True, slots=True)
class Built:
    """The finished bytes of a document, and in a few words what they were built of.

    The bytes of a document that may be long are in `file` instead: an open one (`files.scratch_file`), which is closed
    once it is stored.
    """

    content: bytes
    file_name: str
    media_type: str
    about: str = ""
    file: IO[bytes] | None = None


# after how much a document that is built in steps is paused: half of what a job may take, and what is stored quickly
STEP_SECONDS = 40
PART_BYTES = 256 * 1024 * 1024


Progress = Callable[[int, str], None]


Collector = Callable[[Actor, Document], Any]


Renderer = Callable[[Any, Progress], Built]


Reading = Callable[[], AbstractContextManager[Actor]]


StepBuilder = Callable[[Reading, Document, EarlierParts, Progress], Built | Paused]


DownloadHook = Callable[[Actor, Document], None]


EndHook = Callable[[Document], None]


def visible_to_everybody(actor: Actor) -> Q:
    del actor
    return EVERYTHING


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document.

    `collect` reads as the requester, with their rights at building time, in one transaction;
    `render` makes the bytes of what was collected, outside of it, and reports percent and step.
    What grows with the years is built by `build_step` instead, in as many jobs as it takes: it is given the parts that
    the jobs before have built, and reads in as many transactions as it likes (`with reading() as actor`), each with the
    rights that the requester has by then. It pauses with another part after STEP_SECONDS or PART_BYTES, whatever comes
    first; each piece of its work takes less than that. Joining the parts is the last piece, and takes a job of its own.
    `visibility` says which documents of this kind their requester may still have, whenever they look for one;
    `on_download` is called when they take the finished bytes, `on_end` as SYSTEM in the transaction in which one is
    ready or has failed for good. `label` names the kind on pages. `is_long` says that `collect` reads much and writes
    nothing: it is asked of a replica that is level with the primary, where there is one.
    """

    name: str
    collect: Collector | None = None
    render: Renderer | None = None
    visibility: VisibilityPolicy = visible_to_everybody
    on_download: DownloadHook = lambda actor, document: None
    on_end: EndHook = lambda document: None
    label: str | Promise = ""
    is_long: bool = False
    build_step: StepBuilder | None = None


KINDS: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> None:
    KINDS[kind.name] = kind
    if kind.label:
        journal.register_values({"document_kind": {kind.name: kind.label}})


def kind_label(kind: str) -> str:
    """How pages name a kind; its bare name where nobody registered it, or without words."""
    return str(KINDS[kind].label or kind) if kind in KINDS else kind


def documents_known_to(actor: Actor) -> QuerySet[Document]:
    """Documents that journal and overviews may show: of restricted kinds, the actor's own alone."""
    secret = [name for name, kind in KINDS.items() if kind.visibility is not visible_to_everybody]
    return Document.objects.filter(~Q(kind__in=secret) | Q(requested_by_id=actor.person_id))


def still_visible_to(actor: Actor) -> Q:
    """Documents whose subject the actor may still see."""
    visible = EVERYTHING
    for kind in KINDS.values():
        if kind.visibility is not visible_to_everybody:
            visible &= ~Q(kind=kind.name) | kind.visibility(actor)
    return visible
