"""Working groups: who makes and leads them, who reads by them, and what ends."""

import pytest
from django.utils import timezone

from alliance.models import Membership
from portal.kernel.access import ANYONE, SYSTEM, Actor, acting_as, can
from portal.kernel.errors import DomainError, Forbidden
from practices.access import person_token
from practices.audiences import audience
from practices.enums import Label
from practices.models import GroupMembership, Practice, WorkingGroup
from practices.queries.directory import people_in_groups
from practices.queries.groups import members_of, possible_on_group
from practices.services.audiences import set_readers
from practices.services.groups import (
    bring_in_member,
    change_group,
    close_group,
    leave_group,
    make_group,
    take_out_member,
)
from practices.services.practices import share_practice_directly
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft

pytestmark = pytest.mark.django_db


def new_group(cast: Cast, by: str = "alice") -> WorkingGroup:
    group: WorkingGroup = call_as(cast.actor(by), make_group, name="Grooming", purpose="First messages.")
    return group


def carol_in(cast: Cast, group: WorkingGroup) -> GroupMembership:
    key = person_token(cast.carol.pk, cast.beacon.pk)
    group_membership: GroupMembership = call_as(cast.actor("alice"), bring_in_member, group, key)
    return group_membership


def members(group: WorkingGroup) -> list[tuple[str, bool]]:
    with acting_as(SYSTEM):
        rows = group.memberships.filter(ended_at__isnull=True).order_by("pk")
        return [(row.person.name, row.leads) for row in rows]


def sees(actor: Actor) -> bool:
    with acting_as(actor):
        return WorkingGroup.objects.visible_to(actor).exists() and WorkingGroup.objects.exists()


def reads(actor: Actor) -> bool:
    with acting_as(actor):
        return Practice.objects.visible_to(actor).exists() and Practice.objects.exists()


def share_with(cast: Cast, group: WorkingGroup) -> Practice:
    practice = make_draft(cast, Label.AMBER_STRICT)
    call_as(cast.actor("alice"), set_readers, practice, audience(Label.AMBER_STRICT, groups=[group.pk]))
    shared: Practice = call_as(cast.actor("sven"), share_practice_directly, practice)
    return shared


def test_a_person_who_makes_a_group_leads_it(cast: Cast) -> None:
    assert members(new_group(cast)) == [("Alice", True)]
    aside = call_as(cast.actor("mona"), make_group, name="Search", purpose="", joins=False)
    assert members(aside) == []
    for name in ("bob", "rita"):
        with pytest.raises(Forbidden):
            call_as(cast.actor(name), make_group, name="X", purpose="")


def test_a_name_that_nobody_sees_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError, match="invisible"):
        call_as(cast.actor("alice"), make_group, name="Groom\u202eing", purpose="")


def test_its_members_and_the_secretariat_see_it_and_nobody_else(cast: Cast) -> None:
    group = new_group(cast)
    carol_in(cast, group)
    seen = {name: sees(cast.actor(name)) for name in ("alice", "bob", "carol", "rita", "mona")}
    assert seen == {"alice": True, "bob": False, "carol": True, "rita": True, "mona": True}
    assert not sees(ANYONE)


def test_those_who_lead_it_and_managers_change_it(cast: Cast) -> None:
    group = new_group(cast)
    carol_in(cast, group)
    for verb in ("change", "bring_in", "take_out", "close"):
        names = [
            name
            for name in ("alice", "sven", "carol", "rita", "mona")
            if call_as(cast.actor(name), can, f"group.{verb}", group)
        ]
        assert names == ["alice", "mona"], verb
    names = [
        name
        for name in ("alice", "sven", "carol", "mona")
        if call_as(cast.actor(name), can, "group.leave", group)
    ]
    assert names == ["alice", "carol"]


def test_only_present_members_of_a_group_read_what_names_it(cast: Cast) -> None:
    group, carol = new_group(cast), cast.actor("carol")
    share_with(cast, group)
    assert not reads(carol)
    group_membership = carol_in(cast, group)
    assert reads(carol)
    call_as(cast.actor("alice"), take_out_member, group, group_membership)
    assert not reads(carol)
    carol_in(cast, group)
    call_as(carol, leave_group, group)
    assert (reads(carol), members(group)) == (False, [("Alice", True)])


def test_the_end_of_a_membership_ends_the_place_in_its_groups(cast: Cast) -> None:
    group, carol = new_group(cast), cast.actor("carol")
    share_with(cast, group)
    carol_in(cast, group)
    Membership.objects.filter(person=cast.carol).update(ended_at=timezone.now())

    assert [person.name for person in people_in_groups([group.pk])[group.pk]] == ["Alice"]
    with pytest.raises(DomainError, match="no longer has access"):
        call_as(cast.actor("alice"), bring_in_member, group, person_token(cast.carol.pk, cast.beacon.pk))
    Membership.objects.create(person=cast.carol, organisation=cast.aurora, roles=["reader"])
    again = cast.actor("carol")
    assert (again.tenant_id, sees(again)) == (cast.aurora.pk, False)
    assert carol.tenant_id == cast.beacon.pk


def test_somebody_leads_a_group_as_long_as_anybody_is_in_it(cast: Cast) -> None:
    group, alice = new_group(cast), cast.actor("alice")
    carol_in(cast, group)
    with pytest.raises(DomainError, match="needs a leader"):
        call_as(alice, leave_group, group)
    call_as(alice, bring_in_member, group, person_token(cast.carol.pk, cast.beacon.pk), leads=True)
    call_as(alice, leave_group, group)
    assert members(group) == [("Carol", True)]


def test_a_closed_group_takes_in_nobody_and_reads_on(cast: Cast) -> None:
    group, carol = new_group(cast), cast.actor("carol")
    practice = share_with(cast, group)
    carol_in(cast, group)
    call_as(cast.actor("mona"), close_group, group)

    assert reads(carol)
    for service, arguments in (
        (bring_in_member, (person_token(cast.sven.pk, cast.aurora.pk),)),
        (close_group, ()),
    ):
        with pytest.raises(Forbidden):
            call_as(cast.actor("alice"), service, group, *arguments)
    with pytest.raises(Forbidden):
        call_as(cast.actor("alice"), change_group, group, name="Other", purpose="")
    with pytest.raises(DomainError, match="working groups is closed"):
        call_as(cast.actor("alice"), set_readers, practice, audience(Label.AMBER_STRICT, groups=[group.pk]))
    # nobody can be made a leader any more, so the last one need not be replaced
    alice = cast.actor("alice")
    with acting_as(SYSTEM):
        group.refresh_from_db()
    own = call_as(alice, members_of, group)[0]
    assert "leave" in call_as(alice, possible_on_group, group, own)[0]
    call_as(alice, leave_group, group)
    assert members(group) == [("Carol", False)]
