"""Does in the test's own process what the sweeper and the worker would do."""

from django.db import connection

from portal.kernel import jobs
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.jobs import Job, JobState, queue


def run_all_jobs() -> list[str]:
    """Do every job that is due, and those that they queue in turn; returns their kinds.

    Fails with the first that fails. As in a worker, each begins as nobody, and sees what it says that it may see.
    """
    done: list[str] = []
    while due := queue.due_ids():
        done += [_run(job_id) for job_id in due]
    return done


def build_document(document: Document) -> None:
    """Build it alone, and not the files that each published report is given besides."""
    with acting_as(SYSTEM):
        waiting = Job.objects.filter(
            kind="build_document", payload={"document": document.pk}, state=JobState.READY
        )
        job_ids = list(waiting.values_list("pk", flat=True))
    for job_id in job_ids:
        _run(job_id)
    document.refresh_from_db()


def _run(job_id: int) -> str:
    with acting_as(ANYONE):
        jobs.run_job(job_id)
    with acting_as(SYSTEM):
        job = Job.objects.get(pk=job_id)
    assert job.state == JobState.DONE, f"{job.kind}: {job.last_error}"
    return job.kind


def expire_leases() -> None:
    """Two minutes pass: what a killed worker held is free again."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_job SET lease_until = now() WHERE state = 'leased'")
