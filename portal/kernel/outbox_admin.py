"""What people may do about owed work that went wrong: look at it, try again, or give it up with a reason."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.models import Job, JobState
from portal.kernel.outbox import CHANNEL
from portal.kernel.workflow import Step, Workflow

LATE = timedelta(seconds=60)

# Only what people do by hand; the outbox itself moves the rest under its leases.
JOB = Workflow(
    "job",
    (
        Step("retry", (JobState.DEAD,), JobState.READY, gettext_lazy("Try again")),
        Step("cancel", (JobState.DEAD, JobState.READY), JobState.CANCELLED, gettext_lazy("Give up")),
    ),
)


def failed_jobs() -> QuerySet[Any]:
    """Work that was given up or has failed at least once and waits for its next try; the oldest first."""
    rows = Job.objects.filter(state__in=(JobState.DEAD, JobState.READY)).exclude(last_error="")
    return rows.annotate(age=Now() - F("created_at")).order_by("created_at", "pk")


def oldest_wait() -> timedelta:
    """How long the oldest piece of work has been due without a worker having taken it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(now() - min(next_at), interval '0')"
            " FROM portal_job WHERE state = 'ready' AND next_at <= now()"
        )
        found: timedelta = cursor.fetchone()[0]
    return found


@transaction.atomic
def retry_job(actor: Actor, job: Job) -> Job:
    """Let work that was given up be tried again from the start, under the same key.

    Refuses with Forbidden, or WrongState when it is not given up.
    """
    retried = JOB.apply(actor, job, "retry", changes={"attempts": 0, "next_at": Now(), "lease_until": None})
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    return retried


@transaction.atomic
def cancel_job(actor: Actor, job: Job, reason: str) -> Job:
    """Give work up for good, with a reason. Refuses with Forbidden, WrongState, or DomainError without one."""
    said = reason.strip()
    if not said:
        raise DomainError(_("Say why this work is given up."), field="reason")
    return JOB.apply(actor, job, "cancel", changes={"cancel_reason": said[:500]})
