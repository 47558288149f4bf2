"""The public revision: a number that moves with every change of what the public sees."""

import time
from datetime import UTC, datetime
from threading import Lock
from uuid import uuid4

from django.db import InterfaceError, OperationalError, connection, transaction

from portal.kernel.database import patience
from portal.kernel.jobs import Claim, enqueue, handles
from portal.kernel.publishing.cdn import enqueue_purge
from portal.kernel.publishing.models import PublicRevision

_REFRESH_SECONDS = 1.0
_PATIENCE = 0.3  # seconds after which it is asked whether the database is there at all: readers wait for this


def read_public_revision() -> int:
    """The number as it is now. One query."""
    return PublicRevision.objects.values_list("value", flat=True).first() or 0


class PublicRevisionReader:
    """The public revision, read from the database at most once a second in each process.

    One thread reads it; the others go on meanwhile with what was read last, for at most a second more. Raises
    OperationalError or InterfaceError while the database is away, and asks it no more than once a second then either.
    `is_exact`: reads it each time, for programs that look for what they have just published.
    """

    def __init__(self, *, is_exact: bool = False) -> None:
        self._is_exact = is_exact
        self._lock = Lock()
        self.last_known = -1
        self.confirmed_at: datetime | None = None  # when that was last right
        self._read_at = self._failed_at = float("-inf")

    def __call__(self) -> int:
        if self._is_exact:
            return self._read()
        age = time.monotonic() - self._read_at
        if age < _REFRESH_SECONDS:
            return self.last_known
        if not self._lock.acquire(blocking=age >= 2 * _REFRESH_SECONDS):
            return self.last_known
        try:
            return self._read()
        finally:
            self._lock.release()

    def _read(self) -> int:
        now = time.monotonic()
        if now - self._read_at < _REFRESH_SECONDS and not self._is_exact:  # another thread was first
            return self.last_known
        if now - self._failed_at < _REFRESH_SECONDS:
            raise OperationalError("the database was away a moment ago")
        try:
            with patience(_PATIENCE):
                self.last_known = read_public_revision()
        except (OperationalError, InterfaceError):
            self._failed_at = time.monotonic()
            raise
        self._read_at, self.confirmed_at = now, datetime.now(UTC)
        return self.last_known


class PendingMove:
    """A move of the revision that is not committed yet.

    It stands among what Django calls after the commit, where whoever reads on in the same transaction sees it.
    """

    def __init__(self) -> None:
        self.at = time.monotonic()

    def __call__(self) -> None:
        """Nothing: the row has moved."""


def is_recent(at: float) -> bool:
    """Whether that is no longer ago than the revision itself may have been read."""
    return time.monotonic() - at < _REFRESH_SECONDS


def touch_public_revision() -> None:
    """Move the public revision: what caches hold of public pages is no longer current."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_publicrevision (id, value) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET value = portal_publicrevision.value + 1, changed_at = now()"
        )
    _follow_move()


def touch_public_revision_soon() -> None:
    """The same without waiting for a publication in progress, which moves it at its end; a job does, should it fail.

    Until then caches show public pages as they were.
    """
    with connection.cursor() as cursor:
        cursor.execute(  # only where it is missing: an insert would wait for the row that another one changes
            "INSERT INTO portal_publicrevision (id, value)"
            " SELECT 1, 0 WHERE NOT EXISTS (SELECT FROM portal_publicrevision) ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            "UPDATE portal_publicrevision SET value = value + 1, changed_at = now()"
            " WHERE id IN (SELECT id FROM portal_publicrevision FOR UPDATE SKIP LOCKED)"
        )
        is_touched = cursor.rowcount > 0
    if is_touched:
        _follow_move()
    else:
        enqueue("touch_public_revision", key=f"touch-public-revision:{uuid4().hex}", payload={})


@handles("touch_public_revision")
def touch_in_job(claim: Claim) -> None:
    """Move the public revision once nothing else does."""
    with claim.finishing():
        touch_public_revision()


def renew_public_revision(since: datetime) -> None:
    """Move the public revision unless it has moved since: on a new day other things are due, over or still running."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_publicrevision SET value = value + 1, changed_at = now() WHERE changed_at < %s",
            [since],
        )
        is_renewed = cursor.rowcount > 0
    if is_renewed:
        _follow_move()


def _follow_move() -> None:
    transaction.on_commit(PendingMove())
    enqueue_purge()
