"""Working groups: made by the secretariat or by members, with people of several organisations."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.queries.last_edits import refuse_other_values
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require, tenant_of
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import clean_name, clean_text
from practices.models import GroupMembership, WorkingGroup
from practices.queries.directory import people_named
from practices.queries.groups import leaving_refusal


@transaction.atomic
def make_group(actor: Actor, *, name: str, purpose: str, joins: bool = True) -> WorkingGroup:
    """Create a group and lead it; a manager of the secretariat may create one without joining it.

    Raises Forbidden without `group.make`, and DomainError for an invalid name.
    """
    require(actor, "group.make")
    texts = {"name": clean_name(name, field="name"), "purpose": clean_text(purpose, field="purpose").strip()}
    with acting_as(SYSTEM):  # a group is seen and filled by those in it, and so far nobody is
        group = WorkingGroup.objects.create(organisation_id=tenant_of(actor), **texts)
        if joins or not actor.is_host:
            _join(group, person_of(actor), tenant_of(actor), leads=True)
    journal.record(actor, "group.make", group)
    return group


@transaction.atomic
def change_group(
    actor: Actor, group: WorkingGroup, *, name: str, purpose: str, seen: str | None = None
) -> WorkingGroup:
    """Change the name and purpose of a group.

    `seen`: the key of the `group_values` that the actor has seen, None for any. Raises Forbidden without
    `group.change`, Conflict when they were changed in between, and DomainError for an invalid name.
    """
    locked = _locked(actor, group, "group.change")
    refuse_other_values(actor, locked, group_values(locked), seen, "group.change")
    locked.name = clean_name(name, field="name")
    locked.purpose = clean_text(purpose, field="purpose").strip()
    locked.save(update_fields=["name", "purpose"])
    journal.record(actor, "group.change", locked)
    return locked


def group_values(group: WorkingGroup) -> dict[str, object]:
    """What a change of a group replaces, by column."""
    return {"name": group.name, "purpose": group.purpose}


@transaction.atomic
def bring_in_member(
    actor: Actor, group: WorkingGroup, person: str, *, leads: bool = False
) -> GroupMembership:
    """Bring somebody in, named as `access.person_token` writes people; they read from now on what names the group.

    Its sources are notified. A second call changes nothing, but may make them lead.
    Refuses somebody who has no access here.
    """
    locked = _locked(actor, group, "group.bring_in")
    new_member = next(iter(people_named([person])), None)
    if new_member is None:
        raise DomainError(_("This person no longer has access here."), field="person")
    person_id, organisation_id = (int(part) for part in person.split("."))
    inside = locked.memberships.filter(
        person_id=person_id, organisation_id=organisation_id, ended_at__isnull=True
    )
    group_membership: GroupMembership | None = inside.first()
    joined = group_membership is None
    if group_membership is None:
        group_membership = _join(locked, person_id, organisation_id, leads=leads)
    elif leads and not group_membership.leads:
        group_membership.leads = True
        group_membership.save(update_fields=["leads"])
    else:
        return group_membership
    journal.record(
        actor, "group.bring_in", locked, person=person_id, leads=group_membership.leads, joined=joined
    )
    return group_membership


@transaction.atomic
def take_out_member(actor: Actor, group: WorkingGroup, membership: GroupMembership) -> None:
    """End the membership of a person: they can no longer read what names the group.

    Raises Forbidden without `group.take_out`, and DomainError for the last leader of an open group with other members.
    """
    locked = _locked(actor, group, "group.take_out")
    active_membership = locked.memberships.filter(pk=membership.pk, ended_at__isnull=True).first()
    if active_membership is not None:
        _end_membership(actor, locked, active_membership, "group.take_out")


@transaction.atomic
def leave_group(actor: Actor, group: WorkingGroup) -> None:
    """End the actor's own membership.

    Raises Forbidden without `group.leave`, and DomainError for the last leader of an open group with other members.
    """
    locked = _locked(actor, group, "group.leave")
    membership = locked.memberships.get(
        person_id=person_of(actor), organisation_id=tenant_of(actor), ended_at__isnull=True
    )
    _end_membership(actor, locked, membership, "group.leave")


@transaction.atomic
def close_group(actor: Actor, group: WorkingGroup) -> WorkingGroup:
    """Close the group: no one can join it and no other practice can name it. Members keep what they can read.

    Raises Forbidden without `group.close`, and WrongState when it is closed already.
    """
    locked = _locked(actor, group, "group.close")
    if locked.closed_at is not None:
        raise WrongState(_("Working group closed"))
    locked.closed_at = clock.now()
    locked.save(update_fields=["closed_at"])
    journal.record(actor, "group.close", locked)
    return locked


def _locked(actor: Actor, group: WorkingGroup, rule: str) -> WorkingGroup:
    locked: WorkingGroup = WorkingGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    require(actor, rule, locked)
    return locked


def _join(group: WorkingGroup, person_id: int, organisation_id: int, *, leads: bool) -> GroupMembership:
    joined: GroupMembership = GroupMembership.objects.create(
        group=group, person_id=person_id, organisation_id=organisation_id, leads=leads
    )
    return joined


def _end_membership(actor: Actor, group: WorkingGroup, membership: GroupMembership, event: str) -> None:
    if refusal := leaving_refusal(group, membership):
        raise DomainError(refusal)
    membership.ended_at = clock.now()
    with acting_as(SYSTEM):  # who leaves does not see it any more
        membership.save(update_fields=["ended_at"])
    journal.record(actor, event, group, person=membership.person_id)
