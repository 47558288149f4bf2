"""Who was told of what of a practice: lines of inboxes, as each reads to its reader now, and what letters betray."""

from typing import Any

from django.utils import translation

from alliance.queries.actors import actor_for
from portal.kernel import notices
from portal.kernel.access import SYSTEM
from portal.kernel.models import Channel, Delivery
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.enums import NAMED_LABELS, Label
from practices.models import Adoption, Practice
from tests.factories import Cast
from tests.factories.practices import next_version, shared
from tests.factories.talk import relabel
from tests.support.jobs import do_all_jobs

TITLE = "Canary & title"
_SECRET = ("Canary", "Carol", "Alice", "Aurora", "Beacon")


def practice_of(cast: Cast, label: str = Label.GREEN) -> Practice:
    """Shared already; whatever was told of that is forgotten."""
    practice = shared(cast, Label.AMBER_STRICT if label in NAMED_LABELS else label)
    if label in NAMED_LABELS:
        person = named(cast.carol.pk, cast.beacon.pk)
        relabel(practice, label, reader_people=[person], reader_organisations=[cast.beacon.pk])
    next_version(cast, practice, title=TITLE, note="A better title.")
    forget()
    return practice


def forget() -> None:
    do_all_jobs()
    Delivery.objects.all().delete()


def told() -> list[tuple[str, str]]:
    """Who found which line in their inbox, as it reads to them now, in English."""
    do_all_jobs()
    return sorted(
        (line.recipient.name, read(line)) for line in Delivery.objects.filter(channel=Channel.INBOX)
    )


def told_to(*names: str) -> list[tuple[str, str]]:
    return [(name, line) for name, line in told() if name in names]


def read(line: Delivery, language: str = "en") -> str:
    actor = actor_for(line.recipient_id, line.tenant_id)
    with acting_as(actor), translation.override(language):
        lines = list(notices.inbox(actor).filter(pk=line.pk))
        notices.look_up(actor, lines)
        return notices.subject_of(lines[0])


def use(cast: Cast, practice: Practice, label: str = Label.GREEN) -> Adoption:
    with acting_as(SYSTEM):
        return Adoption.objects.create(
            practice=practice,
            organisation=cast.beacon,
            author_people=[named(cast.carol.pk, cast.beacon.pk)],
            label=label,
            since="2026-01-01",
            reader_organisations=[cast.aurora.pk],
        )


def said_by(letters: list[Any]) -> set[str]:
    """What of the secrets stands in any letter, its greeting aside."""
    texts = [
        part.replace("Hello, Carol", "").replace("Hello, Alice", "")
        for letter in letters
        for part in (letter.subject, letter.body, letter.alternatives[0][0])
    ]
    return {word for word in _SECRET for text in texts if word in text}
