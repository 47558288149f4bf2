"""Letters to one person alone: the secretariat sees to whom each went and what became of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alliance.models import Invitation
from alliance.services.accounts import request_password_reset
from alliance.services.email_changes import request_email_change
from alliance.services.invitations import invite_person, revoke_invitation
from portal.kernel import mail
from portal.kernel.jobs import Job
from portal.kernel.mail import AddressFault
from tests.factories import Cast
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def mona_client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.mona)
    return client


def invited(cast: Cast, name: str = "Nina New") -> Invitation:
    return invite_person(
        cast.actor("mona"), cast.aurora, email="nina@aurora.example", name=name, roles=["editor"]
    )


def table_rows(mona_client: Client, query: str = "") -> list[tuple[str, str, str, str]]:
    rows = mona_client.get(reverse("secretariat:letter-list") + query).context["rows"]
    return [(letter.kind, letter.to, letter.organisation, letter.outcome) for letter in rows]


def test_every_letter_about_an_account_is_listed_with_its_recipient(cast: Cast, mona_client: Client) -> None:
    invited(cast)
    request_password_reset(cast.alice.email)
    request_email_change(cast.bob, "bob@new.example")
    run_all_jobs()

    assert table_rows(mona_client) == [
        ("Change of address, to the new address", "Bob", "", "Sent"),
        ("Change of address, to the old address", "Bob", "", "Sent"),
        ("Link for a new password", "Alice", "", "Sent"),
        ("Invitation", "Nina New", "Aurora Video", "Sent"),
    ]
    assert [to for _kind, to, _organisation, _outcome in table_rows(mona_client, "?person=nin")] == [
        "Nina New"
    ]
    assert table_rows(mona_client, "?person=carol") == []


def test_where_nobody_has_the_address_there_was_no_letter(cast: Cast, mona_client: Client) -> None:
    request_password_reset("nobody@nowhere.example")
    run_all_jobs()

    assert (table_rows(mona_client), Job.objects.get().outcome) == ([], "pointless")


def test_what_had_become_pointless_is_not_said_to_be_sent(cast: Cast, mona_client: Client) -> None:
    revoke_invitation(cast.actor("mona"), invited(cast))
    run_all_jobs()

    assert table_rows(mona_client) == [("Invitation", "Nina New", "Aurora Video", "No longer needed")]


def test_what_the_server_refused_and_what_is_tried_again_stand_out(
    cast: Cast, mona_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(letter: Any) -> None:
        raise mail.AddressRefused(AddressFault("5.1.1", True))

    invited(cast)
    monkeypatch.setattr(mail, "send", refuse)
    run_all_jobs()
    request_password_reset(cast.alice.email)
    Job.objects.filter(kind="send_account_letter").update(last_error="smtplib.SMTPServerDisconnected")

    assert [outcome for _kind, _to, _organisation, outcome in table_rows(mona_client)] == [
        "Failed: will be tried again",
        "Refused by the recipient’s mail server",
    ]
    page = mona_client.get(reverse("secretariat:letter-list")).content.decode()
    assert page.count("state danger") == 2


def test_of_whom_nothing_is_kept_the_letter_remains(cast: Cast, mona_client: Client) -> None:
    invitation = invited(cast)
    run_all_jobs()
    invitation.delete()

    assert table_rows(mona_client) == [("Invitation", "Erased person", "", "Sent")]
