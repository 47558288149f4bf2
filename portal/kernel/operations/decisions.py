"""Trying failed jobs again, and cancelling them with a reason."""

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction
from django.utils.translation import gettext_lazy

from portal.kernel.access import Actor, require
from portal.kernel.jobs import NOTIFY_CHANNEL, Job, JobState, run_on_cancelled, run_on_released
from portal.kernel.operations.failed_work import failed_jobs
from portal.kernel.text import require_reason
from portal.kernel.workflow import Step, Workflow

# Only what people do by hand; the outbox itself moves the rest under its leases.
JOB_WORKFLOW = Workflow(
    "job",
    (
        Step("retry", (JobState.DEAD,), JobState.READY, gettext_lazy("Try again")),
        Step(
            "cancel",
            (JobState.DEAD, JobState.READY, JobState.ON_HOLD),
            JobState.CANCELLED,
            gettext_lazy("Cancel the job"),
        ),
        Step("release", (JobState.ON_HOLD,), JobState.READY, gettext_lazy("Send")),
    ),
)


MAX_RETRIES_AT_ONCE = 500


@transaction.atomic
def retry_job(actor: Actor, job: Job) -> Job:
    """Let work that was given up be tried again from the start, under the same key.

    Raises Forbidden, or WrongState when it is not given up.
    """
    changes = {"attempts": 0, "next_at": TransactionNow(), "lease_until": None}
    retried = JOB_WORKFLOW.apply(actor, job, "retry", changes=changes)
    run_on_released(retried.kind, retried.payload)
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {NOTIFY_CHANNEL}")
    return retried


def retry_jobs(actor: Actor, kind: str) -> int:
    """Let all work of a kind that was given up be tried again, the oldest first; returns how much.

    So much as one request can do; each piece is journalled. Raises Forbidden.
    """
    require(actor, "job.retry")
    dead = list(failed_jobs(kind).filter(state=JobState.DEAD)[:MAX_RETRIES_AT_ONCE])
    with transaction.atomic():
        for job in dead:
            retry_job(actor, job)
    return len(dead)


@transaction.atomic
def cancel_job(actor: Actor, job: Job, reason: str) -> Job:
    """Give work up for good. Raises Forbidden, WrongState, or DomainError without a reason."""
    cleaned_reason = require_reason(reason)
    # under the lock: another person may have released it since it was read
    was_on_hold = Job.objects.select_for_update().get(pk=job.pk).state == JobState.ON_HOLD
    cancelled = JOB_WORKFLOW.apply(actor, job, "cancel", changes={"cancel_reason": cleaned_reason[:500]})
    payload = {**cancelled.payload, "job": cancelled.pk}
    run_on_cancelled(cancelled.kind, payload, was_on_hold=was_on_hold)
    return cancelled
