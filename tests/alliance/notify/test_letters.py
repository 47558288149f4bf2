"""Letters to one person: the link is made when the letter is sent, and works."""

import re
from typing import Any

import pytest
from django.test import Client

from alliance.services import accounts
from alliance.services.invitations import invite_person, resend_invitation, revoke_invitation
from portal.kernel.jobs import Job
from tests.factories import Cast
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/\S+)")


def link_in(mail: Any) -> str:
    match = LINK.search(mail.body)
    assert match
    return match[1]


def test_an_invitation_comes_in_its_language_with_a_link_that_works(
    cast: Cast, mailoutbox: list[Any], client: Client
) -> None:
    invite_person(
        cast.actor("sven"),
        cast.aurora,
        email="dora@aurora.example",
        name="Dora",
        roles=["editor"],
        language="ru",
    )
    run_all_jobs()
    (mail,) = mailoutbox
    assert mail.to == ["dora@aurora.example"]
    assert "Aurora Video (ру)" in mail.subject
    assert client.get(link_in(mail)).status_code == 200


def test_an_invitation_asks_for_a_password_only_without_an_account(cast: Cast, mailoutbox: list[Any]) -> None:
    invite_person(cast.actor("sven"), cast.aurora, email=cast.carol.email, name="Carol", roles=["editor"])
    run_all_jobs()
    (mail,) = mailoutbox
    assert "sign in with it to accept" in mail.body
    assert "choose a password" not in mail.body


def test_a_revoked_invitation_is_not_sent(cast: Cast, mailoutbox: list[Any]) -> None:
    facts = {"email": "dora@aurora.example", "name": "Dora", "roles": ["editor"]}
    invitation = invite_person(cast.actor("sven"), cast.aurora, **facts)
    revoke_invitation(cast.actor("sven"), invitation)
    assert "send_invitation" in run_all_jobs()
    assert mailoutbox == []


def test_the_letter_sent_again_has_another_link(cast: Cast, mailoutbox: list[Any]) -> None:
    facts = {"email": "dora@aurora.example", "name": "Dora", "roles": ["editor"]}
    invitation = invite_person(cast.actor("sven"), cast.aurora, **facts)
    run_all_jobs()
    resend_invitation(cast.actor("sven"), invitation)
    run_all_jobs()
    first, second = map(link_in, mailoutbox)
    assert first != second


def test_a_reset_letter_goes_to_the_person_alone(cast: Cast, mailoutbox: list[Any]) -> None:
    accounts.request_password_reset(cast.bob.email)
    accounts.request_password_reset("nobody@nowhere.example")
    assert run_all_jobs() == ["send_account_letter", "send_account_letter"]
    (mail,) = mailoutbox
    assert mail.to == [cast.bob.email]
    assert link_in(mail).startswith("/accounts/password/reset/key/")


def test_a_repeated_try_carries_the_same_message_id(cast: Cast, mailoutbox: list[Any]) -> None:
    accounts.request_password_reset(cast.alice.email)
    job = Job.objects.get()
    run_all_jobs()
    Job.objects.filter(pk=job.pk).update(state="ready")  # as if its worker had died after sending
    run_all_jobs()
    first, second = (mail.extra_headers["Message-ID"] for mail in mailoutbox)
    assert first == second


def test_a_person_who_changed_their_password_is_notified(cast: Cast, mailoutbox: list[Any]) -> None:
    accounts.set_password(cast.alice, "another long password")
    run_all_jobs()
    (mail,) = mailoutbox
    assert (mail.to, mail.alternatives[0][1]) == ([cast.alice.email], "text/html")
    assert "another long password" not in mail.body
    assert re.search(r"When: \d+\s\w+\s\d{4},\s\d\d:\d\d", mail.body)  # it may go out days later
