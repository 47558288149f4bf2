"""One letter about one event: checked again as the recipient, sent, and its outcome saved."""

from django.utils import timezone

from portal.kernel import mail
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, Payload, handles, on_cancelled
from portal.kernel.mail import address_fingerprint, make_return_path
from portal.kernel.notices.messages import Message, message_for
from portal.kernel.notices.models import Channel, Delivery, DeliveryState, Pace
from portal.kernel.notices.preferences import pace_for, paces_of
from portal.kernel.notices.registry import Recipient, find_notice, find_recipient, handle_address_fault
from portal.kernel.notices.unsubscribe import list_headers, unsubscribe_path


@handles("send_delivery", outward=True)
def send_delivery(claim: Claim) -> None:
    """Send one e-mail; a repeated try carries the same Message-ID, so that a mailbox shows it once."""
    with acting_as(SYSTEM):
        letters = Delivery.objects.filter(channel=Channel.EMAIL).select_related("event")
        delivery = letters.get(pk=claim.payload["delivery"])
    recipient = find_recipient(delivery.recipient_id, delivery.tenant_id)
    if find_notice(delivery.event.kind) is None:
        claim.leave_to_newer()
    state, trouble = _send(delivery, recipient)
    with claim.finishing():
        code = trouble.code if trouble else ""
        # with the event, which says in which part of the table it lies
        letter = Delivery.objects.filter(pk=delivery.pk, event=delivery.event_id, channel=Channel.EMAIL)
        letter.update(state=state, sent_at=timezone.now(), code=code)
        note_fault(recipient, trouble)


@on_cancelled("send_delivery")
def mark_given_up(payload: Payload) -> None:
    """Mark a message that a person has cancelled."""
    pending = Delivery.objects.filter(pk=payload.get("delivery", 0), state=DeliveryState.PENDING)
    with acting_as(SYSTEM):
        pending.update(state=DeliveryState.GIVEN_UP)


def note_fault(recipient: Recipient | None, fault: mail.AddressFault | None) -> None:
    """An address that is to be given up is noted with the person."""
    if recipient and fault and fault.is_permanent:
        handle_address_fault(recipient.person_id, address_fingerprint(recipient.email), fault)


def _send(delivery: Delivery, recipient: Recipient | None) -> tuple[DeliveryState, mail.AddressFault | None]:
    """What became of it; raises what another try may mend."""
    notice = find_notice(delivery.event.kind)
    message = message_for(notice, delivery.event, recipient) if notice and recipient else None
    if notice is None or recipient is None or message is None:
        return DeliveryState.DROPPED, None
    group = notice.group_for(recipient.actor)
    with acting_as(recipient.actor):
        pace = pace_for(notice, delivery.event, recipient, paces_of(recipient.person_id))
    if pace == Pace.OFF:
        return DeliveryState.STOPPED, None
    return send_to(recipient, _letter(delivery, message, group))


def send_to(recipient: Recipient, letter: mail.Letter) -> tuple[DeliveryState, mail.AddressFault | None]:
    """Send it, unless the address is known to take no mail."""
    if not recipient.reachable:
        return DeliveryState.SUPPRESSED, None
    try:
        mail.send(letter)
    except mail.AddressRefused as refusal:
        return DeliveryState.REFUSED, refusal.fault
    return DeliveryState.SENT, None


def _letter(delivery: Delivery, message: Message, group: str) -> mail.Letter:
    address = message.recipient.email
    unsubscribe_url = "" if message.is_compulsory else unsubscribe_path(message.recipient.person_id, [group])
    letter = message.render(unsubscribe_url)
    return mail.Letter(
        key=f"delivery-{delivery.pk}",
        to=address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers=list_headers(unsubscribe_url, group),
        return_path=make_return_path("d", delivery.pk, address),
        reply_to=str(message.context.get("reply_to", "")),
        language=message.recipient.language,
    )
