"""A member that has left: nobody is invited there and no service added, by the page, the service or an old link."""

from datetime import date

import pytest
from django.test import Client

from alliance.enums import OrganisationState, Role
from alliance.models import Membership, Organisation
from alliance.queries.organisations import addition_refusal
from alliance.services.invitation_tokens import new_invitation_token
from alliance.services.invitations import accept_invitation, find_invitation, invite_person
from alliance.services.ownership import add_service
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError, WrongState
from tests.factories import Cast
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db
REFUSAL = "This organisation has left the alliance: no people and no services are added to it any more."


def leave(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(state=OrganisationState.FORMER)


def test_the_page_of_a_former_member_offers_no_invitation_and_no_service(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    ways = [f"/secretariat/members/{cast.aurora.pk}/{way}/" for way in ("people/invite", "services/add")]
    before = mona.get(f"/secretariat/members/{cast.aurora.pk}/").content.decode()
    leave(cast.aurora)
    after = mona.get(f"/secretariat/members/{cast.aurora.pk}/").content.decode()

    assert [[way in page for way in ways] for page in (before, after)] == [[True, True], [False, False]]


@pytest.mark.parametrize("way", ["people/invite", "services/add"])
def test_form_opened_before_the_member_left_redirects_with_the_reason(cast: Cast, way: str) -> None:
    mona: Client = signed_in(cast.mona)
    leave(cast.aurora)
    response = mona.get(f"/secretariat/members/{cast.aurora.pk}/{way}/", follow=True)

    assert response.redirect_chain == [(f"/secretariat/members/{cast.aurora.pk}/", 302)]
    assert REFUSAL in response.content.decode()


def test_the_services_refuse_what_an_old_tab_or_a_program_sends(cast: Cast) -> None:
    leave(cast.aurora)
    names, first_day = {"en": "Dune Chat", "ru": "Дюна Чат"}, date(2026, 1, 1)
    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(WrongState, match=REFUSAL):
            invite_person(
                mona, cast.aurora, email="new@aurora-video.example", name="New", roles=[Role.EDITOR]
            )
        with pytest.raises(WrongState, match=REFUSAL):
            add_service(mona, cast.aurora, names=names, starts_on=first_day)
    assert addition_refusal(cast.beacon) == ""


def test_an_invitation_to_a_member_that_left_is_void_and_good_again_once_it_is_back(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        invitation = invite_person(
            mona, cast.aurora, email="new@aurora-video.example", name="New", roles=[Role.EDITOR]
        )
    token = new_invitation_token(invitation)
    leave(cast.aurora)
    assert find_invitation(token) is None
    with pytest.raises(DomainError, match="no longer valid"):
        accept_invitation(token, name="New", password="a long enough sentence")
    assert not Membership.objects.filter(person__email="new@aurora-video.example").exists()
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.ACTIVE)
    assert find_invitation(token) == invitation
