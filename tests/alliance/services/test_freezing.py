"""Freezing a stolen account: everything ends at once, last holder or not; only a manager thaws it, with a reason."""

import re
import threading
import time
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection
from django.test import Client

from alliance.enums import Role
from alliance.models import (
    AccountDecision,
    ApiToken,
    EmailChange,
    KnownDevice,
    Membership,
    Person,
    PersonSession,
)
from alliance.services.account_decisions import reopen_account
from alliance.services.accounts import request_password_reset, set_password
from alliance.services.email_changes import request_email_change
from alliance.services.freezing import (
    freeze_account,
    freeze_member,
    freeze_own_account,
    new_freeze_token,
    thaw_account,
)
from alliance.services.invitation_tokens import invitation_token_of
from alliance.services.invitations import invite_person
from alliance.services.people import set_roles
from alliance.services.tokens import create_token
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import Cast, actor_of, make_person, read_cast
from tests.factories.cast import PASSWORD
from tests.support.jobs import run_all_jobs
from tests.support.pages import outlast_confirmation, signed_in, words_of
from tests.support.second_factors import add_app, app_code

pytestmark = pytest.mark.django_db
WHY = "Her telephone and laptop were stolen; she called from the office."
NEW = "quite another password"
LOGIN = "/accounts/login/"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/accounts/[^\s]+)")


def freeze(cast: Cast, person: Person, reason: str = WHY) -> None:
    with acting_as(cast.actor("mona")) as mona:
        freeze_account(mona, person, reason)


def thaw(cast: Cast, person: Person) -> None:
    with acting_as(cast.actor("mona")) as mona:
        thaw_account(mona, person, WHY, remove_factors=False)


def sign_in(person: Person, password: str = PASSWORD) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(LOGIN, {"login": person.email, "password": password})


def membership_of(person: Person) -> Membership:
    with acting_as(SYSTEM):
        return person.memberships.get()


def test_a_last_signatory_is_frozen_and_everything_ends_at_once(cast: Cast, client: Client) -> None:
    here, _answer = sign_in(cast.sven)
    with acting_as(cast.actor("sven")) as sven:
        _token, secret = create_token(sven, name="Script", scopes=["read"])
    request_email_change(cast.sven, "thief@nowhere.example")
    headers = {"authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/token/", headers=headers).status_code == 200
    old_link = new_freeze_token(cast.sven)

    freeze(cast, cast.sven)

    assert here.get("/workspace/").status_code == 302
    assert client.get("/api/v1/token/", headers=headers).status_code == 401
    assert (PersonSession.objects.count(), KnownDevice.objects.filter(person=cast.sven).count()) == (0, 0)
    assert not EmailChange.objects.filter(ended_at=None).exists()
    assert client.get(f"/accounts/freeze/{old_link}/").status_code == 404
    assert membership_of(cast.sven).ended_at is None
    assert Event.objects.get(kind="person.freeze").data == {"tokens": 1, "invitations": 0, "webhooks": 0}


def test_a_thief_who_has_invited_themselves_does_not_come_in_by_that(cast: Cast, client: Client) -> None:
    with acting_as(cast.actor("sven")) as sven:
        invited = invite_person(
            sven,
            cast.aurora,
            email="thief@nowhere.example",
            name="Thief",
            roles=[Role.SIGNATORY],
            office="CEO",
        )
    link = f"/accounts/invitation/{invitation_token_of(invited)}/"
    assert client.get(link).status_code == 200

    freeze(cast, cast.sven)

    assert client.get(link).status_code == 404
    assert Event.objects.get(kind="person.freeze").data == {"tokens": 0, "invitations": 1, "webhooks": 0}


