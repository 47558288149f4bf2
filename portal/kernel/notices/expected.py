"""How many letters events would bring, counted without writing or sending: for acts that are rehearsed."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from portal.kernel.journal import Event
from portal.kernel.notices.models import Pace
from portal.kernel.notices.preferences import pace_for, paces_for
from portal.kernel.notices.registry import Recipient, find_notice


@dataclass(slots=True)
class ExpectedLetters:
    """The letters of one event kind: by language those that come by themselves, and how many wait for a digest.

    `variant` where the letter of the kind says one thing to some and another to others.
    """

    kind: str
    variant: str = ""
    languages: Counter[str] = field(default_factory=Counter)
    in_digests: int = 0


def expected_letters(
    events: Iterable[Event], variant_of: Callable[[Recipient], str] = lambda recipient: ""
) -> list[ExpectedLetters]:
    """By event kind and variant, in the order of the events, what their notices would send; what nobody gets is not
    among it.

    Counts those who have access now, by the pace that they have chosen. What each may read is not asked: an act
    notifies those whom it concerns. Two queries for each event, and those of its notice.
    """
    counts: dict[tuple[str, str], ExpectedLetters] = {}
    for event in events:
        notice = find_notice(event.kind)
        if notice is None or not notice.by_email:
            continue
        recipients = [recipient for recipient in notice.recipients(event) if recipient.reachable]
        chosen = paces_for(notice, recipients)
        for recipient in recipients:
            pace = pace_for(notice, event, recipient, chosen.get(recipient.person_id, {}))
            variant = variant_of(recipient)
            letters = counts.setdefault((event.kind, variant), ExpectedLetters(event.kind, variant))
            letters.languages[recipient.language] += pace == Pace.AT_ONCE
            letters.in_digests += pace in (Pace.DAILY, Pace.WEEKLY)
    for letters in counts.values():
        letters.languages += Counter()  # a language in which nothing is sent is none
    return [letters for letters in counts.values() if letters.languages or letters.in_digests]
