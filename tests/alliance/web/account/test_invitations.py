"""The page of an invitation: for the new, for those with an account, for the wrong ones."""

import re
from typing import Any

import pytest
from django.test import Client

from alliance.enums import TextKind
from alliance.models import Agreement, Invitation, Membership, Person
from alliance.services.invitation_tokens import invitation_token_of
from alliance.services.invitations import invite_person, revoke_invitation
from alliance.services.texts import write_text
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


def invited(cast: Cast, email: str = "dora@aurora.example", **more: Any) -> tuple[Invitation, str]:
    invitation = invite_person(
        cast.actor("sven"), cast.aurora, email=email, name="Dora", roles=["editor"], **more
    )
    return invitation, f"/accounts/invitation/{invitation_token_of(invitation)}/"


AGREED = {"agreed": "on", "expected_version": "0"}


def answer(name: str = "Dora D", password: str = PASSWORD, again: str = PASSWORD) -> dict[str, str]:
    return {"name": name, "password1": password, "password2": again, **AGREED}


def page_text(response: Any) -> str:
    """The page without what differs on every page: its own address and the forms' keys."""
    page = response.content.decode().replace(response.request["PATH_INFO"], "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_the_new_join_and_are_signed_in(cast: Cast, client: Client) -> None:
    _invitation, url = invited(cast)
    assert client.get(url).context["form"].initial == {"name": "Dora", "expected_version": 0}

    response = client.post(url, answer())

    assert response["Location"] == "/session/start/"
    assert client.get("/session/start/")["Location"] == "/workspace/"
    assert Person.objects.get(email="dora@aurora.example").name == "Dora D"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (answer(password="short", again="short"), "password1"),
        (answer(again="another password"), "password2"),
        (answer(name="Dora\u202e"), "name"),
        (answer(name=""), "name"),
        ({**answer(), "agreed": ""}, "agreed"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nobody_is_made(
    cast: Cast, client: Client, changes: dict[str, str], field: str
) -> None:
    _invitation, url = invited(cast)
    response = client.post(url, changes)
    assert list(response.context["form"].errors) == [field]
    assert not Person.objects.filter(email="dora@aurora.example").exists()


def test_those_with_an_account_sign_in_first_and_confirm(cast: Cast, client: Client) -> None:
    _invitation, url = invited(cast, email=cast.carol.email)
    assert f'href="/accounts/login/?next={url}"' in client.get(url).content.decode()
    assert client.post(url, answer()).status_code == 200
    assert Membership.objects.filter(person=cast.carol).count() == 1

    client.force_login(cast.carol)
    client.post(url, AGREED)

    assert Membership.objects.filter(person=cast.carol, organisation=cast.aurora).exists()


def test_the_token_stays_out_of_the_logs(
    cast: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    _invitation, url = invited(cast)
    assert client.get(url).status_code == 200
    assert "GET /accounts/invitation/<str:token>/" in caplog.text
    assert url not in caplog.text


def test_looking_accepts_nothing(cast: Cast, client: Client) -> None:
    _invitation, url = invited(cast, email=cast.carol.email)
    client.force_login(cast.carol)
    client.get(url)
    assert Membership.objects.filter(person=cast.carol).count() == 1


def test_somebody_else_who_is_signed_in_cannot_accept(cast: Cast, client: Client) -> None:
    _invitation, url = invited(cast)
    client.force_login(cast.carol)
    client.post(url, answer())
    assert not Person.objects.filter(email="dora@aurora.example").exists()
    assert Membership.objects.filter(person=cast.carol).count() == 1


def test_somebody_else_who_is_signed_in_does_not_learn_for_whom_it_is(cast: Cast, client: Client) -> None:
    _invitation, to_dora = invited(cast)
    _other, to_emma = invited(cast, email="emma@aurora.example")
    client.force_login(cast.carol)

    first, second = client.get(to_dora), client.get(to_emma)

    assert page_text(first) == page_text(second)
    page = words_of(first)
    assert [word in page for word in ("dora@", "Dora", "Aurora")] == [False, False, False]
    assert "sign out and open the link again" in page


def test_dead_and_unknown_links_look_the_same(cast: Cast, client: Client) -> None:
    invitation, url = invited(cast)
    revoke_invitation(cast.actor("sven"), invitation)
    dead, unknown = client.get(url), client.get("/accounts/invitation/no-such-token/")
    assert (dead.status_code, unknown.status_code) == (404, 404)
    assert page_text(dead) == page_text(unknown)


def test_the_page_speaks_the_invitations_language_until_another_is_chosen(cast: Cast, client: Client) -> None:
    _invitation, url = invited(cast, language="ru")
    assert '<html lang="ru">' in client.get(url).content.decode()
    client.post("/session/language/", {"language": "en", "next": url})
    assert '<html lang="en">' in client.get(url).content.decode()


def test_a_person_who_joins_has_agreed_to_the_consent_as_it_stood_on_the_page(
    cast: Cast, client: Client
) -> None:
    _invitation, url = invited(cast)
    assert "I agree that the secretariat" in words_of(client.get(url))

    client.post(url, answer())

    with acting_as(SYSTEM):
        agreed = Agreement.objects.select_related("text").get(person__email="dora@aurora.example")
    assert (agreed.text.kind, agreed.text.revision, agreed.language) == (TextKind.CONSENT, 1, "en")


def test_a_consent_that_changed_meanwhile_is_read_again(cast: Cast, client: Client) -> None:
    _invitation, url = invited(cast)
    write_text(
        cast.actor("mona"),
        TextKind.CONSENT,
        {"en": "We sell it all.", "ru": "Всё продаём."},
        expected_revision=0,
    )
    write_text(
        cast.actor("mona"), TextKind.CONSENT, {"en": "We sell nothing.", "ru": "Ничего."}, expected_revision=2
    )

    page = client.post(url, answer())

    assert "This text has changed while you were reading." in words_of(page)
    assert not Person.objects.filter(email="dora@aurora.example").exists()
