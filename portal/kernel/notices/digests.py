"""Digests: what waited for the morning, as one letter for each person and tenant, checked again when it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.kernel import clock, mail
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, enqueue, handles
from portal.kernel.journal import Event
from portal.kernel.mail import make_return_path
from portal.kernel.notices.digest_letters import DigestItem, digest_letter
from portal.kernel.notices.messages import message_for
from portal.kernel.notices.models import Delivery, DeliveryState, Digest, Pace
from portal.kernel.notices.preferences import pace_for, paces_of
from portal.kernel.notices.registry import Recipient, find_notice, find_recipient
from portal.kernel.notices.sending import note_fault, send_to


def digest_time(on: date) -> datetime:
    """The moment of that day's digest, in the portal's time zone."""
    return datetime.combine(on, time(settings.DIGEST_HOUR), clock.local)


def last_digest_day() -> date:
    """The day of the latest digest that is due by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0].astimezone(clock.local)
    return now.date() if now >= digest_time(now.date()) else now.date() - timedelta(days=1)


def enqueue_digests() -> int:
    """Queue one digest for each person and tenant for whom something waits since before the last morning.

    The key holds that day: two schedulers queue it once. What waited for days without a schedule comes in one letter.
    Returns how many are new.
    """
    on = last_digest_day()
    pairs = _waiting(digest_time(on)).order_by().values_list("recipient_id", "tenant_id").distinct()
    return sum(
        enqueue(
            "send_digest",
            key=f"digest:{person}:{tenant}:{on}",
            payload={"person": person, "tenant": tenant, "on": on.isoformat()},
        )
        for person, tenant in pairs
    )


@handles("send_digest", outward=True)
def send_digest(claim: Claim) -> None:
    """Send the digest of that day, once, with what is still there for the recipient to read; an empty one is not sent.

    Another try sends the same letter under the same Message-ID, without what the recipient may no longer see.
    """
    person, tenant = int(claim.payload["person"]), int(claim.payload["tenant"])
    digest = _bind(person, tenant, date.fromisoformat(str(claim.payload["on"])))
    if digest is None:
        with claim.finishing():
            return
    outcome = _send(digest, find_recipient(person, tenant))
    with claim.finishing():
        outcome.write(digest)


def _waiting(before: datetime) -> QuerySet[Delivery]:
    """What waits for a digest, and is bound to none yet."""
    return Delivery.objects.filter(state=DeliveryState.WAITING, digest=None, created_at__lt=before)


def _bind(person: int, tenant: int, on: date) -> Digest | None:
    """The digest of that day with its contents, which are chosen once; None where nothing is due, or all is done."""
    with acting_as(SYSTEM):
        return _choose_contents(person, tenant, on)


def _choose_contents(person: int, tenant: int, on: date) -> Digest | None:
    digest = Digest.objects.filter(person_id=person, tenant_id=tenant, on=on).first()
    if digest:
        return digest if digest.state == DeliveryState.PENDING else None
    # what is due on that morning: all of it, but what waits for a Monday that has not come
    monday = on - timedelta(days=on.weekday())
    waiting = _waiting(digest_time(on)).filter(recipient_id=person, tenant_id=tenant).select_related("event")
    recipient, chosen = find_recipient(person, tenant), paces_of(person)
    due = [
        row.pk
        for row in waiting
        if row.created_at < digest_time(monday) or _pace(row.event, recipient, chosen) != Pace.WEEKLY
    ]
    if not due:
        return None
    digest = Digest.objects.create(person_id=person, tenant_id=tenant, on=on)
    Delivery.objects.filter(pk__in=due).update(digest=digest)
    return digest


def _pace(event: Event, recipient: Recipient | None, chosen: dict[str, Pace]) -> Pace | None:
    """How the recipient wants to be notified of the event now; None when there is nobody or nothing to notify."""
    notice = find_notice(event.kind)
    if notice is None or recipient is None:
        return None
    return pace_for(notice, event, recipient, chosen)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Save the outcome of a digest and of each delivery in it."""

    recipient: Recipient | None
    state: DeliveryState
    fault: mail.AddressFault | None
    sent: Sequence[int] = ()
    stopped: Sequence[int] = ()

    def write(self, digest: Digest) -> None:
        ended: dict[str, Any] = {
            "sent_at": timezone.now(),
            "code": self.fault.code if self.fault else "",
        }
        Digest.objects.filter(pk=digest.pk).update(state=self.state, **ended)
        rows = Delivery.objects.filter(digest=digest)
        rows.filter(pk__in=self.sent).update(state=self.state, **ended)
        rows.filter(pk__in=self.stopped).update(state=DeliveryState.STOPPED, **ended)
        unseen = ~Q(pk__in=[*self.sent, *self.stopped])
        rows.filter(unseen).update(state=DeliveryState.DROPPED, **ended)
        note_fault(self.recipient, self.fault)


def _send(digest: Digest, recipient: Recipient | None) -> _Outcome:
    """Raises what another try may mend."""
    if recipient is None:
        return _Outcome(None, DeliveryState.DROPPED, None)
    with acting_as(recipient.actor):
        chosen = paces_of(recipient.person_id)
        rows = list(digest.deliveries.select_related("event").order_by("-event__at", "-event_id"))
    digest_items: list[DigestItem] = []
    stopped: list[int] = []
    for row in rows:
        if _pace(row.event, recipient, chosen) == Pace.OFF:
            stopped.append(row.pk)
        elif item := _digest_item(row, recipient):
            digest_items.append(item)
    if not digest_items:
        return _Outcome(recipient, DeliveryState.DROPPED, None, stopped=stopped)
    letter = digest_letter(
        recipient, digest_items, digest.pk, make_return_path("g", digest.pk, recipient.email)
    )
    state, trouble = send_to(recipient, letter)
    return _Outcome(recipient, state, trouble, [item.pk for item in digest_items], stopped)


def _digest_item(delivery: Delivery, recipient: Recipient) -> DigestItem | None:
    """The item of one event in the digest; None when the recipient may not see it, or it is not true any more."""
    notice = find_notice(delivery.event.kind)
    message = message_for(notice, delivery.event, recipient) if notice else None
    if notice is None or message is None:
        return None
    return DigestItem(
        delivery.pk,
        notice.group_for(recipient.actor),
        message.subject,
        message.url,
        message.label,
        delivery.event.at,
    )
