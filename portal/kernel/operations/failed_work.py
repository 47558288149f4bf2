"""Failed and cancelled jobs, and what each is about, as far as the actor may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portal.kernel import journal
from portal.kernel.access import Actor
from portal.kernel.jobs import OLDEST_WAIT_SQL, Job, JobState
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery

LATE_AFTER = timedelta(seconds=60)


def failed_jobs(kind: str = "") -> QuerySet[Any]:
    """Work that was given up or has failed at least once and waits for its next try; the oldest first."""
    rows = Job.objects.filter(state__in=(JobState.DEAD, JobState.READY)).exclude(last_error="")
    rows = rows.filter(kind=kind) if kind else rows
    return rows.annotate(age=Now() - F("created_at")).order_by("created_at", "pk")


def cancelled_jobs() -> QuerySet[Any]:
    """Work that somebody has given up, the newest first."""
    return Job.objects.filter(state=JobState.CANCELLED).exclude(cancel_reason="").order_by("-pk")


@dataclass(frozen=True, slots=True)
class FailingKind:
    """How much work of one kind has failed, and how much of it waits for somebody to decide."""

    kind: str
    count: int
    dead: int


def failing_kinds() -> list[FailingKind]:
    """What fails, by kind. One query."""
    dead = Count("pk", filter=Q(state=JobState.DEAD))
    rows = failed_jobs().order_by().values_list("kind").annotate(count=Count("pk"), dead=dead)
    return [FailingKind(*row) for row in rows.order_by("kind")]


@dataclass(frozen=True, slots=True)
class JobSubject:
    """What a job is about, by kind and id alone; for a message, to whom it goes and on which channel."""

    subject: str
    recipient: str = ""
    channel: str = ""


def job_subjects(actor: Actor, jobs: Sequence[Job]) -> list[JobSubject]:
    """The subject of each job, where the actor may see it. Three queries, however many jobs."""
    ids = {job.payload.get("delivery") for job in jobs} - {None}
    deliveries = Delivery.objects.select_related("recipient").in_bulk(ids)
    # the events that the actor may not see, or that are restricted: their recipients are hidden too
    events = [delivery.event_id for delivery in deliveries.values()]
    visible_events = journal.entries_visible_to(actor).in_bulk(events)
    hidden = {
        event
        for event in events
        if event not in visible_events or journal.is_restricted(visible_events[event])
    }
    subjects = []
    for job, text in zip(jobs, subject_texts(actor, jobs), strict=True):
        delivery = deliveries.get(job.payload.get("delivery", 0))
        if delivery is None or delivery.event_id in hidden:
            subjects.append(JobSubject(text))
        else:
            channel = str(delivery.get_channel_display())
            subjects.append(JobSubject(text, str(delivery.recipient), channel))
    return subjects


def subject_texts(actor: Actor, jobs: Sequence[Job]) -> list[str]:
    """The subject of each job, by kind and id alone, where the actor may see it. Two queries, however many jobs."""
    deliveries = {job.payload.get("delivery") for job in jobs} - {None}
    event_of = dict(Delivery.objects.filter(pk__in=deliveries).values_list("pk", "event_id"))
    named = {job.payload.get("event") for job in jobs} - {None}
    events = journal.entries_visible_to(actor).in_bulk([*event_of.values(), *named])
    return [_subject_text(job.payload, event_of, events) for job in jobs]


def _subject_text(
    payload: Mapping[str, Any], event_of: Mapping[int, int], events: Mapping[int, Event]
) -> str:
    about = payload.get("event") or event_of.get(payload.get("delivery", 0))
    if about is None:
        return ", ".join(f"{name} {value}" for name, value in payload.items())
    event = events.get(about)
    if event is None or journal.is_restricted(event):
        return _("confidential")
    return f"{event.kind}, {event.target_type.rpartition('.')[2]} {event.target_id}"


def oldest_wait() -> timedelta:
    """How long the oldest piece of work has been due without a worker having taken it."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_WAIT_SQL)
        return timedelta(seconds=cursor.fetchone()[0])
