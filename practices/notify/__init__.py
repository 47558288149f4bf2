"""Which event of the practices is told to whom, and what the recipient may read of it."""

from portal.kernel import notices
from practices.notify import adoptions, choices, discussion, groups, imports, practices, requests, searches

_ROOMS = (practices, adoptions, discussion, requests, groups, imports, searches)


def register_notices() -> None:
    """Hand all notices to the kernel; called once, when the app is ready."""
    notices.register_groups(*choices.GROUPS)
    notices.order_marks([str(label.label) for label in choices.STRICTNESS])
    for room in _ROOMS:
        notices.register(*room.NOTICES)
