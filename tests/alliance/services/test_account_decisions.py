"""The secretariat's help and its limits: factors removed, accounts closed and opened, never one's own."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from alliance.enums import Role
from alliance.models import AccountDecision, Membership, Person
from alliance.services.account_decisions import close_account, reopen_account
from alliance.services.erasure import erase_person
from alliance.services.factors import reset_factors
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, make_person, read_cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.second_factors import add_app

pytestmark = pytest.mark.django_db
WHY = "He called from his office; I called back."


@pytest.fixture
def cast() -> Cast:
    cast = read_cast()
    for person in (cast.bob, cast.mona):
        add_app(person)
    return cast


def test_a_manager_removes_lost_factors_and_everybody_who_should_know_is_notified(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    bob = signed_in(cast.bob)
    with acting_as(cast.actor("mona")) as mona:
        reset_factors(mona, cast.bob, WHY)
    assert not Authenticator.objects.filter(user=cast.bob).exists()
    assert bob.get("/workspace/").status_code == 302
    run_all_jobs()
    assert {mail.to[0] for mail in mailoutbox} == {cast.bob.email, cast.sven.email}
    event = Event.objects.get(kind="person.reset_factors")
    assert WHY not in str(event.data)


def test_the_page_of_the_account_says_whether_there_is_a_factor_and_leads_to_removing_it(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    page = f"/secretariat/accounts/{cast.bob.pk}/"
    assert f"{page}reset-factors/" in mona.get(page).content.decode()
    assert 'name="reason"' in mona.get(f"{page}reset-factors/").content.decode()
    assert mona.post(f"{page}reset-factors/", {"reason": WHY})["Location"] == page
    assert f"{page}reset-factors/" not in mona.get(page).content.decode()
    assert "This account has no second factor." in words_of(mona.get(f"{page}reset-factors/"))


@pytest.mark.parametrize("act", [reset_factors, close_account, reopen_account])
def test_nobody_but_a_manager_and_no_manager_for_themselves(cast: Cast, act: Callable[..., object]) -> None:
    for name, whose in (("sven", cast.bob), ("rita", cast.bob), ("bob", cast.bob), ("mona", cast.mona)):
        with acting_as(cast.actor(name)) as actor, pytest.raises(Forbidden):
            act(actor, whose, WHY)


def test_without_a_reason_nothing_happens(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona, pytest.raises(DomainError) as refusal:
        reset_factors(mona, cast.bob, "  ")
    assert refusal.value.field == "reason"
    assert Authenticator.objects.filter(user=cast.bob).exists()


def test_reasons_are_the_secretariats_alone(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        reset_factors(mona, cast.bob, WHY)
    for name, count in (("bob", 0), ("sven", 0), ("rita", 1)):
        with acting_as(cast.actor(name)):
            assert AccountDecision.objects.count() == count, name


def test_a_command_at_the_server_helps_the_only_manager(cast: Cast) -> None:
    output = StringIO()
    call_command("reset_factors", cast.mona.email.upper(), reason="I sit beside her.", stdout=output)
    assert not Authenticator.objects.filter(user=cast.mona).exists()
    assert cast.mona.email in output.getvalue()
    with acting_as(SYSTEM):
        assert AccountDecision.objects.get().decided_by is None


@pytest.mark.parametrize("email", ["nobody@nowhere.example", "alice@aurora-video.example"])
def test_the_command_says_what_is_wrong(cast: Cast, email: str) -> None:
    with pytest.raises(CommandError):
        call_command("reset_factors", email, reason="Because.")


def test_a_closed_account_is_out_at_once_and_comes_back(cast: Cast, mailoutbox: list[Any]) -> None:
    bob = signed_in(cast.bob)
    with acting_as(cast.actor("mona")) as mona:
        close_account(mona, cast.bob, WHY)
        assert bob.get("/workspace/").status_code == 302
        with pytest.raises(WrongState):
            close_account(mona, cast.bob, WHY)
        reopen_account(mona, cast.bob, WHY)
    assert Person.objects.get(pk=cast.bob.pk).is_active
    assert bob.get("/workspace/").status_code == 302  # the old session does not
    run_all_jobs()
    subjects = [mail.subject for mail in mailoutbox if mail.to == [cast.sven.email]]
    assert subjects == ["Bob: account closed", "Bob: account reopened"]


def test_the_last_signatory_is_not_closed_away_either(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError):
            close_account(mona, cast.sven, WHY)
        make_person("Dora", cast.aurora, Role.SIGNATORY, Role.ADMINISTRATOR)
        close_account(mona, cast.sven, WHY)
    assert Membership.objects.current().filter(person=cast.sven).exists()


def test_the_account_of_an_erased_person_is_not_opened_again(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        erase_person(mona, cast.bob, WHY)
        with pytest.raises(WrongState):
            reopen_account(mona, cast.bob, WHY)
    page = f"/secretariat/accounts/{cast.bob.pk}/"
    viewer = signed_in(cast.mona)
    assert "reopen/" not in viewer.get(page).content.decode()
    assert "This person was erased" in words_of(viewer.get(f"{page}reopen/"))
