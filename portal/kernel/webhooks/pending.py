"""What waits to be sent: queued for its webhook, or given up. All of it is done as SYSTEM."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import connection

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import enqueue
from portal.kernel.webhooks.models import WebhookDelivery, WebhookDeliveryState

JOB = "send_webhook"
# a job that was queued so long ago was cancelled, or is held: the next event queues another
_STALE = "interval '10 min'"


def wake(webhooks: Sequence[int]) -> None:
    """Queue a job for each of these webhooks that are on and that no job is going to look at as soon.

    Many events in a row queue one job. While a receiver fails, it is the one of its next try.
    """
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_webhook SET wake_at = greatest(now(), retry_at) WHERE id IN ("
            "SELECT id FROM portal_webhook WHERE id = ANY(%s) AND state = 'active' AND (wake_at IS NULL"
            " OR wake_at > greatest(now(), retry_at) OR wake_at < now() - " + _STALE + ")"
            " ORDER BY id FOR UPDATE) RETURNING id, wake_at",
            [list(webhooks)],
        )
        for webhook, at in cursor.fetchall():
            queue_look(webhook, at)


def queue_look(webhook: int, at: datetime | None = None) -> None:
    """Queue the job that looks at this webhook at this moment, or now; its row says so.

    Bulk work, also where a person waits: workers are notified of it one by one, and take letters before it.
    """
    enqueue(JOB, key=f"webhook:{webhook}:{uuid4().hex}", payload={"webhook": webhook}, at=at, is_bulk=True)


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
            queue_look(webhook)


def skip_pending(webhook: int, state: WebhookDeliveryState = WebhookDeliveryState.SKIPPED) -> None:
    """Give up what waits; it can be replayed."""
    with acting_as(SYSTEM):
        rows = WebhookDelivery.objects.filter(webhook=webhook, state=WebhookDeliveryState.PENDING)
        rows.update(state=state)
