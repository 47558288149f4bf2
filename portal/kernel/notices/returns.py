"""A letter that came back later: noted with what it told of, and with the person when the address is to be given up."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from portal.kernel.access import SYSTEM
from portal.kernel.mail import Trouble
from portal.kernel.mail.bounces import Bounce
from portal.kernel.mail.return_path import Sent
from portal.kernel.models import Delivery, DeliveryState, Digest
from portal.kernel.notices.registry import note_refusal
from portal.kernel.row_security import set_context

Note = Callable[[Sent, Trouble], object]
_NOTES: dict[str, Note] = {}


def returns_go_to(kind: str, note: Note) -> None:
    """Name the function that notes what comes back of letters of this sort, by the letter in their return path."""
    _NOTES[kind] = note


@transaction.atomic
def note_return(bounce: Bounce) -> None:
    """Note it. Twice does no harm, and of what is gone nothing is noted."""
    set_context(SYSTEM)
    note = _NOTES.get(bounce.sent.kind)
    if note:
        note(bounce.sent, bounce.trouble)


def _change(trouble: Trouble) -> dict[str, Any]:
    """What failed for good counts as come back; of anything else the code is noted."""
    return {"code": trouble.code, **({"state": DeliveryState.BOUNCED} if trouble.for_good else {})}


def _note_delivery(sent: Sent, trouble: Trouble) -> None:
    delivery = Delivery.objects.filter(pk=sent.pk).first()
    if delivery:
        Delivery.objects.filter(pk=sent.pk).update(**_change(trouble))
        _give_up(delivery.recipient_id, sent, trouble)


def _note_digest(sent: Sent, trouble: Trouble) -> None:
    digest = Digest.objects.filter(pk=sent.pk).first()
    if digest:
        Digest.objects.filter(pk=sent.pk).update(**_change(trouble))
        digest.deliveries.filter(state=DeliveryState.SENT).update(**_change(trouble))
        _give_up(digest.person_id, sent, trouble)


def _give_up(person_id: int, sent: Sent, trouble: Trouble) -> None:
    if trouble.for_good:
        note_refusal(person_id, sent.address_print, trouble)


returns_go_to("d", _note_delivery)
returns_go_to("g", _note_digest)
