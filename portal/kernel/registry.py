"""Where upper floors hang things on lower pages: panels, kinds of evidence, and words for their publications.

A lower floor names a place; an upper floor registers what stands there, in its `apps.ready()`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from portal.kernel.access import Actor

Panel = Callable[[Actor, Any], dict[str, Any] | None]
_PANELS: dict[str, list[tuple[str, Panel]]] = {}


def hang(place: str, template: str, panel: Panel) -> None:
    """Show `template` at `place` with what `panel(actor, subject)` gives; None shows nothing."""
    _PANELS.setdefault(place, []).append((template, panel))


def panels(place: str, actor: Actor, subject: object) -> list[tuple[str, dict[str, Any]]]:
    """What stands at the place for this actor and subject: pairs of template and context."""
    shown = ((template, panel(actor, subject)) for template, panel in _PANELS.get(place, []))
    return [(template, context) for template, context in shown if context is not None]


@dataclass(frozen=True, slots=True)
class PublicationKind:
    """How lower pages speak of a type of publication that an upper floor makes."""

    word: str | Promise
    tone: str  # of the dot beside the word
    told: Callable[[Mapping[str, Any]], str]  # a few words of what the document says
    subject: Callable[[Mapping[str, Any]], tuple[str, str] | None]  # where it stands now: address, words


_PUBLICATIONS: dict[str, PublicationKind] = {}


def speak_of(type_: str, kind: PublicationKind) -> None:
    """Say how pages name the publications of this type and where they lead."""
    _PUBLICATIONS[type_] = kind


def spoken_of(type_: str) -> PublicationKind | None:
    """How an upper floor wants this type named; None for the types of the lower floor itself."""
    return _PUBLICATIONS.get(type_)
