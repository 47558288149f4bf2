"""The address of one's own calendar, as its page shows it."""

from alliance.models import CalendarAddress
from portal.kernel.access import Actor


def own_calendar_address(actor: Actor) -> CalendarAddress | None:
    """Since when there is one, when it was read last, and since when it is off; the address itself is not known."""
    address: CalendarAddress | None = CalendarAddress.objects.visible_to(actor).first()
    return address
