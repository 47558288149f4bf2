"""A letter that came back later, or that its reader marked as spam: noted on its delivery and on the person."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from portal.kernel.access import SYSTEM, set_context
from portal.kernel.mail import AddressFault, Bounce, Complaint, LetterReference
from portal.kernel.notices.models import Channel, Delivery, DeliveryState, Digest
from portal.kernel.notices.registry import handle_address_fault, handle_complaint

BounceHandler = Callable[[LetterReference, AddressFault], object]
ComplaintHandler = Callable[[LetterReference], object]
_BOUNCE_HANDLERS: dict[str, BounceHandler] = {}
_COMPLAINT_HANDLERS: dict[str, ComplaintHandler] = {}


def register_bounce_handler(kind: str, handler: BounceHandler) -> None:
    """Register the function that notes bounces of letters of this sort, by the letter in their return path."""
    _BOUNCE_HANDLERS[kind] = handler


def register_complaint_handler(kind: str, handler: ComplaintHandler) -> None:
    """Register the function that notes complaints about letters of this sort."""
    _COMPLAINT_HANDLERS[kind] = handler


@transaction.atomic
def record_bounce(bounce: Bounce) -> None:
    """Note the failure; idempotent, and silent where the delivery is gone."""
    set_context(SYSTEM)
    note = _BOUNCE_HANDLERS.get(bounce.letter.kind)
    if note:
        note(bounce.letter, bounce.fault)


@transaction.atomic
def record_complaint(complaint: Complaint) -> None:
    """Note the complaint; idempotent, and silent where the letter is gone."""
    set_context(SYSTEM)
    note = _COMPLAINT_HANDLERS.get(complaint.letter.kind)
    if note:
        note(complaint.letter)


def _change(fault: AddressFault) -> dict[str, Any]:
    """A permanent failure counts as a bounce; of any other the code is noted."""
    return {"code": fault.code, **({"state": DeliveryState.BOUNCED} if fault.is_permanent else {})}


def _note_delivery(letter: LetterReference, fault: AddressFault) -> None:
    delivery = Delivery.objects.filter(pk=letter.pk, channel=Channel.EMAIL).first()
    if delivery:
        Delivery.objects.filter(pk=letter.pk, channel=Channel.EMAIL).update(**_change(fault))
        _note_permanent_fault(delivery.recipient_id, letter, fault)


def _note_digest(letter: LetterReference, fault: AddressFault) -> None:
    digest = Digest.objects.filter(pk=letter.pk).first()
    if digest:
        Digest.objects.filter(pk=letter.pk).update(**_change(fault))
        digest.deliveries.filter(state=DeliveryState.SENT).update(**_change(fault))
        _note_permanent_fault(digest.person_id, letter, fault)


def _note_permanent_fault(person_id: int, letter: LetterReference, fault: AddressFault) -> None:
    if fault.is_permanent:
        handle_address_fault(person_id, letter.fingerprint, fault)


register_bounce_handler("d", _note_delivery)
register_bounce_handler("g", _note_digest)


def _note_delivery_complaint(letter: LetterReference) -> None:
    delivery = Delivery.objects.filter(pk=letter.pk, channel=Channel.EMAIL).first()
    if delivery:
        Delivery.objects.filter(pk=letter.pk, channel=Channel.EMAIL).update(state=DeliveryState.COMPLAINED)
        handle_complaint(delivery.recipient_id, letter.fingerprint)


def _note_digest_complaint(letter: LetterReference) -> None:
    digest = Digest.objects.filter(pk=letter.pk).first()
    if digest:
        Digest.objects.filter(pk=letter.pk).update(state=DeliveryState.COMPLAINED)
        digest.deliveries.filter(state=DeliveryState.SENT).update(state=DeliveryState.COMPLAINED)
        handle_complaint(digest.person_id, letter.fingerprint)


register_complaint_handler("d", _note_delivery_complaint)
register_complaint_handler("g", _note_digest_complaint)
