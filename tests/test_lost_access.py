"""Lost access is lost at once, in the middle of an open session, and gets it back as fast."""

from collections.abc import Callable

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Membership, Organisation, Person
from alliance.services.account_decisions import close_account
from alliance.services.accounts import set_password
from alliance.services.factors import reset_factors
from alliance.services.handover import leave_organisation
from alliance.services.organisations import reinstate_organisation, suspend_organisation
from alliance.services.people import end_membership, set_roles
from alliance.services.sessions import end_other_sessions
from portal.kernel.access import acting_as
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.pages import signed_in
from tests.support.second_factors import add_app

pytestmark = pytest.mark.django_db

REPORTS = "/workspace/reports/"


@pytest.fixture
def cast() -> Cast:
    cast = read_cast()
    make_report(make_cycle(read_charter()), cast.aurora)
    return cast


def suspend(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        suspend_organisation(mona, cast.aurora, "Dues were not paid.")


def end(cast: Cast) -> None:
    with acting_as(cast.actor("sven")) as sven:
        end_membership(sven, Membership.objects.get(person=cast.alice))


def deactivate(cast: Cast) -> None:
    Person.objects.filter(pk=cast.alice.pk).update(is_active=False)


def leave(cast: Cast) -> None:
    with acting_as(cast.actor("alice")) as alice:
        leave_organisation(alice)


def close(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        close_account(mona, cast.alice, "She asked for it.")


def change_password(cast: Cast) -> None:
    set_password(cast.alice, "another long password")


def lose_factor(cast: Cast) -> None:
    add_app(cast.alice)
    with acting_as(cast.actor("mona")) as mona:
        reset_factors(mona, cast.alice, "She called from her office.")


def end_elsewhere(cast: Cast) -> None:
    end_other_sessions(cast.alice, except_key=None)


def answers(client: Client, url: str) -> tuple[int, int]:
    return client.get(url).status_code, client.post(url).status_code


@pytest.mark.parametrize(
    ("lose", "status"),
    [
        (suspend, 404),
        (end, 404),
        (leave, 404),
        (deactivate, 302),
        (close, 302),
        (change_password, 302),
        (lose_factor, 302),
        (end_elsewhere, 302),
    ],
)
def test_access_ends_in_the_open_session(cast: Cast, lose: Callable[[Cast], None], status: int) -> None:
    urls = ["/workspace/", REPORTS, "/workspace/inbox/", "/workspace/pledges/"]
    alice = signed_in(cast.alice)
    assert [alice.get(url).status_code for url in urls] == [200] * 4

    lose(cast)

    assert [answers(alice, url) for url in urls] == [(status, status)] * 4


@pytest.mark.parametrize("lose", [suspend, end, deactivate])
def test_the_account_menu_shows_no_way_to_the_workspace_any_more(
    cast: Cast, lose: Callable[[Cast], None]
) -> None:
    alice = signed_in(cast.alice)
    assert "/workspace/" in alice.get("/session/account-menu/").text

    lose(cast)

    assert "/workspace/" not in alice.get("/session/account-menu/").text


def test_a_suspended_organisation_comes_back_into_the_same_session(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    suspend(cast)
    with acting_as(cast.actor("mona")) as mona:
        reinstate_organisation(mona, Organisation.objects.get(pk=cast.aurora.pk), "The dues are paid.")

    assert alice.get(REPORTS).status_code == 200


def test_a_grant_that_was_taken_away_is_gone_at_the_next_click(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    url = f"{REPORTS}{cast.aurora.reports.get().pk}/ask-for-sign-off/"
    assert alice.get(url).status_code == 200

    with acting_as(cast.actor("sven")) as sven:
        set_roles(sven, Membership.objects.get(person=cast.alice), roles=[Role.READER], office="")

    assert answers(alice, url) == (403, 403)


def test_a_person_who_leaves_the_secretariat_finds_no_secretariat(cast: Cast) -> None:
    rita = signed_in(cast.rita)
    assert rita.get("/secretariat/reviews/").status_code == 200

    with acting_as(cast.actor("mona")) as mona:
        end_membership(mona, Membership.objects.get(person=cast.rita))

    assert answers(rita, "/secretariat/reviews/") == (404, 404)


def test_of_two_organisations_the_other_one_stays(cast: Cast) -> None:
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.READER])
    alice = signed_in(cast.alice)
    assert alice.get("/workspace/people/").context["organisation"] == cast.aurora

    suspend(cast)

    assert alice.get("/workspace/people/").context["organisation"] == cast.beacon
