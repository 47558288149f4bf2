"""From an entry of the journal to a message for each webhook that chose such events and whose tenant may see it."""

from functools import cache
from typing import Any

from django.db.models import QuerySet

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, enqueue, handles, holds_outward_work
from portal.kernel.journal import Event, on_routing
from portal.kernel.webhooks.kinds import EventKind, kind_of_entry, reader_of
from portal.kernel.webhooks.models import Webhook, WebhookDelivery, WebhookDeliveryState, WebhookState
from portal.kernel.webhooks.pending import wake
from portal.kernel.webhooks.signing import message_id_of


@on_routing
def queue_webhooks(event: Event, *, quiet: bool) -> None:
    """Queue the job that looks for webhooks, where any waits for such events. What is told of the past is not sent."""
    kind = kind_of_entry(event.kind)
    if kind is not None and not quiet and _listening(kind).exists():
        enqueue("route_webhooks", key=f"webhooks:{event.pk}", payload={"event": event.pk}, is_bulk=True)


def _listening(kind: EventKind) -> QuerySet[Webhook]:
    return Webhook.objects.filter(kinds__contains=[kind.name]).exclude(state=WebhookState.ENDED)


@handles("route_webhooks")
def route_webhooks(claim: Claim) -> None:
    """Write a message for each webhook whose tenant may see the event; those that are not on do not send theirs."""
    with claim.finishing():
        event = Event.objects.get(pk=claim.payload["event"])
        kind = kind_of_entry(event.kind)
        if kind is None:
            claim.leave_to_newer()
            return
        is_visible = cache(lambda tenant_id: data_for(kind, event, tenant_id) is not None)
        # what no request since a restore has led to may have been sent after the backup: it waits for a person
        on_hold = {"next_at": None} if holds_outward_work() else {}
        subjects = kind.subjects(event)
        webhooks = [
            row
            for row in _listening(kind).order_by("pk")
            if row.takes_events_about(subjects) and is_visible(row.tenant_id)
        ]
        WebhookDelivery.objects.bulk_create(
            (
                WebhookDelivery(
                    webhook=row,
                    event=event,
                    kind=kind.name,
                    message_id=message_id_of(row.pk, event.pk, event.at),
                    state=WebhookDeliveryState.PENDING if row.is_active else WebhookDeliveryState.SKIPPED,
                    **on_hold,
                )
                for row in webhooks
            ),
            ignore_conflicts=True,
        )
        wake([row.pk for row in webhooks])


def data_for(kind: EventKind, event: Event, tenant_id: int) -> dict[str, Any] | None:
    """What the tenant may know of the event now; None for what it may not, or where it has no access any more."""
    with acting_as(SYSTEM):
        reader = reader_of(tenant_id)
    if reader is None:
        return None
    with acting_as(reader):
        data = kind.data(reader, event)
    return None if data is None else dict(data)
