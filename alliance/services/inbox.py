"""Named writes on a person's inbox: what was read."""

from django.db import transaction

from alliance.queries.inbox import inbox_of
from portal.kernel import clock
from portal.kernel.access import Actor


@transaction.atomic
def mark_read(actor: Actor, item_id: int) -> bool:
    """Mark one of the actor's own items as read, without journal; False when it is not theirs."""
    items = inbox_of(actor).filter(pk=item_id)
    items.filter(read_at__isnull=True).update(read_at=clock.now())
    return bool(items.exists())


@transaction.atomic
def mark_all_read(actor: Actor) -> int:
    """Mark all of the actor's items as read; returns how many were not."""
    changed: int = inbox_of(actor).filter(read_at__isnull=True).update(read_at=clock.now())
    return changed
