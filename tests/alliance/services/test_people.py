"""Memberships: roles within their kind, the last holders, and access that ends at once."""

import pytest

from alliance.enums import OrganisationKind, OrganisationState, Role
from alliance.models import Membership
from alliance.queries.actors import actor_for
from alliance.services.people import check_membership_end, choose_language, end_membership, set_roles
from portal.kernel.access import ANYONE
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, make_organisation, make_person

pytestmark = pytest.mark.django_db


def of(person: object) -> Membership:
    return Membership.objects.get(person=person, ended_at=None)


def test_an_administrator_changes_what_a_colleague_may_do(cast: Cast) -> None:
    set_roles(cast.actor("sven"), of(cast.bob), ["editor", "reader"])

    assert of(cast.bob).roles == ["reader", "editor"]
    event = Event.objects.get(kind="membership.grant")
    assert event.data == {"person": cast.bob.pk, "before": ["reader"], "grants": ["reader", "editor"]}


def test_nobody_but_an_administrator_or_a_manager_changes_grants(cast: Cast) -> None:
    for name in ("alice", "bob", "carol", "rita"):
        with pytest.raises(Forbidden):
            set_roles(cast.actor(name), of(cast.bob), ["editor"])
    set_roles(cast.actor("mona"), of(cast.bob), ["editor"])
    assert of(cast.bob).roles == ["editor"]


@pytest.mark.parametrize("roles", [["manager"], ["reader", "reviewer"], []])
def test_roles_of_another_kind_of_organisation_are_refused(cast: Cast, roles: list[str]) -> None:
    with pytest.raises(DomainError) as refusal:
        set_roles(cast.actor("sven"), of(cast.bob), roles)
    assert refusal.value.field == "roles"


def test_the_last_signatory_keeps_the_right_to_sign(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        set_roles(cast.actor("sven"), of(cast.sven), ["administrator"])
    assert (
        str(refusal.value)
        == "This is the last signatory of Aurora Video: give this right to someone else first."
    )


def test_a_person_who_alone_holds_several_rights_sees_all_at_once(cast: Cast) -> None:
    set_roles(cast.actor("mona"), of(cast.sven), ["signatory", "administrator"], office="Head")

    with pytest.raises(
        DomainError, match="This is the last signatory and administrator of Aurora Video: give these"
    ):
        set_roles(cast.actor("mona"), of(cast.sven), ["editor"])


def test_with_a_successor_the_signatory_may_go(cast: Cast) -> None:
    set_roles(cast.actor("sven"), of(cast.alice), ["editor", "signatory", "administrator"], office="Deputy")

    end_membership(cast.actor("alice"), of(cast.sven))

    assert not Membership.objects.current().filter(person=cast.sven).exists()


def test_a_successor_who_cannot_sign_in_is_none(cast: Cast) -> None:
    successor = make_person("Dora", cast.aurora, Role.SIGNATORY, Role.ADMINISTRATOR)
    successor.is_active = False
    successor.save()
    with pytest.raises(DomainError):
        check_membership_end(of(cast.sven))


def test_the_secretariat_keeps_a_manager(cast: Cast) -> None:
    with pytest.raises(DomainError):
        end_membership(cast.actor("mona"), of(cast.mona))


def test_an_organisation_that_left_keeps_nobody(cast: Cast) -> None:
    gone = make_organisation("gone", OrganisationKind.MEMBER, OrganisationState.FORMER)
    last = make_person("Last", gone, Role.SIGNATORY)
    end_membership(cast.actor("mona"), of(last))
    assert not Membership.objects.current().filter(person=last).exists()


def test_access_ends_with_the_membership(cast: Cast) -> None:
    assert actor_for(cast.bob.pk, cast.aurora.pk).roles == {"reader"}
    end_membership(cast.actor("sven"), of(cast.bob))
    assert actor_for(cast.bob.pk, cast.aurora.pk) == ANYONE


def test_a_membership_ends_once(cast: Cast) -> None:
    membership = of(cast.bob)
    end_membership(cast.actor("sven"), membership)
    with pytest.raises(WrongState):
        end_membership(cast.actor("sven"), membership)


def test_a_person_who_signs_needs_an_office(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        set_roles(cast.actor("sven"), of(cast.bob), ["signatory"], office=" ")
    assert refusal.value.field == "office"


def test_a_person_is_addressed_in_the_language_of_their_choice(cast: Cast) -> None:
    choose_language(cast.alice, "ru")
    cast.alice.refresh_from_db()
    assert cast.alice.language == "ru"
