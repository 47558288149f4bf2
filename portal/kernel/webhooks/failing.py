"""Webhooks whose receivers take nothing: what somebody who looks after the portal may know of them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.webhooks.models import Webhook, WebhookDeliveryState, WebhookState
from portal.kernel.webhooks.sending import FAILING_TERM


@dataclass(frozen=True, slots=True)
class FailingWebhook:
    """Whose it is, since when nothing was taken, how much waits; not its name, where it leads, or what it is sent."""

    tenant_id: int
    failing_since: datetime
    waiting: int
    retry_at: datetime | None

    @property
    def off_at(self) -> datetime:
        """When it switches itself off, unless something is taken before."""
        return self.failing_since + FAILING_TERM


def failing_webhooks() -> list[FailingWebhook]:
    """Those that are on and have taken nothing since some moment, the longest first. One query."""
    with acting_as(SYSTEM):
        rows = (
            Webhook.objects.filter(state=WebhookState.ACTIVE)
            .exclude(failing_since=None)
            .annotate(waiting=Count("deliveries", filter=Q(deliveries__state=WebhookDeliveryState.PENDING)))
            .order_by("failing_since")
            .values_list("tenant_id", "failing_since", "waiting", "retry_at")
        )
        return [
            FailingWebhook(tenant, since, waiting, retry_at)
            for tenant, since, waiting, retry_at in rows
            if since is not None
        ]
