"""Who came through a provider says once more there who they are; of a session that did not, it confirms nothing."""

from typing import Any

import pytest
from django.test import Client

from alliance.enums import IdentityProviderState
from alliance.models import IdentityProvider, Person
from tests.factories import Cast
from tests.factories.cast import PASSWORD
from tests.support.oidc_provider import OidcServer
from tests.support.pages import outlast_confirmation
from tests.support.single_sign_on import begin, sign_in_by_oidc

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
NEW = "nora@aurora-video.example"


def fault(response: Any) -> str:
    return str(response.context["fault"]) if response.status_code in (422, 503) else ""


def test_a_person_without_a_password_confirms_at_the_provider(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    sign_in_by_oidc(client, provider, server, NEW)
    assert client.get("/accounts/security/app/add/").status_code == 200  # signed in just now
    outlast_confirmation(client)
    on_hold = client.post("/accounts/sessions/end-others/")
    assert (on_hold.status_code, "purpose=confirm" in on_hold.content.decode()) == (403, True)
    asked = client.get("/accounts/security/app/add/")
    assert asked.status_code == 302
    assert "purpose=confirm" in asked["Location"]
    address = client.get(asked["Location"])["Location"]
    assert "prompt=login" in address
    assert "max_age=0" in address
    assert fault(client.get(server.authorize(address, "somebody@aurora-video.example"))) == "state"
    address = client.get(asked["Location"])["Location"]
    assert fault(client.get(server.authorize(address, NEW, auth_time=1_700_000_000))) == "stale"
    address = client.get(asked["Location"])["Location"]
    assert client.get(server.authorize(address, NEW))["Location"] == "/accounts/security/app/add/"
    assert client.get("/accounts/security/app/add/").status_code == 200


def test_a_post_on_hold_may_be_confirmed_at_the_provider_beside_the_password(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    sign_in_by_oidc(client, provider, server, cast.alice.email)
    outlast_confirmation(client)
    page = client.post("/accounts/sessions/end-others/", {"csrfmiddlewaretoken": "x"}).content.decode()
    assert ('name="confirm_password"' in page, "purpose=confirm" in page) == (True, True)
    address = begin(client, provider, purpose="confirm", next="/accounts/again/done/")
    client.get(server.authorize(address, cast.alice.email))
    again = client.post("/accounts/sessions/end-others/", {"confirm_password": ""})
    assert again["Location"] == "/accounts/sessions/"


def test_a_provider_confirms_no_session_that_did_not_come_through_it(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    sign_in_by_oidc(client, provider, server, cast.alice.email)  # links her
    own = Client()
    own.post(LOGIN, {"login": cast.alice.email, "password": PASSWORD})
    outlast_confirmation(own)
    address = begin(own, provider, purpose="confirm", next="/accounts/again/done/")
    assert fault(own.get(server.authorize(address, cast.alice.email))) == "state"
    assert own.get("/accounts/address/").status_code == 302
    address = begin(client, provider, purpose="confirm")
    IdentityProvider.objects.update(state=IdentityProviderState.DRAFT)
    assert fault(client.get(server.authorize(address, cast.alice.email))) == "off"


def test_a_person_without_a_password_erases_their_data_after_confirming(
    client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    sign_in_by_oidc(client, provider, server, NEW)
    outlast_confirmation(client)
    assert "purpose=confirm" in client.get("/accounts/data/erase/")["Location"]
    assert client.post("/accounts/data/erase/").status_code == 403
    address = begin(client, provider, purpose="confirm", next="/accounts/data/erase/")
    assert client.get(server.authorize(address, NEW))["Location"] == "/accounts/data/erase/"
    assert 'name="password"' not in client.get("/accounts/data/erase/").content.decode()
    assert client.post("/accounts/data/erase/")["Location"] == "/accounts/data/erased/"
    assert not Person.objects.filter(email=NEW).exists()
