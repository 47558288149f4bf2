"""Reads for the page of operations, of what the kernel does not know: whose webhooks fail, which letters came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from alliance.models import Organisation
from alliance.queries.local_dates import end_of_term
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


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """The letters of the last week: how many a mail server took today and when the last, how many came back and why."""

    sent_today: int = 0
    last_sent_at: datetime | None = None
    returned: Sequence[tuple[str, int]] = ()  # in words, how many


def letters_of_last_week(actor: Actor) -> LetterFacts:
    """Of what the actor may see; nothing without `operations.read`. Two queries."""
    if not can(actor, "operations.read"):
        return LetterFacts()
    since: datetime = timezone.now() - RETURNED_TERM
    rows = Delivery.objects.filter(
        event__in=journal.entries_visible_to(actor), created_at__gt=since, channel=Channel.EMAIL
    )
    by_state = {
        state: (count, today_count, last)
        for state, count, today_count, last in rows.filter(state__in=(DeliveryState.SENT, *_RETURNED))
        .order_by()
        .values_list("state")
        .annotate(
            count=Count("pk"), today=Count("pk", filter=Q(sent_at__gte=end_of_term(-1))), last=Max("sent_at")
        )
    }
    moments = [last for _count, _today, last in by_state.values() if last]
    return LetterFacts(
        sum(today_count for _count, today_count, _last in by_state.values()),
        max(moments, default=None),
        [(str(state.label), by_state[state][0]) for state in _RETURNED if state in by_state],
    )
