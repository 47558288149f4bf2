"""Which event of the practices is told to whom, and what the recipient may read of it."""

from portal.kernel import notices
from practices.notify import adoptions, discussion, groups, imports, practices, requests, searches

_ROOMS = (practices, adoptions, discussion, requests, groups, imports, searches)


def register_notices() -> None:
    """Hand all notices to the kernel; called once, when the app is ready."""
    for room in _ROOMS:
        notices.register(*room.NOTICES)
