"""What upper layers add to lower ones: panels, what may be cited, words for publications, work to hand over.

A lower layer names a place; an upper layer registers what is shown there, in its `apps.ready()`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from portal.kernel.access import Actor

Panel = Callable[[Actor, Any], dict[str, Any] | None]
_PANELS: dict[str, list[tuple[str, Panel]]] = {}


def register_panel(place: str, template: str, panel: Panel) -> None:
    """Show `template` at `place` with what `panel(actor, subject)` gives; None shows nothing."""
    _PANELS.setdefault(place, []).append((template, panel))


def panels(place: str, actor: Actor, subject: object) -> list[tuple[str, dict[str, Any]]]:
    """The panels of the place for this actor and subject: pairs of template and context."""
    contents = ((template, panel(actor, subject)) for template, panel in _PANELS.get(place, []))
    return [(template, context) for template, context in contents if context is not None]


# --- What may be cited -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation:
    """A cited object as one actor may see it; `key` identifies its own page.

    `label` says who else may read it, and is never translated; `is_public` whether everybody may.
    """

    title: str
    text: str
    key: str
    label: str = ""
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Citable:
    """One kind of object that may be cited as evidence.

    `citable_items`: what the actor can cite for the tenant, as pairs of reference and title.
    `citations_for`: these references of the tenant as the actor may see them, without those that are hidden.
    """

    items: Callable[[Actor, int], Sequence[tuple[str, str]]]
    citations: Callable[[Actor, int, Sequence[str]], Mapping[str, Citation]]


_CITABLES: dict[str, Citable] = {}


def register_citable(kind: str, citable: Citable) -> None:
    """Allow objects of this kind to be cited."""
    _CITABLES[kind] = citable


def citable_items(actor: Actor, tenant_id: int) -> list[tuple[str, str, str]]:
    """Everything that the actor can cite for the tenant: kind, reference, title."""
    return [
        (kind, reference, title)
        for kind, citable in _CITABLES.items()
        for reference, title in citable.items(actor, tenant_id)
    ]


def citations_for(
    actor: Actor, tenant_id: int, references: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Citation]:
    """The tenant's citations (pairs of kind and reference), as far as the actor may see them."""
    by_kind: dict[str, list[str]] = {}
    for kind, reference in references:
        by_kind.setdefault(kind, []).append(reference)
    return {
        (kind, reference): citation
        for kind, wanted in by_kind.items()
        if kind in _CITABLES
        for reference, citation in _CITABLES[kind].citations(actor, tenant_id, wanted).items()
    }


# --- Publications ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicationKind:
    """How pages of a lower layer name a type of publication that an upper layer makes."""

    name: str | Promise
    tone: str  # of the dot beside the word
    summary: Callable[[Mapping[str, Any]], str]  # a short summary of the document
    subject: Callable[[Mapping[str, Any]], tuple[str, str] | None]  # where it is now: address, words


_PUBLICATIONS: dict[str, PublicationKind] = {}


def register_publication_kind(type_: str, kind: PublicationKind) -> None:
    """Register how pages name the publications of this type and where they lead."""
    _PUBLICATIONS[type_] = kind


def publication_kind(type_: str) -> PublicationKind | None:
    """How an upper layer names this type; None for the types of the lower layer itself."""
    return _PUBLICATIONS.get(type_)


# --- Work that changes hands -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handover:
    """Whose work goes over to whom, within one tenant."""

    person_id: int
    successor_id: int
    tenant_id: int


def _nobody_is_refused(
    actor: Actor, person_id: int, tenant_id: int, successors: Sequence[Actor]
) -> Mapping[int, str]:
    del actor, person_id, tenant_id, successors
    return {}


@dataclass(frozen=True, slots=True)
class WorkPiece:
    """One piece of work by title, with the page on which it is seen to."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class TransferableWork:
    """One sort of work that a person may be at in a tenant, and that somebody else can take over.

    `open_pieces(actor, person, tenant)`: what of it the actor may know. `hand_over(actor, hands)` passes all of it on,
    what the actor may not see too; what that one must not move it leaves where it is.
    `refusals(actor, person, tenant, successors)`: which of the successors may not take it over, by person, and why, in
    words that name no piece of work; by default all may.
    """

    label: str | Promise
    open_pieces: Callable[[Actor, int, int], Sequence[WorkPiece]]
    hand_over: Callable[[Actor, Handover], None]
    refusals: Callable[[Actor, int, int, Sequence[Actor]], Mapping[int, str]] = _nobody_is_refused


@dataclass(frozen=True, slots=True)
class OpenWork:
    """A person's work of one kind, as far as one may see it."""

    key: str
    label: str | Promise
    pieces: Sequence[WorkPiece]


_WORK: dict[str, TransferableWork] = {}


def register_handover(key: str, work: TransferableWork) -> None:
    """Register work of this kind for handing over."""
    _WORK[key] = work


def handover_kinds() -> list[str]:
    """The keys of every kind of work that can be handed over."""
    return list(_WORK)


def open_work(actor: Actor, person_id: int, tenant_id: int) -> list[OpenWork]:
    """The person's work in the tenant by kind, as far as the actor may see it."""
    rows = (
        OpenWork(key, work.label, work.open_pieces(actor, person_id, tenant_id))
        for key, work in _WORK.items()
    )
    return [row for row in rows if row.pieces]


def handover_refusals(
    actor: Actor, kind: str, person_id: int, tenant_id: int, successors: Sequence[Actor]
) -> Mapping[int, str]:
    """Who of these may not take over the person's work of this kind, and why."""
    return _WORK[kind].refusals(actor, person_id, tenant_id, successors)


def hand_over_work(actor: Actor, kind: str, hands: Handover) -> None:
    """Pass on all work of this kind, whoever may take it over: the caller has asked that."""
    _WORK[kind].hand_over(actor, hands)
