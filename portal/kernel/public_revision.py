"""The public revision: a number that moves with every change of what the public sees."""

import time

from portal.kernel.models import PublicRevision

_LOOK_AGAIN_SECONDS = 1.0


def read_public_revision() -> int:
    """The number as it is now. One query."""
    return PublicRevision.objects.values_list("value", flat=True).first() or 0


class PublicRevisionReader:
    """The public revision, read from the database at most once a second in each process."""

    def __init__(self) -> None:
        self._value = -1
        self._read_at = float("-inf")

    def __call__(self) -> int:
        now = time.monotonic()
        if now - self._read_at >= _LOOK_AGAIN_SECONDS:
            self._value = read_public_revision()
            self._read_at = now
        return self._value
