"""Practices of Aurora's on their way: drafted by Alice, handed on by Sven, let through by Mona."""

from dataclasses import replace
from typing import Any

from alliance.enums import Role
from portal.kernel.access import Actor, acting_as
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
from tests.factories.taxonomy import make_taxonomy

CONTENT: dict[str, Any] = {
    "title": "Slow the first message",
    "kind": "technique",
    "stage": "proven",
    "harms": ["grooming"],
    "summary": "A first message waits.",
    "permitted_use": "adapt",
}

# every field that says something
RICH: dict[str, Any] = {
    "kind": "technique",
    "stage": "proven",
    "licence": "CC BY 4.0",
    "harms": ["grooming"],
    "content_types": ["text", "voice"],
    "service_kinds": ["messenger", "social_network", "game"],
    "encryption": "works",
    "languages": ["en", "ru"],
    "age_bands": ["7-12", "13-15", "16-17"],
    "triggers": "A first message to an account under 18.",
    "steps": [
        {
            "text": "A first message goes to a child’s account from someone who shares no contact.",
            "by": "starts",
        },
        {"text": "It waits up to *two minutes*. The sender is not told.", "by": "automatic"},
        {"text": "The moderator sees the pattern, not the text, and decides.", "by": "person"},
    ],
    "person_decides": "Before any account is restricted.",
    "limits": "Does not help in groups.",
    "forbidden_uses": "Deciding alone that an adult is dangerous.",
    "goal": "Give a child time to think.",
    "definitions": "**Stranger**: shares no contact.\n\n| word | meaning |\n|---|---|\n| pause | two minutes |",
    "allowed": "- A classmate writes.\n- A coach writes.",
    "violating": "- An adult writes to forty children in a day.",
    "grade": "likely",
    "grade_reason": "Randomised, one service, four months.",
    "test_set": "1.9 million first messages, random half held.",
    "sample_size": "1900000",
    "tested_on": "2026-05-31",
    "precision": "0.83",
    "recall": "0.41",
    "false_positive_rate": "0.02",
    "effects": [
        {
            "what": "Unwanted contact, 13–15",
            "unit": "in 10,000 first messages",
            "before": "4.1",
            "after": "1.6",
        },
        {
            "what": "Unwanted contact, 10–12",
            "unit": "in 10,000 first messages",
            "before": "3.2",
            "after": "1.1",
        },
    ],
    "false_alarms": "New classmates in September.",
    "ways_round": "A shared contact that was made for it.",
    "rights": "A message is held, not read.",
    "safeguards": "The child decides; nothing is stored.",
    "permitted_use": "adapt",
    "attribution": "authors",
    "measures": ["search", "reply"],
}


def call_as(actor: Actor, service: Any, *arguments: Any, **named: Any) -> Any:
    """The service as the actor calls it in a request: with row-level security on."""
    with acting_as(actor):
        return service(actor, *arguments, **named)


def make_draft(cast: Cast, label: str = Label.GREEN, **changes: Any) -> Practice:
    make_taxonomy()
    practice = call_as(cast.actor("alice"), draft_practice, {**CONTENT, **changes}, language="en")
    readers = audience(label, organisations=[cast.beacon.pk] if label not in OPEN_LABELS else [])
    draft: Practice = call_as(cast.actor("alice"), set_readers, practice, readers)
    return draft


def make_shared(cast: Cast, label: str = Label.GREEN, **changes: Any) -> Practice:
    practice = make_draft(cast, label, **changes)
    if label in OPEN_LABELS:
        call_as(cast.actor("alice"), submit_practice, practice)
        return call_as(cast.actor("mona"), share_practice, practice)
    return call_as(cast.actor("sven"), share_practice_directly, practice)


def make_next_version(cast: Cast, practice: Practice, *, note: str = "Two pauses.", **changes: Any) -> None:
    """Alice writes it; the secretariat shares what is open, and Alice, were she a signatory, what is named."""
    alice = cast.actor("alice")
    with acting_as(alice):
        draft = Draft.objects.get(practice=practice)
    call_as(alice, edit_practice, practice, {**draft.content, **changes}, version=draft.version)
    with acting_as(alice):
        practice.refresh_from_db()
    if practice.label in OPEN_LABELS:
        call_as(alice, propose_update, practice, note=note)
        call_as(cast.actor("mona"), share_update, practice)
    else:
        call_as(replace(alice, roles=alice.roles | {Role.SIGNATORY}), update_practice, practice, note=note)
