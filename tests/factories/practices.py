"""Practices of Aurora's on their way: drafted by Alice, handed on by Sven, let through by Mona."""

from dataclasses import replace
from typing import Any

from alliance.enums import Grant
from portal.kernel.access import Actor
from portal.kernel.row_security import acting_as
from practices.audiences import audience
from practices.enums import OPEN_LABELS, Label
from practices.models import Draft, Practice
from practices.services.audiences import set_readers
from practices.services.practices import (
    draft_practice,
    edit_practice,
    share_practice,
    share_practice_directly,
    submit_practice,
    update_practice,
)
from practices.services.updates import propose_update, share_update
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


def next_version(cast: Cast, practice: Practice, *, note: str = "Two pauses.", **changes: Any) -> None:
    """Alice writes it; the secretariat shares what is open, and Alice, were she a signatory, what is named."""
    alice = cast.actor("alice")
    with acting_as(alice):
        draft = Draft.objects.get(practice=practice)
    act(alice, edit_practice, practice, {**draft.content, **changes}, version=draft.version)
    with acting_as(alice):
        practice.refresh_from_db()
    if practice.label in OPEN_LABELS:
        act(alice, propose_update, practice, note=note)
        act(cast.actor("mona"), share_update, practice)
    else:
        act(replace(alice, grants=alice.grants | {Grant.SIGNATORY}), update_practice, practice, note=note)
