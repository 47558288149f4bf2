"""The public revision: a number that moves with every change of what the public sees."""

import time

from django.db import connection

from portal.kernel.publishing.models import PublicRevision

_REFRESH_SECONDS = 1.0


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
        if now - self._read_at >= _REFRESH_SECONDS:
            self._value = read_public_revision()
            self._read_at = now
        return self._value


def touch_public_revision() -> None:
    """Move the public revision: what caches hold of public pages is no longer current."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_publicrevision (id, value) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET value = portal_publicrevision.value + 1, changed_at = now()"
        )
