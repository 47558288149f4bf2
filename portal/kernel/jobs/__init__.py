"""Work that is never lost: rows with a key, a lease, a fence and retries; the sweeper and the worker that do it.

It knows no kind of work: whatever does a kind registers itself. What people decide about failed work is `operations`.
"""

from portal.kernel.jobs.models import Job, JobState, Outcome
from portal.kernel.jobs.queue import (
    BATCH_SIZE,
    LEASE,
    NOTIFY_CHANNEL,
    OLDEST_WAIT_SQL,
    TRIES,
    Claim,
    LostLease,
    NotAttempted,
    Payload,
    around_batch,
    enqueue,
    enqueue_all,
    handles,
    hurry,
    job_kinds,
    on_cancelled,
    on_exhausted,
    outward_kinds,
    run_job,
    run_on_cancelled,
)
from portal.kernel.jobs.sweeper import Sweeper

__all__ = [
    "BATCH_SIZE",
    "LEASE",
    "NOTIFY_CHANNEL",
    "OLDEST_WAIT_SQL",
    "TRIES",
    "Claim",
    "Job",
    "JobState",
    "LostLease",
    "NotAttempted",
    "Outcome",
    "Payload",
    "Sweeper",
    "around_batch",
    "enqueue",
    "enqueue_all",
    "handles",
    "hurry",
    "job_kinds",
    "on_cancelled",
    "on_exhausted",
    "outward_kinds",
    "run_job",
    "run_on_cancelled",
]
