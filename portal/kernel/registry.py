"""Where upper floors hang things on lower ones: panels, what may be cited, words for publications, work to hand over.

A lower floor names a place; an upper floor registers what stands there, in its `apps.ready()`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from portal.kernel.access import Actor

Panel = Callable[[Actor, Any], dict[str, Any] | None]
_PANELS: dict[str, list[tuple[str, Panel]]] = {}


def register_panel(text: str, template: str, panel: Panel) -> None:
    """Show `template` at `text` with what `panel(actor, subject)` gives; None shows nothing."""
    _PANELS.setdefault(text, []).append((template, panel))


def panels(text: str, actor: Actor, subject: object) -> list[tuple[str, dict[str, Any]]]:
    """What stands at the place for this actor and subject: pairs of template and context."""
    shown = ((template, panel(actor, subject)) for template, panel in _PANELS.get(text, []))
    return [(template, context) for template, context in shown if context is not None]


# --- What may be cited -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation:
    """What a cited thing says to one actor; `key` is how its own page is addressed.

    `mark` says who else may read it, in words that are never translated; `is_public` whether everybody may.
    """

    title: str
    text: str
    key: str
    mark: str = ""
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Citable:
    """One kind of thing that may be cited in support of something.

    `citable_items`: what the actor can cite for the tenant, as pairs of reference and title.
    `citations_for`: what these references of the tenant say to the actor; what the actor may not see is not among them.
    """

    items: Callable[[Actor, int], Sequence[tuple[str, str]]]
    citations: Callable[[Actor, int, Sequence[str]], Mapping[str, Citation]]


_CITABLES: dict[str, Citable] = {}


def register_citable(kind: str, citable: Citable) -> None:
    """From now on things of this kind may be cited."""
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
    """What the tenant's citations (pairs of kind and reference) say to the actor, as far as they may see."""
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
    """How lower pages speak of a type of publication that an upper floor makes."""

    name: str | Promise
    tone: str  # of the dot beside the word
    summary: Callable[[Mapping[str, Any]], str]  # a few words of what the document says
    subject: Callable[[Mapping[str, Any]], tuple[str, str] | None]  # where it stands now: address, words


_PUBLICATIONS: dict[str, PublicationKind] = {}


def register_publication_kind(type_: str, kind: PublicationKind) -> None:
    """Say how pages name the publications of this type and where they lead."""
    _PUBLICATIONS[type_] = kind


def publication_kind(type_: str) -> PublicationKind | None:
    """How an upper floor wants this type named; None for the types of the lower floor itself."""
    return _PUBLICATIONS.get(type_)


# --- Work that changes hands -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handover:
    """Whose work goes over to whom, within one tenant."""

    person_id: int
    successor_id: int
    tenant_id: int


@dataclass(frozen=True, slots=True)
class TransferableWork:
    """One sort of work that a person may be at in a tenant, and that somebody else can take over.

    `open_titles(actor, person, tenant)`: what of it the actor may know, by title. `hand_over(actor, hands)` passes
    all of it on, what the actor may not see too; what that one must not move it leaves where it is.
    """

    label: str | Promise
    open_titles: Callable[[Actor, int, int], Sequence[str]]
    hand_over: Callable[[Actor, Handover], None]


_WORK: dict[str, TransferableWork] = {}


def register_handover(key: str, work: TransferableWork) -> None:
    """From now on work of this sort goes over with the rest."""
    _WORK[key] = work


def open_work(actor: Actor, person_id: int, tenant_id: int) -> list[tuple[str | Promise, Sequence[str]]]:
    """What the person is at in the tenant, as far as the actor may know: the words of each sort, and its titles."""
    pairs = ((work.label, work.open_titles(actor, person_id, tenant_id)) for work in _WORK.values())
    return [(words, titles) for words, titles in pairs if titles]


def hand_over_work(actor: Actor, hands: Handover) -> None:
    """Pass on work of every sort."""
    for work in _WORK.values():
        work.hand_over(actor, hands)
