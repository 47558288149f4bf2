"""What people may know and do about the running portal: what runs, what failed; try it again, cancel it with a reason.

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
from portal.kernel.operations.machine import Disk, data_disk, versions
from portal.kernel.operations.programs import (
    Condition,
    DatabaseFacts,
    ProgramState,
    database_facts,
    program_states,
)
from portal.kernel.operations.work import KindCount, work_by_kind

__all__ = [
    "JOB_WORKFLOW",
    "LATE_AFTER",
    "Condition",
    "DatabaseFacts",
    "Disk",
    "FailingKind",
    "JobSubject",
    "KindCount",
    "ProgramState",
    "cancel_job",
    "cancelled_jobs",
    "data_disk",
    "database_facts",
    "failed_jobs",
    "failing_kinds",
    "job_subjects",
    "oldest_wait",
    "program_states",
    "retry_job",
    "retry_jobs",
    "subject_texts",
    "versions",
    "work_by_kind",
]
