"""What people may do about owed work that went wrong: look at it, try again, or give it up with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError
from portal.kernel.models import Delivery, Event, Job, JobState
from portal.kernel.outbox import CHANNEL, run_on_cancelled
from portal.kernel.workflow import Step, Workflow

LATE = timedelta(seconds=60)

# Only what people do by hand; the outbox itself moves the rest under its leases.
JOB = Workflow(
    "job",
    (
        Step("retry", (JobState.DEAD,), JobState.READY, gettext_lazy("Try again")),
        Step(
            "cancel",
            (JobState.DEAD, JobState.READY, JobState.HELD),
            JobState.CANCELLED,
            gettext_lazy("Cancel the job"),
        ),
        Step("release", (JobState.HELD,), JobState.READY, gettext_lazy("Send")),
    ),
)

MOST_AT_ONCE = 500


def failed_jobs(kind: str = "") -> QuerySet[Any]:
    """Work that was given up or has failed at least once and waits for its next try; the oldest first."""
    rows = Job.objects.filter(state__in=(JobState.DEAD, JobState.READY)).exclude(last_error="")
    rows = rows.filter(kind=kind) if kind else rows
    return rows.annotate(age=Now() - F("created_at")).order_by("created_at", "pk")


def cancelled_jobs() -> QuerySet[Any]:
    """Work that somebody has given up, the newest first."""
    return Job.objects.filter(state=JobState.CANCELLED).exclude(cancel_reason="").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Failing:
    """How much work of one kind has failed, and how much of it waits for somebody to decide."""

    kind: str
    count: int
    dead: int


def failing_kinds() -> list[Failing]:
    """What fails, by kind. One query."""
    dead = Count("pk", filter=Q(state=JobState.DEAD))
    found = failed_jobs().order_by().values_list("kind").annotate(count=Count("pk"), dead=dead)
    return [Failing(*row) for row in found.order_by("kind")]


@dataclass(frozen=True, slots=True)
class About:
    """What a job is about, by kind and id alone; for a message, to whom it goes and on which channel."""

    subject: str
    recipient: str = ""
    channel: str = ""


def about(actor: Actor, jobs: Sequence[Job]) -> list[About]:
    """What each job is about, where the actor may know of it. Three queries, however many jobs."""
    ids = {job.payload.get("delivery") for job in jobs} - {None}
    deliveries = Delivery.objects.select_related("recipient").in_bulk(ids)
    hidden = _hidden(actor, [delivery.event_id for delivery in deliveries.values()])
    return [
        _about(subject, deliveries.get(job.payload.get("delivery", 0)), hidden)
        for job, subject in zip(jobs, subjects_of(actor, jobs), strict=True)
    ]


def _hidden(actor: Actor, events: Sequence[int]) -> set[int]:
    """The events that the actor may not know of, or of which not everybody may: nor who hears of them."""
    seen = journal.lines_seen_by(actor).in_bulk(events)
    return {one for one in events if one not in seen or journal.is_shaded(seen[one])}


def _about(subject: str, delivery: Delivery | None, hidden: set[int]) -> About:
    if delivery is None or delivery.event_id in hidden:
        return About(subject)
    return About(subject, str(delivery.recipient), str(delivery.get_channel_display()))


def subjects_of(actor: Actor, jobs: Sequence[Job]) -> list[str]:
    """What each job is about, by kind and id alone, where the actor may know of it. Two queries, however many jobs."""
    deliveries = {job.payload.get("delivery") for job in jobs} - {None}
    event_of = dict(Delivery.objects.filter(pk__in=deliveries).values_list("pk", "event_id"))
    named = {job.payload.get("event") for job in jobs} - {None}
    events = journal.lines_seen_by(actor).in_bulk([*event_of.values(), *named])
    return [_subject(job.payload, event_of, events) for job in jobs]


def _subject(payload: Mapping[str, Any], event_of: Mapping[int, int], events: Mapping[int, Event]) -> str:
    about = payload.get("event") or event_of.get(payload.get("delivery", 0))
    if about is None:
        return ", ".join(f"{name} {value}" for name, value in payload.items())
    event = events.get(about)
    if event is None or journal.is_shaded(event):
        return _("confidential")
    return f"{event.kind}, {event.target_type.rpartition('.')[2]} {event.target_id}"


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
    changes = {"attempts": 0, "next_at": TransactionNow(), "lease_until": None}
    retried = JOB.apply(actor, job, "retry", changes=changes)
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    return retried


def retry_jobs(actor: Actor, kind: str) -> int:
    """Let all work of a kind that was given up be tried again, the oldest first; gives back how much.

    So much as one request can do; each piece is journalled. Refuses with Forbidden.
    """
    require(actor, "job.retry")
    dead = list(failed_jobs(kind).filter(state=JobState.DEAD)[:MOST_AT_ONCE])
    with transaction.atomic():
        for job in dead:
            retry_job(actor, job)
    return len(dead)


@transaction.atomic
def cancel_job(actor: Actor, job: Job, reason: str) -> Job:
    """Give work up for good. Refuses with Forbidden, WrongState, or DomainError without a reason."""
    said = reason.strip()
    if not said:
        raise DomainError(_("Give a reason."), field="reason")
    cancelled = JOB.apply(actor, job, "cancel", changes={"cancel_reason": said[:500]})
    run_on_cancelled(job.kind, cancelled.payload)
    return cancelled
