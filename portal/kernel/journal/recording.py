"""The journal: one entry per act, written in the transaction of the act, and the job that routes it.

Entries about restricted models are visible only to people who may see the row.
"""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Model, Q, QuerySet

from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.jobs import enqueue
from portal.kernel.journal.models import Event


@dataclass(frozen=True, slots=True)
class TargetPlace:
    """Where a target belongs: the tenant whose it is, and the thing that it is part of (model and number)."""

    tenant_id: int | None = None
    parent_type: str = ""
    parent_id: int | None = None


PlaceFinder = Callable[[Any], TargetPlace]
_PLACE_FINDERS: dict[str, PlaceFinder] = {}


def register_places(finders: Mapping[str, PlaceFinder]) -> None:
    """Register where the rows of an app belong, by the app's label: its entries are found by tenant and by parent."""
    _PLACE_FINDERS.update(finders)


def record(actor: Actor, kind: str, target: Model, /, **data: object) -> Event:
    """Write the entry `kind` about `target` and queue its routing. `data` holds ids and states, no personal data.

    It is done to the `person` of the data, else to the person that the target is or belongs to, unless they act
    themselves; a `successor` in the data is somebody who takes something over.
    With the clock set to the past, inboxes alone are filled: no letter is sent. An act through a credential
    names it.
    """
    if actor.credential_id is not None:
        data = {**data, "credential": actor.credential_id}
    # an entry is written by whom it names; that of nobody, by the portal itself
    with nullcontext() if actor.is_person else acting_as(SYSTEM):
        return _record(actor, kind, target, data)


def _record(actor: Actor, kind: str, target: Model, data: Mapping[str, object]) -> Event:
    finder = _PLACE_FINDERS.get(target._meta.app_label)
    place = finder(target) if finder else TargetPlace()
    event = Event.objects.create(
        at=clock.now(),
        kind=kind,
        actor_kind=actor.kind,
        person_id=actor.person_id,
        tenant_id=actor.tenant_id,
        subject_id=_other_than(actor, data.get("person") or _person_behind(target)),
        successor_id=_other_than(actor, data.get("successor")),
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target_tenant_id=place.tenant_id,
        parent_type=place.parent_type,
        parent_id=place.parent_id,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        data=data,
    )
    quiet = {"quiet": 1} if clock.is_set() else {}
    enqueue("route_event", key=f"event:{event.pk}", payload={"event": event.pk, **quiet})
    return event


def _person_behind(target: Model) -> object:
    """The number of the person that the target is, or to whom it belongs; None where it is nobody's."""
    return target.pk if isinstance(target, get_user_model()) else getattr(target, "person_id", None)


def _other_than(actor: Actor, person_id: object) -> int | None:
    return person_id if isinstance(person_id, int) and person_id != actor.person_id else None


class RoutingHook(Protocol):
    """What else is done when an entry is routed; `quiet` for one that is told of the past."""

    def __call__(self, event: Event, *, quiet: bool) -> object: ...


_ROUTING_HOOKS: list[RoutingHook] = []


def on_routing(hook: RoutingHook) -> RoutingHook:
    """Register what is done, as SYSTEM, in the transaction of the job that routes an entry. It only queues jobs."""
    _ROUTING_HOOKS.append(hook)
    return hook


def run_routing_hooks(event: Event, *, quiet: bool) -> None:
    """Do what is registered for every entry that is routed."""
    for hook in _ROUTING_HOOKS:
        hook(event, quiet=quiet)


def last_entry_about(target: Model, *kinds: str) -> Event | None:
    """The last entry of these kinds about one row, whoever may read it; None without one. One query, as SYSTEM.

    For whoever sees the row and is to know who was quicker: what of the entry is said to them, the caller decides.
    """
    with acting_as(SYSTEM):
        rows = Event.objects.filter(target_type=target._meta.label_lower, target_id=target.pk, kind__in=kinds)
        return rows.order_by("-pk").first()


VisibleRows = Callable[[Actor], QuerySet[Any]]  # the rows of one model that the actor may know of
_RESTRICTED: dict[str, VisibleRows] = {}


def restrict_entries(*models: Any) -> None:
    """Restrict the entries about these models to people who may see the row, by their `visible_to`."""
    for model in models:
        restrict_entries_by(model, model.objects.visible_to)


def restrict_entries_by(model: type[Model], visible_rows: VisibleRows) -> None:
    """Restrict the entries about this model to people who may see the row, by `visible_rows`."""
    _RESTRICTED[model._meta.label_lower] = visible_rows


HiddenEntries = Callable[[Actor], Q]  # the entries that the actor may not know of, though they see the row
_HIDDEN: dict[str, HiddenEntries] = {}


def hide_entries(model: type[Model], hidden: HiddenEntries) -> None:
    """Hide entries about rows of a restricted model that somebody has come to see only later, from before that.

    Raises ValueError for a model that is not restricted.
    """
    if model._meta.label_lower not in _RESTRICTED:
        raise ValueError(f"The entries about {model._meta.label} are not restricted.")
    _HIDDEN[model._meta.label_lower] = hidden


def is_restricted(event: Event) -> bool:
    """Whether the entry is about a restricted model."""
    return event.target_type in _RESTRICTED


def entries_visible_to(actor: Actor) -> QuerySet[Event]:
    """All entries but those about restricted rows that the actor may not see, or that are gone. Sends one query."""
    visible = ~Q(target_type__in=_RESTRICTED)
    for label in _restricted_labels_in_use():
        # the kind of target first: PostgreSQL asks for what stands behind it only where that is right
        about_visible = Q(target_type=label) & Q(target_id__in=_RESTRICTED[label](actor).values("pk"))
        if label in _HIDDEN:
            about_visible &= ~_HIDDEN[label](actor)
        visible |= about_visible
    return Event.objects.filter(visible)


def _restricted_labels_in_use() -> list[str]:
    """The restricted models that any entry is about: asking for the visible rows of others is a waste.

    One look into the index for each: written as EXISTS, the planner reads the whole journal to join it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT label FROM unnest(%s::text[]) AS label"
            " WHERE (SELECT id FROM portal_event WHERE target_type = label LIMIT 1) IS NOT NULL",
            [list(_RESTRICTED)],
        )
        return [row[0] for row in cursor.fetchall()]
