"""Messages on hold after a restore: they may have gone out already, and wait until a person decides.

A backup knows nothing of what was sent after it. Messages queued then, and those that follow from them or from
the schedule, wait; what people request after the restore is sent as usual.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.jobs import NOTIFY_CHANNEL, Job, JobState, outward_kinds, run_on_released
from portal.kernel.monitoring import Restoration
from portal.kernel.operations import JOB_WORKFLOW, cancel_job
from portal.kernel.text import require_reason
from portal.kernel.webhooks import settle_held

# Message-IDs are made of these numbers. Letters that went out after the backup used the next of them; a new
# letter with the number of another one would be thrown away as a copy.
_MESSAGE_ID_SEQUENCES = ("portal_job_id_seq", "portal_delivery_id_seq", "portal_digest_id_seq")
_SEQUENCE_GAP = 1_000_000


def is_restored(database: BaseDatabaseWrapper, taken_at: datetime) -> bool:
    """Whether the rows in this database are those of the backup taken at that moment."""
    if Restoration._meta.db_table not in database.introspection.table_names():
        return False
    return Restoration.objects.using(database.alias).filter(taken_at=taken_at).exists()


def hold_messages(cursor: CursorWrapper, taken_at: datetime) -> int:
    """Hold the outward jobs that the backup had queued; return how many. Called as the owner, in a restore.

    Inner work goes on, but forgets the request that it began with: what follows from it is old as well.
    """
    cursor.execute("INSERT INTO portal_restoration (taken_at) VALUES (%s)", [taken_at])
    cursor.execute("UPDATE portal_job SET request_id = '' WHERE state IN ('ready', 'leased', 'dead')")
    cursor.execute(
        "UPDATE portal_job SET state = 'on_hold', lease_until = NULL"
        " WHERE kind = ANY(%s) AND state IN ('ready', 'leased')",
        [outward_kinds()],
    )
    count = int(cursor.rowcount)
    # any later job of the same webhook would send these
    cursor.execute("UPDATE portal_webhookdelivery SET next_at = NULL WHERE state = 'pending'")
    return count


def skip_used_message_ids(cursor: CursorWrapper) -> None:
    """Give new letters other Message-IDs than those that were sent after the backup. As the owner, in a restore."""
    for sequence in _MESSAGE_ID_SEQUENCES:
        cursor.execute(f"SELECT setval('{sequence}', nextval('{sequence}') + {_SEQUENCE_GAP})")


def jobs_on_hold() -> QuerySet[Any]:
    """What waits for a decision, the oldest first."""
    return Job.objects.filter(state=JobState.ON_HOLD).annotate(age=Now() - F("created_at")).order_by("pk")


def open_restoration() -> Restoration | None:
    """The restore whose messages nobody has decided on yet."""
    return Restoration.objects.filter(released_at__isnull=True).first()


@transaction.atomic
def release_job(actor: Actor, job: Job) -> Job:
    """Release one message. Raises Forbidden, or WrongState when it is not on hold."""
    released = _release(actor, job)
    _notify_sweeper()
    return released


@transaction.atomic
def release_all(actor: Actor) -> int:
    """Release all messages on hold, and end the hold; returns how many messages."""
    require(actor, "job.release")
    restorations = _lock_restorations()
    settle_held(is_sent=True)
    jobs = list(jobs_on_hold().select_for_update(of=("self",)))
    for job in jobs:
        _release(actor, job)
    _close(actor, restorations, released=len(jobs))
    _notify_sweeper()
    return len(jobs)


@transaction.atomic
def cancel_all(actor: Actor, reason: str) -> int:
    """Cancel all messages on hold, and end the hold; returns how many messages.

    Raises Forbidden, or DomainError without a reason.
    """
    require(actor, "job.release")
    require_reason(reason)
    restorations = _lock_restorations()
    settle_held(is_sent=False)
    jobs = list(jobs_on_hold().select_for_update(of=("self",)))
    for job in jobs:
        cancel_job(actor, job, reason)
    _close(actor, restorations, cancelled=len(jobs))
    return len(jobs)


def _release(actor: Actor, job: Job) -> Job:
    released = JOB_WORKFLOW.apply(actor, job, "release", changes={"attempts": 0, "next_at": TransactionNow()})
    run_on_released(released.kind, released.payload)
    return released


def _lock_restorations() -> list[Restoration]:
    """Those whose hold is ended: first of all, so that what is being put on hold meanwhile is there."""
    return list(Restoration.objects.filter(released_at__isnull=True).order_by("pk").select_for_update())


def _close(actor: Actor, restorations: Sequence[Restoration], **counts: int) -> None:
    for restoration in restorations:
        restoration.released_at = TransactionNow()
        restoration.save(update_fields=["released_at"])
        journal.record(actor, "restoration.release", restoration, **counts)


def _notify_sweeper() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {NOTIFY_CHANNEL}")
