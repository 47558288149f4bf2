"""Bundles: the letters that wait for the same morning of one person in one tenant, as one letter."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from portal.kernel import clock, mail
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, Payload, enqueue, handles, on_cancelled
from portal.kernel.mail import make_return_path
from portal.kernel.notices.bound_letters import BoundMessage, give_up, send_bound
from portal.kernel.notices.groups import strictest_label
from portal.kernel.notices.messages import render_letter_to
from portal.kernel.notices.models import Delivery, DeliveryState, Digest, DigestKind
from portal.kernel.notices.registry import Recipient, find_recipient
from portal.kernel.notices.unsubscribe import list_headers, unsubscribe_path

_TEMPLATE = "portal/email/bundle.html"
_LATEST = datetime.max.replace(tzinfo=UTC)


def enqueue_bundles() -> int:
    """Queue one letter for each person and tenant whose morning has come; returns how many are new.

    The key holds the first delivery that is bound to no letter yet: two schedulers queue it once.
    """
    due = Delivery.objects.filter(state=DeliveryState.WAITING, digest=None, send_at__lte=clock.database_now())
    by_reader = due.order_by().values_list("recipient_id", "tenant_id").annotate(first=Min("pk"))
    return sum(
        enqueue("send_bundle", key=f"bundle:{first}", payload={"delivery": first})
        for _recipient, _tenant, first in by_reader
    )


@handles("send_bundle", outward=True)
def send_bundle(claim: Claim) -> None:
    """Send what waited for that morning, once, with what is still true and to be seen; an empty letter is not sent.

    Another try sends the same letter under the same Message-ID, without what the recipient may no longer see.
    """
    with acting_as(SYSTEM):
        digest = _bind(int(claim.payload["delivery"]))
    if digest is None:
        with claim.finishing():
            return
    outcome = send_bound(claim, digest, find_recipient(digest.person_id, digest.tenant_id), _letter)
    with claim.finishing():
        outcome.write(digest)


def _with_it(delivery: Delivery) -> QuerySet[Delivery]:
    """This delivery, if it still waits, and all else of its reader that is due.

    Itself even if the clock was set back meanwhile: its job comes once.
    """
    unbound = Delivery.objects.filter(
        Q(pk=delivery.pk) | Q(send_at__lte=clock.database_now()),
        recipient_id=delivery.recipient_id,
        tenant_id=delivery.tenant_id,
    )
    return unbound.filter(state=DeliveryState.WAITING, digest=None, send_at__isnull=False)


@on_cancelled("send_bundle")
def mark_bundle_given_up(payload: Payload) -> None:
    """Mark what a person has cancelled, whether it was bound to a letter or not: later letters do not wait for it."""
    with acting_as(SYSTEM):
        digest = _bind(int(payload.get("delivery", 0)))
        if digest:
            give_up(digest)


@transaction.atomic
def _bind(first: int) -> Digest | None:
    """The letter to which this delivery is bound, with all else that is due; None where nothing is left to send."""
    delivery = Delivery.objects.select_related("digest").filter(pk=first).first()
    if delivery is None:
        return None
    if delivery.digest:
        return delivery.digest if delivery.digest.state == DeliveryState.PENDING else None
    # locked: a second job of the same reader waits here, and finds nothing
    rows = _with_it(delivery).order_by("pk").select_for_update(of=("self",))
    due = list(rows.values_list("pk", flat=True))
    if not due:
        return None
    digest = Digest.objects.create(
        kind=DigestKind.BUNDLE,
        person_id=delivery.recipient_id,
        tenant_id=delivery.tenant_id,
        on=timezone.localdate(clock.database_now(), clock.local),
    )
    Delivery.objects.filter(pk__in=due).update(digest=digest)
    return digest


def _letter(recipient: Recipient, messages: Sequence[BoundMessage], digest: Digest) -> mail.Letter:
    """One message as its own letter; several in one, what ends first before the others."""
    groups = sorted({bound.group for bound in messages if not bound.message.is_compulsory})
    unsubscribe_url = unsubscribe_path(recipient.person_id, groups)
    if len(messages) == 1:
        letter = messages[0].message.render(unsubscribe_url)
    else:
        letter = _render_bundle(recipient, messages, unsubscribe_url)
    return mail.Letter(
        key=f"digest-{digest.pk}",
        to=recipient.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers=list_headers(unsubscribe_url, groups[0] if len(groups) == 1 else "bundle"),
        return_path=make_return_path("g", digest.pk, recipient.email),
        language=recipient.language,
    )


def _render_bundle(
    recipient: Recipient, messages: Sequence[BoundMessage], unsubscribe_url: str
) -> mail.RenderedLetter:
    urgent_first = sorted(
        (bound.message for bound in messages), key=lambda message: message.ends_at or _LATEST
    )
    items = [{"part": message.part(), "url": message.url, "label": message.label} for message in urgent_first]
    context = {
        "items": items,
        "more": len(items) - 1,
        "compulsory_reason": next(filter(None, (each.compulsory_reason for each in urgent_first)), ""),
        "label": strictest_label(message.label for message in urgent_first),
        "unsubscribe_url": unsubscribe_url,
        "url": "/session/start/",
    }
    return render_letter_to(recipient, _TEMPLATE, context)