def test_while_it_is_frozen_every_way_in_answers_as_for_an_unknown_account(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    request_password_reset(cast.bob.email)
    run_all_jobs()
    reset = LINK.search(mailoutbox[-1].body)
    freeze(cast, cast.bob)
    run_all_jobs()
    mailoutbox.clear()

    unknown = Client().post(LOGIN, {"login": "nobody@nowhere.example", "password": PASSWORD})
    _client, answer = sign_in(cast.bob)
    assert answer.status_code == unknown.status_code == 200
    assert answer.context["form"].errors == unknown.context["form"].errors
    assert reset
    assert Client().get(reset[1], follow=True).context["token_fail"] is True
    Client().post("/accounts/password/reset/", {"email": cast.bob.email})
    with acting_as(cast.actor("carol")) as carol:
        invite_person(carol, cast.beacon, email=cast.bob.email, name="Bob", roles=[Role.READER])
    run_all_jobs()
    assert "password" not in " ".join(letter.subject for letter in mailoutbox)


def test_a_sign_in_that_waits_for_its_second_step_ends(cast: Cast) -> None:
    secret = add_app(cast.bob)
    client, answer = sign_in(cast.bob)
    assert answer["Location"] == "/accounts/login/second/"
    freeze(cast, cast.bob)
    client.post(answer["Location"], {"code": app_code(secret)})
    assert client.get("/accounts/profile/").status_code == 302


def test_those_concerned_get_a_letter_and_the_frozen_get_no_other(cast: Cast, mailoutbox: list[Any]) -> None:
    freeze(cast, cast.alice)
    run_all_jobs()
    assert {(mail.to[0], mail.subject.partition(" ")[0]) for mail in mailoutbox} == {
        (cast.alice.email, "Your"), (cast.sven.email, "Alice:")
    }  # fmt: skip
    assert "Mona has frozen your account" in mailoutbox[0].body + mailoutbox[1].body
    mailoutbox.clear()
    with acting_as(cast.actor("sven")) as sven:
        set_roles(sven, membership_of(cast.alice), [Role.READER])
    run_all_jobs()
    assert cast.alice.email not in {address for mail in mailoutbox for address in mail.to}


def test_only_a_manager_thaws_with_a_stored_reason_and_old_ways_in_stay_closed(
    cast: Cast, client: Client, mailoutbox: list[Any]
) -> None:
    with acting_as(cast.actor("sven")) as sven:
        _token, secret = create_token(sven, name="Script", scopes=["read"])
    old, _answer = sign_in(cast.sven)
    add_app(cast.sven)
    freeze(cast, cast.sven)
    for name in ("alice", "rita", "sven"):
        with acting_as(cast.actor(name)) as actor, pytest.raises(Forbidden):
            thaw_account(actor, cast.sven, WHY, remove_factors=False)
    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError):
            thaw_account(mona, cast.sven, " ", remove_factors=False)
        with pytest.raises(WrongState):
            reopen_account(mona, cast.sven, WHY)
    run_all_jobs()
    mailoutbox.clear()

    thaw(cast, cast.sven)

    run_all_jobs()
    letter = next(mail for mail in mailoutbox if mail.to == [cast.sven.email])
    link = LINK.search(letter.body)
    assert link
    form = client.get(link[1], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    _client, answer = sign_in(cast.sven, NEW)
    assert answer["Location"] == "/accounts/login/second/"
    assert old.get("/workspace/").status_code == 302
    assert ApiToken.objects.get().revoked_at is not None
    assert client.get("/api/v1/token/", headers={"authorization": f"Bearer {secret}"}).status_code == 401
    kinds = AccountDecision.objects.values_list("kind", "reason", "decided_by")
    assert list(kinds) == [("thaw", WHY, cast.mona.pk), ("freeze", WHY, cast.mona.pk)]
    assert Authenticator.objects.filter(user=cast.sven).exists()


def test_thawing_removes_the_second_factors_in_the_same_act_unless_they_are_known_to_be_the_owners(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    add_app(cast.sven)
    freeze(cast, cast.sven)
    run_all_jobs()
    mailoutbox.clear()
    mona, url = signed_in(cast.mona), f"/secretariat/accounts/{cast.sven.pk}/thaw/"
    assert mona.get(url).context["form"]["remove_factors"].value() is True

    assert mona.post(url, {"reason": WHY, "remove_factors": "on"}).status_code == 302

    run_all_jobs()
    assert not Authenticator.objects.filter(user=cast.sven).exists()
    kinds = AccountDecision.objects.values_list("kind", flat=True)
    assert list(kinds) == ["reset_factors", "thaw", "freeze"]
    (letter,) = [mail for mail in mailoutbox if mail.to == [cast.sven.email]]
    assert "passkeys and recovery codes were removed" in letter.body
    assert not [mail for mail in mailoutbox if "second factors removed" in mail.subject]


def test_an_administrator_freezes_a_colleague_and_nobody_else(cast: Cast) -> None:
    for name, whose in (("alice", cast.bob), ("carol", cast.bob), ("sven", cast.sven)):
        with acting_as(cast.actor(name)) as actor, pytest.raises(Forbidden):
            freeze_member(actor, membership_of(whose), WHY)
    with acting_as(SYSTEM):
        Membership.objects.create(person=cast.mona, organisation=cast.aurora, roles=[Role.READER])
        of_manager = Membership.objects.get(person=cast.mona, organisation=cast.aurora)
    with acting_as(cast.actor("sven")) as sven:
        with pytest.raises(DomainError, match="works for the secretariat"):
            freeze_member(sven, of_manager, WHY)
        with pytest.raises(DomainError, match="reason"):
            freeze_member(sven, membership_of(cast.bob), "")
    sven_page = signed_in(cast.sven)
    url = f"/workspace/people/{membership_of(cast.bob).pk}/freeze/"
    assert sven_page.post(url, {"reason": WHY})["Location"] == "/workspace/people/"
    assert "by Sven" in words_of(sven_page.get("/workspace/people/"))
    assert "This has already been done. Account frozen: Sven, " in words_of(sven_page.get(url))


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_freeze_each_other_at_once_one_stays() -> None:
    cast = read_cast()
    max_ = make_person("Max", cast.secretariat, Role.MANAGER)
    both, refused = threading.Barrier(2), []

    def freeze_other(who: Person, whom: Person) -> None:
        actor = actor_of(who)
        both.wait(timeout=20)
        try:
            with acting_as(actor):
                freeze_account(actor, whom, WHY)
        except DomainError as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=freeze_other, args=pair) for pair in ((cast.mona, max_), (max_, cast.mona))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(refused) == 1
    assert Person.objects.filter(pk__in=[cast.mona.pk, max_.pk], is_active=True).count() == 1


def test_the_page_says_who_is_frozen_and_that_nobody_signs_then(cast: Cast) -> None:
    freeze(cast, cast.sven)
    page = words_of(signed_in(cast.alice).get("/workspace/people/"))
    assert re.search(r"Frozen since .*, by Mona", page)
    assert re.search(r"Missing: signatory, administrator\. .* closed or frozen", page)
    mona = signed_in(cast.mona)
    account = words_of(mona.get(f"/secretariat/accounts/{cast.sven.pk}/"))
    assert "Frozen since" in account
    assert "Missing: signatory, administrator." in account
    assert "Missing: signatory, administrator." in words_of(
        mona.get(f"/secretariat/members/{cast.aurora.pk}/")
    )


def test_each_page_says_that_a_signature_does_not_carry_over_where_nobody_can_sign(
    cast: Cast, client: Client
) -> None:
    sven, mona = signed_in(cast.sven), signed_in(cast.mona)
    pages = [
        sven.get(f"/workspace/people/{membership_of(cast.bob).pk}/freeze/"),
        mona.get(f"/secretariat/accounts/{cast.sven.pk}/freeze/"),
        sven.get("/accounts/freeze/"),
        client.get(f"/accounts/freeze/{new_freeze_token(cast.sven)}/"),
    ]

    for page in pages:
        words = words_of(page)
        assert "If nobody else can sign for a member, its days to reply to verdicts stand still" in words
        assert "Its signature does not carry over to an announced version of the charter" in words


def test_an_administrator_of_another_organisation_is_not_named(cast: Cast) -> None:
    with acting_as(SYSTEM):
        Membership.objects.create(person=cast.bob, organisation=cast.beacon, roles=[Role.READER])
        Membership.objects.filter(person=cast.carol).update(roles=[Role.ADMINISTRATOR])
        there = Membership.objects.get(person=cast.bob, organisation=cast.beacon)
    with acting_as(cast.actor("carol")) as carol:
        freeze_member(carol, there, WHY)
    page = words_of(signed_in(cast.alice).get("/workspace/people/"))
    assert ("Frozen since" in page, "Carol" in page) == (True, False)
    assert "by Carol" in words_of(signed_in(cast.mona).get(f"/secretariat/members/{cast.aurora.pk}/"))


def test_one_freezes_oneself_after_reauthentication(cast: Cast, client: Client) -> None:
    client.force_login(cast.bob)
    outlast_confirmation(client)
    assert client.get("/accounts/freeze/")["Location"] == "/accounts/again/password/?next=/accounts/freeze/"
    answer = client.post("/accounts/freeze/", {"confirm_password": PASSWORD}, follow=True)
    assert "The account is frozen" in words_of(answer)
    assert client.get("/workspace/").status_code == 302
    assert Person.objects.get(pk=cast.bob.pk).frozen_by == cast.bob


def test_the_link_in_a_letter_freezes_by_a_button_and_ends_with_the_next_password(
    cast: Cast, client: Client, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_password(cast.bob, NEW)
    run_all_jobs()
    link = next(address for address in LINK.findall(mailoutbox[-1].body) if "freeze" in address)
    assert client.get(link).status_code == 200
    assert Person.objects.get(pk=cast.bob.pk).is_active
    with monkeypatch.context() as later:
        in_eight_days = time.time() + 8 * 24 * 60 * 60
        later.setattr("django.core.signing.time.time", lambda: in_eight_days)
        assert client.get(link).status_code == 404

    assert client.post(link)["Location"] == "/accounts/freeze/done/"
    assert not Person.objects.get(pk=cast.bob.pk).is_active
    assert client.post(link).status_code == 404

    thaw(cast, cast.bob)
    link = f"/accounts/freeze/{new_freeze_token(Person.objects.get(pk=cast.bob.pk))}/"
    set_password(Person.objects.get(pk=cast.bob.pk), PASSWORD)
    assert client.get(link).status_code == 404
    assert [client.get(f"/accounts/freeze/{junk}/").status_code for junk in ("x", "1:x", "9" * 30)] == [
        404
    ] * 3


def test_a_command_at_the_server_helps_the_only_manager(cast: Cast) -> None:
    freeze_own_account(cast.mona)
    call_command("thaw_account", cast.mona.email.upper(), reason="I sit beside her.", stdout=StringIO())
    assert Person.objects.get(pk=cast.mona.pk).is_active
