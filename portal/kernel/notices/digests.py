"""Digests: what waited for the morning, as one letter for each person and tenant, checked again when it is sent."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, Payload, enqueue, handles, on_cancelled
from portal.kernel.notices.bound_letters import give_up, present_pace, send_bound
from portal.kernel.notices.digest_letters import digest_letter
from portal.kernel.notices.models import Delivery, DeliveryState, Digest, DigestKind, Pace
from portal.kernel.notices.preferences import paces_of
from portal.kernel.notices.registry import find_recipient


def digest_time(on: date) -> datetime:
    """The moment of that day's digest, in the portal's time zone."""
    return datetime.combine(on, time(settings.DIGEST_HOUR), clock.local)


def last_digest_day() -> date:
    """The day of the latest digest that is due by the database's clock."""
    now = clock.database_now()
    day = timezone.localdate(now, clock.local)
    return day if now >= digest_time(day) else day - timedelta(days=1)


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
    digest = _bind(claim.payload)
    if digest is None:
        with claim.finishing():
            return
    outcome = send_bound(claim, digest, find_recipient(digest.person_id, digest.tenant_id), digest_letter)
    with claim.finishing():
        outcome.write(digest)


@on_cancelled("send_digest")
def mark_digest_given_up(payload: Payload) -> None:
    """Mark what a person has cancelled: the next morning's digest does not bring it back."""
    digest = _bind(payload)
    if digest:
        with acting_as(SYSTEM):
            give_up(digest)


def _waiting(before: datetime) -> QuerySet[Delivery]:
    """What waits for a digest, and is bound to none yet."""
    return Delivery.objects.filter(
        state=DeliveryState.WAITING, digest=None, send_at=None, created_at__lt=before
    )


def _bind(payload: Payload) -> Digest | None:
    """The digest of that day with its contents, which are chosen once; None where nothing is due, or all is done."""
    person, tenant = int(payload["person"]), int(payload["tenant"])
    with acting_as(SYSTEM):
        return _choose_contents(person, tenant, date.fromisoformat(str(payload["on"])))


def _choose_contents(person: int, tenant: int, on: date) -> Digest | None:
    digest = Digest.objects.filter(person_id=person, tenant_id=tenant, on=on, kind=DigestKind.DIGEST).first()
    if digest:
        return digest if digest.state == DeliveryState.PENDING else None
    # what is due on that morning: all of it, but what waits for a Monday that has not come
    monday = on - timedelta(days=on.weekday())
    waiting = _waiting(digest_time(on)).filter(recipient_id=person, tenant_id=tenant).select_related("event")
    recipient, chosen = find_recipient(person, tenant), paces_of(person)
    due = [
        row.pk
        for row in waiting
        if row.created_at < digest_time(monday) or present_pace(row.event, recipient, chosen) != Pace.WEEKLY
    ]
    if not due:
        return None
    digest = Digest.objects.create(person_id=person, tenant_id=tenant, on=on)
    Delivery.objects.filter(pk__in=due).update(digest=digest)
    return digest
