"""The consent page after signing in, for people who have not agreed to the current revision."""

from typing import Any

import pytest
from django.test import Client

from alliance.enums import TextKind
from alliance.services.texts import write_text
from tests.factories import Cast
from tests.factories.cast import PASSWORD

pytestmark = pytest.mark.django_db
CONSENT = "/accounts/consent/"


def sign_in(client: Client, email: str) -> Any:
    return client.post("/accounts/login/?next=/workspace/people/", {"login": email, "password": PASSWORD})


def write(cast: Cast, number: int = 1) -> None:
    write_text(
        cast.actor("mona"), TextKind.CONSENT, {"en": f"New {number}", "ru": "Новое"}, expected_revision=number
    )


def test_a_new_consent_is_asked_for_at_the_next_sign_in_and_leads_on(cast: Cast, client: Client) -> None:
    write(cast)
    sign_in(client, cast.alice.email)
    response = client.get("/workspace/people/")
    assert response["Location"] == f"{CONSENT}?next=%2Fworkspace%2Fpeople%2F"

    led_on = client.post(response["Location"], {"agreed": "on", "expected_version": "2"})

    assert led_on["Location"] == "/workspace/people/"
    assert client.get("/workspace/people/").status_code == 200


def test_without_the_tick_nobody_goes_on(cast: Cast, client: Client) -> None:
    write(cast)
    sign_in(client, cast.alice.email)
    assert client.post(CONSENT, {"expected_version": "2"}).status_code == 422
    assert client.get("/workspace/people/").status_code == 302


def test_a_person_who_has_agreed_is_not_asked_until_it_is_written_anew(cast: Cast, client: Client) -> None:
    write(cast)
    sign_in(client, cast.alice.email)
    client.post(CONSENT, {"agreed": "on", "expected_version": "2"})

    client.logout()
    sign_in(client, cast.alice.email)
    assert client.get("/workspace/people/").status_code == 200

    write(cast, number=2)
    client.logout()
    sign_in(client, cast.alice.email)
    assert client.get("/workspace/people/").status_code == 302


def test_an_address_elsewhere_is_not_led_to(cast: Cast, client: Client) -> None:
    write(cast)
    sign_in(client, cast.alice.email)
    led_on = client.post(CONSENT, {"agreed": "on", "expected_version": "2", "next": "https://evil.example/"})
    assert led_on["Location"] == "/session/start/"
