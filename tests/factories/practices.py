"""Practices of Aurora's on their way: drafted by Alice, handed on by Sven, let through by Mona."""

from typing import Any

from portal.kernel.access import Actor
from portal.kernel.row_security import acting_as
from practices.audiences import audience
from practices.enums import OPEN_LABELS, Label
from practices.models import Practice
from practices.services.audiences import set_readers
from practices.services.practices import (
    draft_practice,
    share_practice,
    share_practice_directly,
    submit_practice,
)
from tests.factories.cast import Cast

CONTENT: dict[str, Any] = {
    "title": "Slow the first message",
    "kind": "technique",
    "stage": "proven",
    "harms": ["grooming"],
    "summary": "A first message waits.",
    "permitted_use": "adapt",
}


def act(actor: Actor, service: Any, *given: Any, **named: Any) -> Any:
    """The service as the actor calls it in a request: with the second wall up."""
    with acting_as(actor):
        return service(actor, *given, **named)


def drafted(cast: Cast, label: str = Label.GREEN, **changes: Any) -> Practice:
    practice = act(cast.actor("alice"), draft_practice, {**CONTENT, **changes}, language="en")
    readers = audience(label, organisations=[cast.beacon.pk] if label not in OPEN_LABELS else [])
    found: Practice = act(cast.actor("alice"), set_readers, practice, readers)
    return found


def shared(cast: Cast, label: str = Label.GREEN, **changes: Any) -> Practice:
    practice = drafted(cast, label, **changes)
    if label in OPEN_LABELS:
        act(cast.actor("alice"), submit_practice, practice)
        return act(cast.actor("mona"), share_practice, practice)  # type: ignore[no-any-return]
    return act(cast.actor("sven"), share_practice_directly, practice)  # type: ignore[no-any-return]
