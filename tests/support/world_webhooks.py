"""Webhooks of the world: Aurora's and the secretariat's, one that is on and one that is paused, each with a message."""

from collections.abc import Mapping
from typing import Any

from portal.kernel import webhooks
from portal.kernel.access import acting_as
from portal.kernel.journal import Event
from portal.kernel.webhooks import Webhook, WebhookDelivery
from practices.models import Practice, PracticeChange
from tests.factories import Cast
from tests.support.canaries import canary

# nothing is sent to it before somebody moves a cycle, and nobody listens there
ADDRESS = "http://127.0.0.1:9/hooks/"


def make_webhooks(cast: Cast) -> dict[str, Mapping[str, Any]]:
    """Made through the real service; nobody has their secrets."""
    places: dict[str, Mapping[str, Any]] = {}
    for name, place in (("sven", "webhook"), ("mona", "webhook.host")):
        row = _webhook(cast, name, f"{place}-name", paused=False)
        paused = _webhook(cast, name, f"{place}-paused", paused=True)
        message = WebhookDelivery.objects.create(
            webhook=row,
            event=Event.objects.get(kind="webhook.create", target_id=row.pk),
            kind="cycle.opened",
            message_id=f"msg_{place}",
            state="failed",
        )
        places |= {
            place: {"pk": row.pk},
            f"{place}.paused": {"pk": paused.pk},
            f"{place}.delivery": {"pk": message.pk},
            f"{place}.message": {"message": message.message_id},
        }
    return places


def _webhook(cast: Cast, name: str, field: str, *, paused: bool) -> Webhook:
    with acting_as(cast.actor(name)) as actor:
        address = ADDRESS + canary(field)
        row, _secret = webhooks.create_webhook(
            actor, name=canary(field), address=address, kinds=("cycle.rescheduled",)
        )
        return webhooks.pause_webhook(actor, row) if paused else row


def make_practice_changes() -> None:
    """One row of the feed for each practice that was shared."""
    rows = Practice.objects.filter(state__in=("shared", "retired", "recalled")).order_by("pk")
    PracticeChange.objects.bulk_create(
        PracticeChange(number=number, practice=row, event_id=number, kind="practice.shared", mark="0" * 8)
        for number, row in enumerate(rows, 1)
    )
