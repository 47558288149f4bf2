"""Reads for the page of operations, of what the kernel does not know: whose webhooks fail, which letters came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from alliance.models import Organisation
from portal.kernel import journal
from portal.kernel.access import Actor, can
from portal.kernel.notices import Channel, Delivery, DeliveryState
from portal.kernel.webhooks import FailingWebhook, failing_webhooks

RETURNED_TERM = timedelta(days=7)
_RETURNED = (DeliveryState.REFUSED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED)


@dataclass(frozen=True, slots=True)
class FailingWebhookRow:
    """A webhook that accepts nothing, and whose it is."""

    webhook: FailingWebhook
    organisation: Organisation

    @property
    def failing_for(self) -> timedelta:
        return timezone.now() - self.webhook.failing_since


def failing_webhook_rows(actor: Actor) -> Sequence[FailingWebhookRow]:
    """The webhooks of all organisations that accept nothing, the longest first; empty without `operations.read`."""
    if not can(actor, "operations.read"):
        return []
    webhooks = failing_webhooks()
    owners = Organisation.objects.visible_to(actor).in_bulk({webhook.tenant_id for webhook in webhooks})
    return [
        FailingWebhookRow(webhook, owners[webhook.tenant_id])
        for webhook in webhooks
        if webhook.tenant_id in owners
    ]


def returned_letters(actor: Actor) -> Mapping[str, int]:
    """How many letters of the last week were refused, came back or were spam, of what the actor may see.

    Empty without `operations.read`.
    """
    if not can(actor, "operations.read"):
        return {}
    since: datetime = timezone.now() - RETURNED_TERM
    rows = Delivery.objects.filter(
        event__in=journal.entries_visible_to(actor),
        created_at__gt=since,
        channel=Channel.EMAIL,
        state__in=_RETURNED,
    )
    return dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
