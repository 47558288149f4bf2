"""What upper layers register: kinds of events with stable names, as whom a tenant reads, who sees webhooks."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.functional import Promise

from portal.kernel.access import NOTHING, Actor, VisibilityPolicy
from portal.kernel.journal import Event

EventData = Callable[[Actor, Event], Mapping[str, Any] | None]
EventSubjects = Callable[[Event], Collection[int] | None]

TEST_KIND = "webhook.test"  # what is sent when somebody tries a webhook, and nothing else


def tenant_of_target(event: Event) -> Collection[int] | None:
    """The tenant whose the target is; what is nobody’s is about all."""
    return None if event.target_tenant_id is None else (event.target_tenant_id,)


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of events that programs are notified of. Its name is promised: it stays as it is.

    `entries` are the kinds of the journal's entries behind it. `data`: what the tenant's reader may know of one of them
    now, by numbers and addresses rather than texts; None for what they may not see, or is not so any more. `subjects`:
    the tenants that one of them is about, None for all; a tenant that the reader may not know of is none.
    """

    name: str
    label: str | Promise
    entries: tuple[str, ...]
    data: EventData
    for_host: bool = True
    subjects: EventSubjects = tenant_of_target


ReaderSource = Callable[[int], Actor | None]

_KINDS: dict[str, EventKind] = {}
_KIND_OF_ENTRY: dict[str, EventKind] = {}
_READER_SOURCE: list[ReaderSource] = []
_POLICY: list[VisibilityPolicy] = []


def register_kinds(*kinds: EventKind) -> None:
    """Register kinds of events; called in `ready()` of an app."""
    for kind in kinds:
        _KINDS[kind.name] = kind
        _KIND_OF_ENTRY.update(dict.fromkeys(kind.entries, kind))


def event_kinds(*, for_host: bool) -> list[EventKind]:
    """The kinds that a webhook can be given, in the order of their registration."""
    return [kind for kind in _KINDS.values() if kind.for_host or not for_host]


def kind_label(name: str) -> str:
    """The words for a kind; its name where nobody registers it."""
    return str(_KINDS[name].label) if name in _KINDS else name


def kind_of_entry(entry: str) -> EventKind | None:
    """The public kind behind which an entry of the journal stands; None for most."""
    return _KIND_OF_ENTRY.get(entry)


def find_kind(name: str) -> EventKind | None:
    """The kind of this name; None when nobody registers it any more."""
    return _KINDS.get(name)


def known_kinds() -> list[str]:
    """The kinds of messages that can be made here; another version may have routed others."""
    return [TEST_KIND, *_KINDS]


def register_reader_source(source: ReaderSource) -> None:
    """Name the function that finds as whom a tenant reads; None for one that has no access any more."""
    _READER_SOURCE[:] = [source]


def reader_of(tenant_id: int) -> Actor | None:
    """The tenant as a reader: nobody by name, without a role."""
    return _READER_SOURCE[0](tenant_id)


def register_policy(policy: VisibilityPolicy) -> None:
    """Name the policy of seeing webhooks."""
    _POLICY[:] = [policy]


def visible_webhooks(actor: Actor) -> Q:
    return _POLICY[0](actor) if _POLICY else NOTHING


def visible_deliveries(actor: Actor) -> Q:
    """Those of the webhooks that one sees."""
    return Q(webhook__in=apps.get_model("portal", "Webhook").objects.visible_to(actor))
