"""Which event of the practices is told to whom, and what the recipient may read of it."""

from portal.kernel import notices
from practices.notify import searches


def register_notices() -> None:
    """Hand all notices to the kernel; called once, when the app is ready."""
    notices.register(*searches.NOTICES)
