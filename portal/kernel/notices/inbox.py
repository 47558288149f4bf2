"""Lines of the inbox, and what they say to whoever reads them now."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F

from portal.kernel import subjects
from portal.kernel.access import Actor
from portal.kernel.models import Channel, Delivery
from portal.kernel.notices.registry import find_notice


def inbox(actor: Actor) -> Any:
    """The actor's inbox lines for the tenant they act for, newest first."""
    lines = Delivery.objects.filter(
        channel=Channel.INBOX, recipient_id=actor.person_id or 0, tenant_id=actor.tenant_id or 0
    )
    return lines.select_related("event").annotate(kind=F("event__kind")).order_by("-created_at", "-pk")


def look_up(actor: Actor, lines: Iterable[Any]) -> None:
    """Give the lines what their subjects may say to the actor now; as many queries for all as for one."""
    by_sort = defaultdict(list)
    for line in lines:
        notice = find_notice(line.kind)
        if notice and notice.looks_up:
            by_sort[notice.looks_up].append(line)
    for looks_up, those in by_sort.items():
        found = looks_up(actor, [line.event for line in those])
        for line in those:
            line.named = found.get(line.event_id)


def subject_of(line: Any) -> str:
    """What a line of the inbox is about, in the reader's language; lines of old kept the words of their day."""
    notice = find_notice(line.kind)
    if not notice or not line.quoted:
        return str(line.subject)
    return subjects.say(notice.template, line.quoted, getattr(line, "named", None))
