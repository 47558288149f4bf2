"""The journal: one line per act, written in the transaction of the act, and the job that routes it."""

import structlog
from django.db.models import Model

from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.models import Event
from portal.kernel.outbox import enqueue


def record(actor: Actor, kind: str, target: Model, /, **data: object) -> Event:
    """Write the line `kind` about `target` and queue its routing. `data` holds ids and states, no personal data.

    What is told of the past reaches inboxes alone: nobody gets a letter about it.
    """
    event = Event.objects.create(
        at=clock.now(),
        kind=kind,
        actor_kind=actor.kind,
        person_id=actor.person_id,
        tenant_id=actor.tenant_id,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        data=data,
    )
    quiet = {"quiet": 1} if clock.is_set() else {}
    enqueue("route_event", key=f"event:{event.pk}", payload={"event": event.pk, **quiet})
    return event
