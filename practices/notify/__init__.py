"""Which event of the first floor is told to whom, and what they may read of it."""

from portal.kernel.notices import register
from practices.notify import imports


def register_notices() -> None:
    """Hand the notices to the kernel; called once, when the app is ready."""
    register(*imports.NOTICES)
