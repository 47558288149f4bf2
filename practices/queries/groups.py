"""Working groups as the actor may see them: the list, who is in one, the practices that name it."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from portal.kernel.access import Actor, can
from portal.kernel.alphabet import ByAlphabet
from practices.access import person_token
from practices.enums import RELEASED_STATES
from practices.models import GroupMembership, Practice, Version, WorkingGroup
from practices.queries.directory import current_memberships


def group_rows(actor: Actor) -> Any:
    """Open ones first, by name, each with how many people are in it."""
    inside = Count("memberships", filter=Q(memberships__ended_at__isnull=True), distinct=True)
    rows = WorkingGroup.objects.visible_to(actor).select_related("organisation")
    return rows.annotate(size=inside, closed=Q(closed_at__isnull=False)).order_by(
        "closed", ByAlphabet("name"), "pk"
    )


def own_groups(actor: Actor) -> Any:
    """Those that the actor is in: what they say to each other is for their members alone."""
    memberships = GroupMembership.objects.visible_to(actor).filter(
        person_id=actor.person_id, organisation_id=actor.tenant_id, ended_at__isnull=True
    )
    return WorkingGroup.objects.filter(pk__in=memberships.values("group"))


def possible_on_group(
    actor: Actor, group: WorkingGroup, own: GroupMembership | None
) -> tuple[list[str], str]:
    """What the actor, with their `own` membership, can do with it now, by name, and why they cannot leave it."""
    acts = ("change", "bring_in", "take_out", "leave", "close")
    refusal = leaving_refusal(group, own) if own else ""
    is_stuck = own is None or refusal
    allowed = [act for act in acts if (act != "leave" or not is_stuck) and can(actor, f"group.{act}", group)]
    return allowed, refusal


def leaving_refusal(group: WorkingGroup, membership: GroupMembership) -> str:
    """Why it cannot end now: nobody would lead those who stay; empty where it can, and in a closed group."""
    if group.closed_at is not None or not membership.leads:
        return ""
    others = group.memberships.filter(ended_at__isnull=True).exclude(pk=membership.pk)
    if others.exists() and not others.filter(leads=True).exists():
        return _("The group needs a leader: choose another one first.")
    return ""


def members_of(actor: Actor, group: WorkingGroup) -> list[Any]:
    """Who is in it now, leads first; people who have left their organisation are not."""
    memberships = current_memberships().filter(
        person_id=OuterRef("person_id"), organisation_id=OuterRef("organisation_id")
    )
    rows = GroupMembership.objects.visible_to(actor).filter(
        Exists(memberships), group=group, ended_at__isnull=True
    )
    members = list(
        rows.select_related("person", "organisation").order_by("-leads", ByAlphabet("person__name"), "pk")
    )
    for row in members:
        row.person_token = person_token(row.person_id, row.organisation_id)
        row.is_me = (row.person_id, row.organisation_id) == (actor.person_id, actor.tenant_id)
    return members


def read_by_group(practices: Any, group_id: int) -> Any:
    """Those of the practices that people read because they are in the group."""
    return practices.filter(reader_tokens__contains=[f"group:{group_id}"], state__in=RELEASED_STATES)


def group_practices(actor: Actor, group: WorkingGroup) -> list[Practice]:
    """What the group reads, as far as the actor may see it; newest first."""
    readable = Prefetch("versions", Version.objects.visible_to(actor))
    rows = read_by_group(Practice.objects.visible_to(actor), group.pk)
    rows = rows.select_related("organisation").prefetch_related(readable).order_by("-shared_at", "-pk")
    practices = list(rows[:50])
    for row in practices:
        versions = list(row.versions.all())
        row.title = versions[0].content.get("title", "") if versions else ""
    return [row for row in practices if row.title]
