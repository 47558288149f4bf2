"""Who was notified of what about a practice: inbox items as each recipient reads them now, and what letters reveal."""

from typing import Any

from django.utils import translation

from alliance.queries.actors import actor_for
from portal.kernel import notices
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import Channel, Delivery
from practices.access import person_token
from practices.enums import NAMED_LABELS, Label
from practices.models import Adoption, Practice
from tests.factories import Cast
from tests.factories.discussion import set_label_directly
from tests.factories.practices import make_next_version, make_shared
from tests.support.jobs import run_all_jobs

TITLE = "Canary & title"
_SECRET = ("Canary", "Carol", "Alice", "Aurora", "Beacon")


def make_shared_practice(cast: Cast, label: str = Label.GREEN) -> Practice:
    """Shared already; its notices are cleared."""
    practice = make_shared(cast, Label.AMBER_STRICT if label in NAMED_LABELS else label)
    if label in NAMED_LABELS:
        person = person_token(cast.carol.pk, cast.beacon.pk)
        set_label_directly(practice, label, reader_people=[person], reader_organisations=[cast.beacon.pk])
    make_next_version(cast, practice, title=TITLE, note="A better title.")
    clear_notifications()
    return practice


def clear_notifications() -> None:
    run_all_jobs()
    Delivery.objects.all().delete()


def inbox_lines() -> list[tuple[str, str]]:
    """Who found which line in their inbox, as it reads to them now, in English."""
    run_all_jobs()
    return sorted(
        (line.recipient.name, line_text(line)) for line in Delivery.objects.filter(channel=Channel.INBOX)
    )


def inbox_lines_of(*names: str) -> list[tuple[str, str]]:
    return [(name, line) for name, line in inbox_lines() if name in names]


def line_text(line: Delivery, language: str = "en") -> str:
    actor = actor_for(line.recipient_id, line.tenant_id)
    with acting_as(actor), translation.override(language):
        lines = list(notices.inbox_items(actor).filter(pk=line.pk))
        notices.attach_names(actor, lines)
        return notices.subject_of(lines[0])


def adopt_practice(cast: Cast, practice: Practice, label: str = Label.GREEN) -> Adoption:
    with acting_as(SYSTEM):
        return Adoption.objects.create(
            practice=practice,
            practice_label=practice.label,
            organisation=cast.beacon,
            author_people=[person_token(cast.carol.pk, cast.beacon.pk)],
            label=label,
            since="2026-01-01",
            reader_organisations=[cast.aurora.pk],
        )


def secrets_in_letters(letters: list[Any]) -> set[str]:
    """What of the secrets stands in any letter, its greeting aside."""
    texts = [
        part.replace("Hello, Carol", "").replace("Hello, Alice", "")
        for letter in letters
        for part in (letter.subject, letter.body, letter.alternatives[0][0])
    ]
    return {word for word in _SECRET for text in texts if word in text}
