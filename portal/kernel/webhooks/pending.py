"""What waits to be sent: queued for its webhook, or given up. All of it is done as SYSTEM."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import IS_HELD_SQL, Job, JobState, enqueue
from portal.kernel.webhooks.models import Webhook, WebhookDelivery, WebhookDeliveryState

JOB = "send_webhook"
# a job that was queued so long ago is not there any more: the next event queues another
_STALE = "interval '10 min'"
# of a webhook whose receiver takes what it is sent, or of which nothing is known yet
NO_FAILURES: Mapping[str, Any] = {"failing_since": None, "failures": 0, "retry_at": None}


def wake(webhooks: Sequence[int]) -> None:
    """Queue a job for each of these webhooks that are on and that no job is going to look at as soon.

    Many events in a row queue one job. While a receiver fails, it is the one of its next try. Until a restore is
    released each queues its own: the one that was queued before may be on hold.
    """
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_webhook SET wake_at = greatest(now(), retry_at) WHERE id IN ("
            "SELECT id FROM portal_webhook WHERE id = ANY(%s) AND state = 'active' AND (wake_at IS NULL"
            f" OR wake_at > greatest(now(), retry_at) OR wake_at < now() - {_STALE} OR {IS_HELD_SQL})"
            " ORDER BY id FOR UPDATE) RETURNING id, wake_at",
            [list(webhooks)],
        )
        for webhook, at in cursor.fetchall():
            queue_look(webhook, at)


def queue_look(webhook: int, at: datetime | None = None, *, is_released: bool = False) -> None:
    """Queue the job that looks at this webhook at this moment, or now; its row says so.

    Bulk work, also where a person waits: workers are notified of it one by one, and take letters before it.
    """
    enqueue(
        JOB,
        key=f"webhook:{webhook}:{uuid4().hex}",
        payload={"webhook": webhook},
        at=at,
        is_bulk=True,
        is_released=is_released,
    )


def pass_turns(most: int) -> None:
    """Queue a look at webhooks whose jobs found no place and wait, those that do not fail first. As SYSTEM.

    Each gets another job in the place of the one that waits: workers are notified at once of what is new.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT portal_job.id, portal_webhook.id FROM portal_job"
            " JOIN portal_webhook ON portal_webhook.id = (payload ->> 'webhook')::bigint"
            " WHERE kind = %s AND portal_job.state = 'ready' AND next_at > now() AND last_error LIKE '%%.NoTurn'"
            " ORDER BY failing_since IS NOT NULL, portal_job.id FOR UPDATE OF portal_job SKIP LOCKED LIMIT %s",
            [JOB, most],
        )
        for job, webhook in cursor.fetchall():
            cursor.execute(
                "UPDATE portal_job SET state = 'done', done_at = now(), outcome = 'pointless' WHERE id = %s",
                [job],
            )
            queue_look(webhook, is_released=True)


def skip_pending(webhook: int, state: WebhookDeliveryState = WebhookDeliveryState.SKIPPED) -> None:
    """Give up what waits; it can be replayed."""
    with acting_as(SYSTEM):
        pending_of(webhook).update(state=state)


def skip_of_job(webhook: int, *, on_hold: bool) -> None:
    """Give up what a cancelled job would have sent: what is on hold after a restore, or all else. It can be replayed.

    What is on hold goes with all else where no job on hold is left that it could wait for. Where nothing is left that
    may be sent, how its receiver has fared says nothing about the next message.
    """
    with acting_as(SYSTEM):
        _lock([webhook])
        pending = given_up = pending_of(webhook)
        if on_hold or Job.objects.filter(kind=JOB, state=JobState.ON_HOLD, payload__webhook=webhook).exists():
            given_up = pending.filter(next_at__isnull=on_hold)
        given_up.update(state=WebhookDeliveryState.SKIPPED)
        changes = {} if pending.filter(next_at__isnull=False).exists() else NO_FAILURES
        Webhook.objects.filter(pk=webhook).update(wake_at=None, **changes)


def release_held(webhook: int) -> None:
    """Let what is on hold after a restore be sent."""
    with acting_as(SYSTEM):
        _lock([webhook])
        pending_of(webhook).filter(next_at=None).update(next_at=Now())


def settle_held(*, is_sent: bool) -> None:
    """Send or give up all that is on hold after a restore, also where no job on hold waits for it. It can be replayed.

    The job that it waited for may have failed for good before the backup was taken.
    """
    with acting_as(SYSTEM):
        deliveries = WebhookDelivery.objects.filter(state=WebhookDeliveryState.PENDING, next_at=None)
        for webhook in _lock(deliveries.values("webhook")):
            if is_sent:
                release_held(webhook)
                Webhook.objects.filter(pk=webhook).update(wake_at=Now())
                queue_look(webhook, is_released=True)
            else:
                skip_of_job(webhook, on_hold=True)


def _lock(webhooks: Any) -> list[int]:
    """Lock webhooks before anything of what waits for them, as sending does, in the order of their numbers."""
    rows = Webhook.objects.select_for_update().filter(pk__in=webhooks)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def pending_of(webhook: int) -> QuerySet[WebhookDelivery]:
    """What waits to be sent there, on hold or not."""
    return WebhookDelivery.objects.filter(webhook=webhook, state=WebhookDeliveryState.PENDING)
