"""Periodic letters: what an app composes by itself for each person and tenant, once in a week, checked when it is sent.

What such a letter says is found at each try, for a period that its key holds: another try sends the same letter without
what its recipient may no longer see. An empty one is not sent.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone, translation

from portal.kernel import mail
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, Payload, enqueue_all, handles, on_cancelled
from portal.kernel.mail import make_return_path
from portal.kernel.notices.digests import last_digest_day
from portal.kernel.notices.messages import render_letter_to
from portal.kernel.notices.models import DeliveryState, Digest, DigestKind, Pace
from portal.kernel.notices.preferences import pace_of, paces_of
from portal.kernel.notices.registry import Recipient, find_recipient
from portal.kernel.notices.sending import note_fault, send_to
from portal.kernel.notices.unsubscribe import list_headers, unsubscribe_path

LetterContext = Callable[[Recipient, date], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class WeeklyLetter:
    """The one letter of a week: its group, its template, to whom it may go, and what it says to each.

    `readers` are pairs of person and tenant who were there before that Monday. The `context` is asked as the recipient,
    in their language; None where there is nothing to say.
    """

    group: str
    template: str
    readers: Callable[[date], Iterable[tuple[int, int]]]
    context: LetterContext


_WEEKLY: list[WeeklyLetter] = []


def register_weekly_letter(letter: WeeklyLetter) -> None:
    """There is one, so that nobody gets two on a Monday."""
    _WEEKLY[:] = [letter]


def last_monday() -> date:
    """The Monday of the latest letters that are due by the database's clock."""
    day = last_digest_day()
    return day - timedelta(days=day.weekday())


def enqueue_weekly_letters() -> int:
    """Queue one letter for each reader; the key holds the Monday, so that two schedulers queue it once."""
    if not _WEEKLY:
        return 0
    monday = last_monday()
    rows: dict[str, Payload] = {
        f"weekly:{person}:{tenant}:{monday}": {"person": person, "tenant": tenant, "on": monday.isoformat()}
        for person, tenant in _WEEKLY[0].readers(monday)
    }
    return enqueue_all("send_weekly", rows)


@handles("send_weekly", outward=True)
def send_weekly(claim: Claim) -> None:
    """Send the letter of that Monday, once, if there is anything to say and its recipient wants it."""
    person, tenant = int(claim.payload["person"]), int(claim.payload["tenant"])
    on = date.fromisoformat(str(claim.payload["on"]))
    recipient, letter = find_recipient(person, tenant), _WEEKLY[0]
    context = _context(letter, recipient, on) if recipient else None
    if recipient is None or context is None:
        with claim.finishing():
            return
    with acting_as(SYSTEM):
        digest, _is_new = Digest.objects.get_or_create(
            kind=DigestKind.WEEKLY, person_id=person, tenant_id=tenant, on=on
        )
    if digest.state != DeliveryState.PENDING:
        with claim.finishing():
            return
    state, fault = send_to(recipient, _letter(letter, recipient, context, digest))
    with claim.finishing():
        code = fault.code if fault else ""
        Digest.objects.filter(pk=digest.pk).update(state=state, sent_at=timezone.now(), code=code)
        note_fault(recipient, fault)


@on_cancelled("send_weekly")
def mark_weekly_given_up(payload: Payload) -> None:
    """Mark a letter that a person has cancelled."""
    with acting_as(SYSTEM):
        Digest.objects.filter(
            kind=DigestKind.WEEKLY,
            person_id=payload.get("person", 0),
            tenant_id=payload.get("tenant", 0),
            on=date.fromisoformat(str(payload["on"])),
            state=DeliveryState.PENDING,
        ).update(state=DeliveryState.GIVEN_UP)


def _context(letter: WeeklyLetter, recipient: Recipient, on: date) -> Mapping[str, Any] | None:
    with acting_as(recipient.actor), translation.override(recipient.language):
        if pace_of(letter.group, paces_of(recipient.person_id)) == Pace.OFF:
            return None
        return letter.context(recipient, on)


def _letter(
    letter: WeeklyLetter, recipient: Recipient, context: Mapping[str, Any], digest: Digest
) -> mail.Letter:
    unsubscribe_url = unsubscribe_path(recipient.person_id, [letter.group])
    rendered = render_letter_to(recipient, letter.template, {**context, "unsubscribe_url": unsubscribe_url})
    return mail.Letter(
        key=f"digest-{digest.pk}",
        to=recipient.email,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers=list_headers(unsubscribe_url, letter.group),
        return_path=make_return_path("g", digest.pk, recipient.email),
        language=recipient.language,
    )
