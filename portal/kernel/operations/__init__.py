"""What people may do about background work: see what failed, try it again, cancel it with a reason.

The queue itself is `jobs`; messages on hold after a restore are `backups`.
"""

from portal.kernel.operations.decisions import (
    JOB_WORKFLOW,
    cancel_job,
    retry_job,
    retry_jobs,
)
from portal.kernel.operations.failed_work import (
    LATE_AFTER,
    FailingKind,
    JobSubject,
    cancelled_jobs,
    failed_jobs,
    failing_kinds,
    job_subjects,
    oldest_wait,
    subject_texts,
)

__all__ = [
    "JOB_WORKFLOW",
    "LATE_AFTER",
    "FailingKind",
    "JobSubject",
    "cancel_job",
    "cancelled_jobs",
    "failed_jobs",
    "failing_kinds",
    "job_subjects",
    "oldest_wait",
    "retry_job",
    "retry_jobs",
    "subject_texts",
]
