"""A letter that came back later: noted with what it told of, and with the person when the address is to be given up."""

from django.db import transaction

from portal.kernel.access import SYSTEM
from portal.kernel.mail.bounces import Bounce
from portal.kernel.models import Delivery, DeliveryState, Digest
from portal.kernel.notices.registry import note_refusal
from portal.kernel.row_security import set_context


@transaction.atomic
def note_return(bounce: Bounce) -> None:
    """What failed for good counts as come back, and no more letters go to that address; of anything else the code is
    noted. Twice does no harm."""
    set_context(SYSTEM)
    rows = Digest.objects if bounce.sent.kind == "g" else Delivery.objects
    found = rows.filter(pk=bounce.sent.pk).first()
    if found is None:
        return
    change = {"code": bounce.trouble.code}
    if bounce.trouble.for_good:
        change["state"] = DeliveryState.BOUNCED
    rows.filter(pk=found.pk).update(**change)
    if isinstance(found, Digest):
        found.deliveries.filter(state=DeliveryState.SENT).update(**change)
    if bounce.trouble.for_good:
        person = found.person_id if isinstance(found, Digest) else found.recipient_id
        note_refusal(person, bounce.sent.address_print, bounce.trouble)
