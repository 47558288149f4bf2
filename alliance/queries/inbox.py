"""Named reads on a person's inbox."""

from typing import Any

from portal.kernel import notices
from portal.kernel.access import Actor

MAX_UNREAD = 100  # more than this is shown as “99+”, and not counted


def inbox_of(actor: Actor) -> Any:
    """The actor's inbox items in the organisation that they act for, newest first."""
    return notices.inbox_items(actor)


def unread_count(actor: Actor) -> int:
    """How many of these were not read yet, as far as a masthead counts."""
    if not actor.is_person:
        return 0
    unread = inbox_of(actor).filter(read_at__isnull=True).order_by()
    return len(unread.values_list("pk")[:MAX_UNREAD])
