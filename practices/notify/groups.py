"""Notices about working groups: somebody is in one now."""

from collections.abc import Iterable

from django.urls import reverse

from portal.kernel.access import Actor
from portal.kernel.models import Event
from portal.kernel.notices import Recipient
from practices.access import named
from practices.enums import Label
from practices.models import GroupMembership
from practices.notify.letters import Context, letter, notice, page_of
from practices.notify.who import each_once, people_named


def _brought_in(event: Event) -> Iterable[Recipient]:
    rows = GroupMembership.objects.filter(
        group_id=event.target_id, person_id=event.data.get("person"), ended_at__isnull=True
    )
    return each_once(event, people_named(named(row.person_id, row.organisation_id) for row in rows))


def _about(actor: Actor, event: Event) -> Context | None:
    """As long as they are in it. What a group is called is for its members: the letter does not say it."""
    rows = (
        GroupMembership.objects.visible_to(actor)
        .select_related("group")
        .filter(
            group_id=event.target_id,
            person_id=actor.person_id,
            organisation_id=actor.tenant_id,
            ended_at__isnull=True,
        )
    )
    held = rows.first()
    if held is None:
        return None
    url = reverse(page_of(actor, "group"), args=[held.group.key])
    return letter(actor, event, event.kind, url, Label.RED)


NOTICES = (notice("group.bring_in", _brought_in, _about),)
