"""Work that is never lost: rows with a key, a lease, a fence and retries; the sweeper and the worker that do it.

It knows no kind of work: whatever does a kind registers itself. What people decide about failed work is `operations`.
"""

from portal.kernel.jobs.batches import around_batch, run_batch
from portal.kernel.jobs.models import Job, JobState, Outcome
from portal.kernel.jobs.queue import (
    BATCH_SIZE,
    IS_HELD_SQL,
    LEASE,
    NOTIFY_CHANNEL,
    OLDEST_WAIT_SQL,
    TRIES,
    UNKNOWN_KIND_TERM,
    Claim,
    LostLease,
    NotAttempted,
    Payload,
    abandon_jobs,
    enqueue,
    enqueue_all,
    handles,
    holds_outward_work,
    hurry,
    job_kinds,
    on_cancelled,
    on_exhausted,
    on_released,
    outward_kinds,
    run_job,
    run_on_cancelled,
    run_on_released,
)
from portal.kernel.jobs.sweeper import Sweeper

__all__ = [
    "BATCH_SIZE",
    "IS_HELD_SQL",
    "LEASE",
    "NOTIFY_CHANNEL",
    "OLDEST_WAIT_SQL",
    "TRIES",
    "UNKNOWN_KIND_TERM",
    "Claim",
    "Job",
    "JobState",
    "LostLease",
    "NotAttempted",
    "Outcome",
    "Payload",
    "Sweeper",
    "abandon_jobs",
    "around_batch",
    "enqueue",
    "enqueue_all",
    "handles",
    "holds_outward_work",
    "hurry",
    "job_kinds",
    "on_cancelled",
    "on_exhausted",
    "on_released",
    "outward_kinds",
    "run_batch",
    "run_job",
    "run_on_cancelled",
    "run_on_released",
]
