"""Signs of life of the processes, and whether a worker responds to what it is sent.

Each worker has a queue of its own beside the common one, read over the same connection; the sweeper asks through it,
and whatever keeps work from the worker keeps this question from it too.
"""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.kernel.monitoring.models import Heartbeat, ProcessKind

# when a kind of process last gave a sign; of workers, when the last one answered through the queue
LAST_SEEN_SQL = f"max(CASE WHEN kind = '{ProcessKind.WORKER}' THEN answered_at ELSE seen_at END)"
_QUESTIONS_PER_TIMEOUT = 3  # questions within the time after which a worker counts as unresponsive
_ABANDONED_AFTER = 60  # seconds; a worker that has not been seen for so long is asked no more


def note_alive(name: str, kind: str) -> None:
    """Write the process's sign of life."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_heartbeat (name, kind, seen_at) VALUES (%s, %s, now())"
            " ON CONFLICT (name) DO UPDATE SET seen_at = now()",
            [name, kind],
        )


def note_started(name: str) -> None:
    """A worker is there anew: what the one before it has not answered is forgotten."""
    note_alive(name, ProcessKind.WORKER)
    Heartbeat.objects.filter(pk=name).update(unanswered_since=None, hinted_at=None)


def worker_queue(name: str) -> str:
    """The queue that this worker alone reads."""
    return f"{settings.CELERY_TASK_DEFAULT_QUEUE}.{name}"


def question_interval() -> float:
    """How many seconds there are between two questions to a worker."""
    return float(settings.WORKER_SILENT_AFTER / _QUESTIONS_PER_TIMEOUT)


def workers_to_ask() -> list[str]:
    """The workers that live, and have not been asked for a while."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM portal_heartbeat WHERE kind = %s AND seen_at > now() - %s * interval '1 s'"
            " AND (hinted_at IS NULL OR hinted_at < now() - %s * interval '1 s')",
            [ProcessKind.WORKER, _ABANDONED_AFTER, question_interval()],
        )
        return [row[0] for row in cursor.fetchall()]


def note_question(name: str) -> None:
    """The broker has taken the question. After a gap without questions, waiting for the answer begins anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_heartbeat SET hinted_at = now(), unanswered_since ="
            " CASE WHEN hinted_at > now() - %s * interval '1 s' THEN coalesce(unanswered_since, now()) ELSE now() END"
            " WHERE name = %s",
            [settings.WORKER_SILENT_AFTER, name],
        )


def note_answer(name: str) -> None:
    """Note that the worker has answered the question."""
    Heartbeat.objects.filter(pk=name).update(answered_at=timezone.now(), unanswered_since=None)


def is_unresponsive(name: str) -> bool:
    """Whether the broker still takes questions, and the first without an answer is too long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM portal_heartbeat WHERE name = %s AND hinted_at > now() - %s * interval '1 s'"
            " AND unanswered_since < now() - %s * interval '1 s'",
            [name, settings.WORKER_SILENT_AFTER, settings.WORKER_SILENT_AFTER],
        )
        return bool(cursor.fetchone()[0])


def last_backup() -> datetime | None:
    """When the last backup was taken; None before the first. One query."""
    backups = Heartbeat.objects.filter(kind=ProcessKind.BACKUP).order_by("-seen_at")
    moment: datetime | None = backups.values_list("seen_at", flat=True).first()
    return moment
