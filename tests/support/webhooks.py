"""A webhook of the cast, something that is sent to it, and the time of its next try."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.kernel import webhooks
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import publish
from portal.kernel.webhooks import Webhook, WebhookDelivery, pending
from tests.factories import Cast
from tests.support.jobs import run_all_jobs

KINDS = ("publication.created", "report.submitted", "question.asked", "cycle.opened")


def webhook_of(
    cast: Cast, address: str, name: str = "sven", kinds: Any = KINDS, subjects: Any = None
) -> tuple[Webhook, str]:
    """A webhook that this person has made, with its secret."""
    with acting_as(cast.actor(name)) as actor:
        return webhooks.create_webhook(
            actor, name="A program", address=address, kinds=kinds, subjects=subjects
        )


def publish_notice(number: int = 0) -> int:
    """The number of a publication that was routed and sent."""
    record = f"a/{number}"
    made = publish(SYSTEM, "notice", record, {"a": 1}, title={"en": "Secret title"}, languages=["en"])
    run_all_jobs()
    return made.number


def last_delivery() -> WebhookDelivery:
    row: WebhookDelivery = WebhookDelivery.objects.order_by("-pk").first()
    return row


def pass_retry_time(days: float = 0) -> None:
    """The time of the next try has come, after so many days of failing."""
    past = timezone.now() - timedelta(hours=1)  # the transaction of the test has begun a while ago
    Webhook.objects.update(retry_at=past, wake_at=None)
    WebhookDelivery.objects.filter(state="pending").update(next_at=past)
    for row in Webhook.objects.exclude(failing_since=None):
        row.failing_since -= timedelta(days=days)
        row.save()
    pending.wake([row.pk for row in Webhook.objects.all()])
    run_all_jobs()
