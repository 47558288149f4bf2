"""The journal: one line per act, written in the transaction of the act, and the job that routes it."""

import structlog
from django.db.models import Model

from portal.kernel.access import Actor
from portal.kernel.models import Event
from portal.kernel.outbox import enqueue


def record(actor: Actor, kind: str, target: Model, /, **data: object) -> Event:
    """Write the line `kind` about `target` and queue its routing. `data` holds ids and states, no personal data."""
    event = Event.objects.create(
        kind=kind,
        actor_kind=actor.kind,
        person_id=actor.person_id,
        tenant_id=actor.tenant_id,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        data=data,
    )
    enqueue("route_event", key=f"event:{event.pk}", payload={"event": event.pk})
    return event
