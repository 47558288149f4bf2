"""How many letters events would bring, counted without writing or sending: for acts that are rehearsed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from portal.kernel.journal import Event
from portal.kernel.notices.models import Pace
from portal.kernel.notices.preferences import pace_for, paces_for
from portal.kernel.notices.registry import find_notice


@dataclass(frozen=True, slots=True)
class ExpectedLetters:
    """The letters of one event kind: by language those that come by themselves, and how many wait for a digest."""

    kind: str
    languages: Counter[str]
    in_digests: int


def expected_letters(events: Iterable[Event]) -> list[ExpectedLetters]:
    """By event kind, in the order of the events, what their notices would send; kinds without a letter are left out.

    Counts those who have access now, by the pace that they have chosen. What each may read is not asked: an act
    notifies those whom it concerns. Two queries for each event, and those of its notice.
    """
    counts: dict[str, ExpectedLetters] = {}
    for event in events:
        notice = find_notice(event.kind)
        if notice is None or not notice.by_email:
            continue
        letters = counts.setdefault(event.kind, ExpectedLetters(event.kind, Counter(), 0))
        recipients = [recipient for recipient in notice.recipients(event) if recipient.reachable]
        chosen = paces_for(notice, recipients)
        paces = [
            (recipient, pace_for(notice, event, recipient, chosen.get(recipient.person_id, {})))
            for recipient in recipients
        ]
        letters.languages.update(recipient.language for recipient, pace in paces if pace == Pace.AT_ONCE)
        digests = sum(pace in (Pace.DAILY, Pace.WEEKLY) for _recipient, pace in paces)
        counts[event.kind] = ExpectedLetters(event.kind, letters.languages, letters.in_digests + digests)
    return [letters for letters in counts.values() if letters.languages or letters.in_digests]
