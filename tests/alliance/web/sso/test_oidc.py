"""Signing in by OpenID Connect: what is believed, what is not, and which page says so."""

import time
from typing import Any

import pytest
from django.test import Client
from structlog.testing import capture_logs

from alliance.enums import IdentityProviderState
from alliance.models import IdentityProvider
from alliance.queries.factor_mandates import SSO_FACTOR_KEY
from tests.factories import Cast
from tests.support.oidc_provider import OidcServer
from tests.support.second_factors import add_app
from tests.support.single_sign_on import begin, make_oidc_provider, sign_in_by_oidc

pytestmark = pytest.mark.django_db
START = "/session/start/"


def fault(response: Any) -> str:
    return str(response.context["fault"]) if response.status_code in (422, 503) else ""


def test_a_known_person_is_signed_in_and_linked(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    response = sign_in_by_oidc(client, provider, server, cast.alice.email.upper(), sub="42")
    assert (response.status_code, response["Location"]) == (302, START)
    assert client.get("/workspace/").status_code == 200
    assert SSO_FACTOR_KEY not in client.session
    account = cast.alice.socialaccount_set.get()
    assert (account.provider, account.uid, account.extra_data) == (provider.key, "42", {})
    client.post("/accounts/logout/")
    # known by the number from now on, whatever the address there is
    sign_in_by_oidc(client, provider, server, "al.ice@aurora-video.example", sub="42")
    assert client.session["_auth_user_id"] == str(cast.alice.pk)


@pytest.mark.parametrize(
    ("trusts", "claims", "expected"),
    [
        (True, {"amr": ["pwd", "mfa"]}, START),
        (True, {"acr": "strong"}, START),
        (True, {"amr": ["pwd"]}, "/accounts/login/second/"),
        (True, {}, "/accounts/login/second/"),
        (False, {"amr": ["pwd", "mfa"]}, "/accounts/login/second/"),
    ],
)
def test_the_second_factor_of_the_provider_counts_where_it_is_trusted_and_stated(
    cast: Cast, client: Client, server: OidcServer, trusts: bool, claims: dict[str, Any], expected: str
) -> None:
    add_app(cast.alice)
    row = make_oidc_provider(cast.aurora, server, trusts_factor=trusts, factor_contexts=["strong"])
    assert sign_in_by_oidc(client, row, server, cast.alice.email, **claims)["Location"] == expected
    assert client.session.get(SSO_FACTOR_KEY, False) == (expected == START)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"email_verified": False}, "unverified"),
        ({"email": None}, "unverified"),
        ({"email": "alice@beacon-search.example"}, "outside"),
        ({"email": "alice@mail.aurora-video.example"}, "outside"),
        ({"nonce": "of another sign-in"}, "state"),
        ({"aud": "another service"}, "audience"),
        ({"aud": ["alliance-portal", "another"], "azp": "another"}, "audience"),
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"iat": int(time.time()) + 3600}, "early"),
        ({"nbf": int(time.time()) + 3600}, "early"),
        ({"iat": None}, "response"),
    ],
)
def test_an_invalid_answer_is_refused_with_its_reason(
    cast: Cast,
    client: Client,
    provider: IdentityProvider,
    server: OidcServer,
    claims: dict[str, Any],
    expected: str,
) -> None:
    server.user_information = {"sub": f"sub-of-{cast.alice.email}"}  # no address there either
    with capture_logs() as lines:
        response = sign_in_by_oidc(client, provider, server, cast.alice.email, **claims)
    assert fault(response) == expected
    assert "_auth_user_id" not in client.session
    (line,) = [line for line in lines if line["event"] == "sign_in_failed"]
    assert (line["method"], line["fault"]) == ("provider", expected)
    assert "@" not in str(line)
    provider.refresh_from_db()
    assert provider.last_fault == ("" if expected == "state" else expected)


@pytest.mark.parametrize(("algorithm", "signs_with"), [("none", ""), ("RS256", "a thief's"), ("HS256", "")])
def test_a_token_that_the_provider_has_not_signed_is_refused(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer, algorithm: str, signs_with: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    server.algorithm, server.signs_with = algorithm, signs_with
    if algorithm == "HS256":
        monkeypatch.setattr("tests.support.oidc_provider.signing_key", lambda name: "a" * 40)
        monkeypatch.setattr(OidcServer, "keys", lambda self: {"keys": []})
    assert fault(sign_in_by_oidc(client, provider, server, cast.alice.email)) in ("signature", "response")


def test_a_rotated_key_is_fetched_anew(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    address = begin(client, provider)
    server.key_name = "second"
    assert client.get(server.authorize(address, cast.alice.email))["Location"] == START


def test_an_answer_is_good_once_and_in_the_browser_that_began(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    back = server.authorize(begin(client, provider), cast.alice.email)
    assert fault(Client().get(back)) == "state"
    assert client.get(back)["Location"] == START
    assert fault(client.get(back)) == "state"
    assert fault(client.get(f"/accounts/sso/{provider.key}/callback/")) == "state"


def test_a_provider_that_is_away_or_leads_elsewhere_gets_a_page(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    path = f"/accounts/sso/{provider.key}/login/"
    back = server.authorize(begin(client, provider), cast.alice.email)
    server.is_away = True
    for address in (path, back):
        response = client.get(address)
        assert (response.status_code, fault(response)) == (503, "away")
    server.is_away, server.redirects_to = False, f"{server.issuer}/.well-known/openid-configuration"
    asked_before = len(server.requests)
    assert fault(client.get(path)) == "away"
    assert len(server.requests) == asked_before + 1
    provider.refresh_from_db()
    assert provider.last_fault == "away"


def test_pressing_cancel_there_leads_back_to_the_page_to_sign_in(
    client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    response = client.get(server.cancel(begin(client, provider)))
    assert fault(response) == "cancelled"
    assert "/accounts/sso/" in response.content.decode()
    provider.refresh_from_db()
    assert provider.last_fault == ""


def test_the_address_may_stand_in_the_user_information_of_the_same_person(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    server.user_information = {"sub": "7", "email": cast.alice.email, "email_verified": True}
    assert sign_in_by_oidc(client, provider, server, "", sub="7")["Location"] == START
    assert fault(sign_in_by_oidc(client, provider, server, "", sub="8")) == "response"


def test_a_provider_that_is_not_on_signs_nobody_in(
    cast: Cast, client: Client, provider: IdentityProvider, server: OidcServer
) -> None:
    back = server.authorize(begin(client, provider), cast.alice.email)
    IdentityProvider.objects.update(state=IdentityProviderState.OFF)
    assert fault(client.get(back)) == "off"
    assert fault(client.get(f"/accounts/sso/{provider.key}/login/")) == "off"
    assert client.get("/accounts/sso/nobody/login/").status_code == 404
