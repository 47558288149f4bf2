"""One letter about several events that were bound to it: each checked again as the recipient, its outcome saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from portal.kernel import mail
from portal.kernel.access import acting_as
from portal.kernel.jobs import Claim
from portal.kernel.journal import Event
from portal.kernel.notices.messages import Message, message_for
from portal.kernel.notices.models import Delivery, DeliveryState, Digest, Pace
from portal.kernel.notices.preferences import pace_for, paces_of
from portal.kernel.notices.registry import Recipient, find_notice
from portal.kernel.notices.sending import note_fault, send_to


@dataclass(frozen=True, slots=True)
class BoundMessage:
    """What one delivery of the letter says to its recipient now, and the group under which they get it."""

    pk: int
    group: str
    message: Message
    at: datetime


LetterWriter = Callable[[Recipient, Sequence[BoundMessage], Digest], mail.Letter]


def present_pace(event: Event, recipient: Recipient | None, chosen: Mapping[str, Pace]) -> Pace | None:
    """How the recipient wants to be notified of the event now; None when there is nobody or nothing to notify."""
    notice = find_notice(event.kind)
    if notice is None or recipient is None:
        return None
    return pace_for(notice, event, recipient, chosen)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter and of each delivery in it."""

    recipient: Recipient | None
    state: DeliveryState
    fault: mail.AddressFault | None
    sent: Sequence[int] = ()
    stopped: Sequence[int] = ()

    def write(self, digest: Digest) -> None:
        """Save it; what was neither sent nor stopped was no longer true, or not to be seen."""
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


def give_up(digest: Digest) -> None:
    """Mark a letter that a person has cancelled, with all that it was to say: no later one says it, or waits for it."""
    Digest.objects.filter(pk=digest.pk).update(state=DeliveryState.GIVEN_UP)
    digest.deliveries.filter(state=DeliveryState.WAITING).update(state=DeliveryState.GIVEN_UP)


def send_bound(claim: Claim, digest: Digest, recipient: Recipient | None, write: LetterWriter) -> Outcome:
    """Send what `write` makes of the deliveries that still hold, the newest first. Raises what another try may mend."""
    if recipient is None:
        return Outcome(None, DeliveryState.DROPPED, None)
    with acting_as(recipient.actor):
        chosen = paces_of(recipient.person_id)
        rows = list(digest.deliveries.select_related("event").order_by("-event__at", "-event_id"))
    if any(find_notice(row.event.kind) is None for row in rows):
        claim.leave_to_newer()
    messages: list[BoundMessage] = []
    stopped: list[int] = []
    for row in rows:
        if present_pace(row.event, recipient, chosen) == Pace.OFF:
            stopped.append(row.pk)
        elif bound := _bound_message(row, recipient):
            messages.append(bound)
    if not messages:
        return Outcome(recipient, DeliveryState.DROPPED, None, stopped=stopped)
    state, fault = send_to(recipient, write(recipient, messages, digest))
    return Outcome(recipient, state, fault, [bound.pk for bound in messages], stopped)


def _bound_message(delivery: Delivery, recipient: Recipient) -> BoundMessage | None:
    """What it says; None when the recipient may not see it, or it is not true any more."""
    notice = find_notice(delivery.event.kind)
    message = message_for(notice, delivery.event, recipient) if notice else None
    if notice is None or message is None:
        return None
    return BoundMessage(delivery.pk, notice.group_for(recipient.actor), message, delivery.event.at)
