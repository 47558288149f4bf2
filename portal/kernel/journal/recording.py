"""The journal: one line per act, written in the transaction of the act, and the job that routes it.

Whoever reads it learns that the things in it exist: of shaded models, only those that they may see.
"""

from collections.abc import Callable
from typing import Any

import structlog
from django.db import connection
from django.db.models import Model, Q, QuerySet

from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.jobs import enqueue
from portal.kernel.journal.models import Event


def record(actor: Actor, kind: str, target: Model, /, **data: object) -> Event:
    """Write the line `kind` about `target` and queue its routing. `data` holds ids and states, no personal data.

    What is told of the past reaches inboxes alone: nobody gets a letter about it. An act through a credential
    names it.
    """
    if actor.credential_id is not None:
        data = {**data, "credential": actor.credential_id}
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


VisibleRows = Callable[[Actor], QuerySet[Any]]  # the rows of one model that the actor may know of
_RESTRICTED: dict[str, VisibleRows] = {}


def restrict_entries(*models: Any) -> None:
    """Name the models that not every reader of the journal may know of; each has a manager with a sight."""
    for model in models:
        restrict_entries_by(model, model.objects.visible_to)


def restrict_entries_by(model: type[Model], visible_rows: VisibleRows) -> None:
    """Lines about this model are read by those alone who may know of the row."""
    _RESTRICTED[model._meta.label_lower] = visible_rows


def is_restricted(event: Event) -> bool:
    """Whether the line is about something that not every reader of the journal may know of."""
    return event.target_type in _RESTRICTED


def entries_visible_to(actor: Actor) -> QuerySet[Event]:
    """All lines but those about shaded things that the actor may not see, or that are gone. One query is sent."""
    visible = ~Q(target_type__in=_RESTRICTED)
    for label in _restricted_labels_in_use():
        visible |= Q(target_type=label, target_id__in=_RESTRICTED[label](actor).values("pk"))
    return Event.objects.filter(visible)


def _restricted_labels_in_use() -> list[str]:
    """The shaded models that any line is about: to ask for the sight of others costs much and finds nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT label FROM unnest(%s::text[]) AS label"
            " WHERE EXISTS (SELECT FROM portal_event WHERE target_type = label)",
            [list(_RESTRICTED)],
        )
        return [row[0] for row in cursor.fetchall()]
