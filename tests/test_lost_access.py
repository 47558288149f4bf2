"""Lost access is lost at once, in the middle of an open session, and gets it back as fast."""

import re
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
from tests.support.pages import signed_in, words_of
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


# --- What they read then ---------------------------------------------------------------------


def test_a_person_without_memberships_sees_what_ended_and_what_remains(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    report = cast.aurora.reports.get()
    end(cast)

    pages = [alice.get(url) for url in (f"{REPORTS}{report.pk}/", f"{REPORTS}999999/", "/workspace/people/")]

    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    words = words_of(pages[0])
    assert "You no longer have access" in words
    assert re.search(r"Your membership in Aurora Video ended on \d+ \w+ \d{4}, \d\d:\d\d \w+\.", words)
    assert f"You are signed in as {cast.alice.email}" in words
    assert "after you sign in" not in words
    assert 'href="/accounts/data/"' in pages[0].text
    assert "Your membership in Aurora Video ended" in words_of(alice.get("/session/start/"))


def test_a_suspended_organisation_is_named_and_the_membership_is_not_called_ended(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    suspend(cast)

    words = words_of(alice.get("/workspace/"))

    assert "Aurora Video has no access to the portal at present; your membership has not ended." in words


def test_a_member_of_another_organisation_is_notified_once_and_sees_the_reason_on_missing_pages(
    cast: Cast,
) -> None:
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.READER])
    alice = signed_in(cast.alice)
    alice.post("/session/switch/", {"organisation": "aurora-video"})
    report = cast.aurora.reports.get()
    with acting_as(cast.actor("sven")) as sven:
        end_membership(sven, Membership.objects.get(person=cast.alice, organisation=cast.aurora))

    sentence = "Your membership in Aurora Video ended on"
    home = words_of(alice.get("/workspace/"))
    assert sentence in home
    assert "You now act for Beacon Search." in home
    assert sentence not in words_of(alice.get("/workspace/"))
    missing = words_of(alice.get(f"{REPORTS}{report.pk}/"))
    assert sentence in missing
    assert "act for Beacon Search" in missing


def test_other_people_are_not_shown_the_end_of_a_membership(cast: Cast) -> None:
    end(cast)
    assert "ended on" not in words_of(signed_in(cast.bob).get(f"{REPORTS}999999/"))
