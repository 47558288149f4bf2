"""Inbox items, and what they say to their reader now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from portal.kernel.access import Actor
from portal.kernel.notices import subjects
from portal.kernel.notices.models import Channel, Delivery
from portal.kernel.notices.registry import find_notice


def inbox_items(actor: Actor) -> Any:
    """The actor's inbox items for the tenant they act for, newest first, by an index: somebody has thousands."""
    deliveries = Delivery.objects.filter(
        channel=Channel.INBOX, recipient_id=actor.person_id or 0, tenant_id=actor.tenant_id or 0
    )
    # nothing of the event but with the rows themselves: all of them are counted without it
    return deliveries.select_related("event").order_by("-created_at", "-pk")


def attach_names(actor: Actor, items: Iterable[Any], *, leaving: bool = False) -> None:
    """Attach to the items the names that the actor may see now; as many queries for all as for one.

    What is `leaving` the portal, in a file, bears the names of letters.
    """
    by_sort = defaultdict(list)
    for item in items:
        notice = find_notice(item.kind)
        lookup = notice and ((leaving and notice.letter_name_lookup) or notice.name_lookup)
        if lookup:
            by_sort[lookup].append(item)
    for looks_up, those in by_sort.items():
        names = looks_up(actor, [item.event for item in those])
        for item in those:
            item.names = names.get(item.event_id)


def subject_of(item: Any) -> str:
    """The subject of an inbox item in the reader's language; older items have a stored subject."""
    notice = find_notice(item.kind)
    if not notice or not item.quotes:
        return str(item.subject)
    return subjects.render_with_quotes(notice.template, item.quotes, getattr(item, "names", None))


@dataclass(frozen=True, slots=True)
class InboxGroup:
    """The items of a page that are about one thing, the newest first; `title` is empty where it stands alone."""

    title: str
    label: str
    items: Sequence[Any]


def grouped(items: Iterable[Any]) -> list[InboxGroup]:
    """The items by what they are about, as far as their names say so; a group stands where its newest item does."""
    by_subject: dict[str, list[Any]] = {}
    for item in items:
        names = getattr(item, "names", None) or {}
        by_subject.setdefault(names.get("about") or f"item:{item.pk}", []).append(item)
    return [_group(rows) for rows in by_subject.values()]


def _group(rows: Sequence[Any]) -> InboxGroup:
    names = getattr(rows[0], "names", None) or {}
    title = str(names.get("title", "")) if len(rows) > 1 else ""
    return InboxGroup(title, str(names.get("label", "")), rows)
