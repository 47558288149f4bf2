"""From an event to a line in each inbox, and to what is owed by e-mail: a letter at once, or a place in the digest."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.kernel.models import Channel, Delivery, DeliveryState, Event, Pace
from portal.kernel.notices.messages import message_for
from portal.kernel.notices.preferences import pace_of, paces_for
from portal.kernel.notices.registry import Notice, Recipient, find_notice
from portal.kernel.outbox import Claim, enqueue

_STILL_NEW = timedelta(days=14)  # in a story about the past


def route_event(claim: Claim) -> None:
    """Write one inbox line and owe one e-mail for each recipient of the event; none when it is told of the past."""
    with claim.finishing():
        event = Event.objects.get(pk=claim.payload["event"])
        notice = find_notice(event.kind)
        if notice is None:
            return
        quiet = "quiet" in claim.payload
        recipients = list(notice.who(event))
        chosen = paces_for(notice, recipients) if notice.by_email and not quiet else {}
        for recipient in recipients:
            group = notice.group_for(recipient.actor)
            told = _tell(notice, event, recipient, quiet=quiet)
            if told and notice.by_email and not quiet:
                _owe_letter(event, recipient, pace_of(group, chosen.get((recipient.person_id, group))))


def _keys(event: Event, recipient: Recipient) -> dict[str, Any]:
    return {"event": event, "recipient_id": recipient.person_id, "tenant_id": recipient.tenant_id}


def _tell(notice: Notice, event: Event, recipient: Recipient, *, quiet: bool) -> bool:
    """The line in the inbox, which always comes; False when the recipient may not see what it is about."""
    message = message_for(notice, event, recipient)
    if message is None:
        return False
    line: dict[str, Any] = {
        "state": DeliveryState.SENT,
        "sent_at": timezone.now(),
        "quoted": message.quoted,
        "url": message.url,
    }
    if quiet:
        line |= _when_told_of_the_past(event)
    Delivery.objects.get_or_create(**_keys(event, recipient), channel=Channel.INBOX, defaults=line)
    return True


def _owe_letter(event: Event, recipient: Recipient, pace: Pace) -> None:
    """Whatever was owed before stays as it was owed: routing twice owes once."""
    if pace == Pace.OFF:
        return
    state = DeliveryState.PENDING if pace == Pace.AT_ONCE else DeliveryState.WAITING
    delivery, _new = Delivery.objects.get_or_create(
        **_keys(event, recipient), channel=Channel.EMAIL, defaults={"state": state}
    )
    if delivery.state == DeliveryState.PENDING:
        enqueue("send_delivery", key=f"delivery:{delivery.pk}", payload={"delivery": delivery.pk})


def _when_told_of_the_past(event: Event) -> dict[str, Any]:
    """The line came when the act happened, and whatever is not quite new was read then."""
    is_new = timezone.now() - event.at < _STILL_NEW
    return {"created_at": event.at, "read_at": None if is_new else event.at}
