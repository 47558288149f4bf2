"""Notices about working groups: somebody is in one now, and whose practices they read there."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Notice, Recipient
from practices.access import owns, person_token
from practices.enums import Label, strictest
from practices.models import GroupMembership, Practice, WorkingGroup
from practices.notify.letters import TemplateContext, letter_context, page_of
from practices.notify.recipients import people_named, source_of, unique_recipients
from practices.queries.groups import read_by_group

# --- Who -------------------------------------------------------------------------------------


def _recipients(event: Event) -> list[Recipient]:
    """The person who was added, and the sources of what they read from now on."""
    memberships = GroupMembership.objects.filter(
        group_id=event.target_id, person_id=event.data.get("person"), ended_at__isnull=True
    )
    new_member = people_named(person_token(row.person_id, row.organisation_id) for row in memberships)
    # no source where somebody who was in the group already leads it from now on
    practices = _shared_with_group_since(event, Practice.objects.all()) if event.data.get("joined") else []
    sources = (each for practice in practices for each in source_of(practice))
    return unique_recipients(event, new_member, sources)


def _shared_with_group_since(event: Event, practices: Any) -> Any:
    """What was shared with the group when they came; who names the group later knows that they are in it."""
    return read_by_group(practices, event.target_id).filter(shared_at__lte=event.at)


# --- What ------------------------------------------------------------------------------------


def _for_member(actor: Actor, event: Event) -> TemplateContext | None:
    """As long as they are in it. What a group is called is for its members: the letter does not say it."""
    if actor.person_id != event.data.get("person"):
        return None
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
    membership = rows.first()
    if membership is None:
        return None
    url = reverse(page_of(actor, "group"), args=[membership.group.key])
    return letter_context(event, event.kind, url, Label.RED)


def _for_source(actor: Actor, event: Event) -> TemplateContext | None:
    """Under the strictest of their labels, without any title, and without who came."""
    visible = (
        _shared_with_group_since(event, Practice.objects.visible_to(actor))
        if event.data.get("joined")
        else []
    )
    own = [practice for practice in visible if owns(actor, practice)]
    if not own:
        return None
    label = strictest(*(practice.label for practice in own))
    # those who do not see the group find their practices, and who reads each of them
    group = WorkingGroup.objects.visible_to(actor).filter(pk=event.target_id).first()
    link = reverse(page_of(actor, "group"), args=[group.key]) if group else reverse("workspace:practice-ours")
    return {**letter_context(event, event.kind, link, label), "n": len(own)}


def _group_names(actor: Actor, events: Sequence[Event]) -> Mapping[int, Mapping[str, str]]:
    """By event, what the group is called, to everyone who may see it now."""
    groups = WorkingGroup.objects.visible_to(actor).in_bulk({event.target_id for event in events})
    return {
        event.pk: {"group": groups[event.target_id].name} for event in events if event.target_id in groups
    }


NOTICES = (
    Notice(
        "group.bring_in",
        "practices/email/brought_in.html",
        _recipients,
        # to the person who was added, that they are in it; to a source, how many practices the group reads
        lambda actor, event: _for_member(actor, event) or _for_source(actor, event),
        quotes=("label", "what", "n"),
        name_lookup=_group_names,
        names_in_letters=False,
        group="working_groups",
    ),
)
