"""Signing in by SAML: what is believed, what is not, and which page says so."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from alliance.models import IdentityProvider
from alliance.queries.factor_mandates import SSO_FACTOR_KEY
from tests.factories import Cast
from tests.support import saml_provider
from tests.support.second_factors import add_app
from tests.support.single_sign_on import begin, make_saml_provider, send_saml, sign_in_by_saml

pytestmark = pytest.mark.django_db
START = "/session/start/"


@pytest.fixture
def provider(cast: Cast) -> IdentityProvider:
    return make_saml_provider(cast.aurora)


def fault(response: Any) -> str:
    return str(response.context["fault"]) if response.status_code in (422, 503) else ""


def test_a_known_person_is_signed_in_and_linked(
    cast: Cast, client: Client, provider: IdentityProvider
) -> None:
    response = sign_in_by_saml(client, provider, cast.alice.email)
    assert (response.status_code, response["Location"]) == (302, START), fault(response)
    assert client.get("/workspace/").status_code == 200
    assert cast.alice.socialaccount_set.get().provider == provider.key
    assert SSO_FACTOR_KEY not in client.session


@pytest.mark.parametrize(
    ("trusts", "context", "expected"),
    [
        (True, saml_provider.FACTOR, START),
        (True, "urn:of:their:own", START),
        (True, saml_provider.PASSWORD, "/accounts/login/second/"),
        (False, saml_provider.FACTOR, "/accounts/login/second/"),
    ],
)
def test_the_second_factor_of_the_provider_counts_where_it_is_trusted_and_stated(
    cast: Cast, client: Client, trusts: bool, context: str, expected: str
) -> None:
    add_app(cast.alice)
    row = make_saml_provider(cast.aurora, trusts_factor=trusts, factor_contexts=["urn:of:their:own"])
    assert sign_in_by_saml(client, row, cast.alice.email, context=context)["Location"] == expected
    assert client.session.get(SSO_FACTOR_KEY, False) == (expected == START)


@pytest.mark.parametrize(
    ("lies", "expected"),
    [
        ({"is_signed": False}, "signature"),
        ({"key_name": "a thief's"}, "signature"),
        ({"audience": "https://elsewhere.example/metadata"}, "audience"),
        ({"recipient": "https://elsewhere.example/acs"}, "audience"),
        ({"issuer": "https://elsewhere.example/saml"}, "issuer"),
        ({"minutes": -60}, "expired"),
        ({"minutes": 60}, "early"),
        ({"request": "_another"}, "state"),
        ({"email": "alice@beacon-search.example"}, "outside"),
        ({"email": ""}, "response"),
    ],
)
def test_an_invalid_answer_is_refused_with_its_reason(
    cast: Cast, client: Client, provider: IdentityProvider, lies: dict[str, Any], expected: str
) -> None:
    answer = saml_provider.answer_to(begin(client, provider), cast.alice.email)
    response = send_saml(client, answer.but(**lies), urlsplit(answer.recipient).path)
    assert fault(response) == expected
    assert "_auth_user_id" not in client.session


def test_an_assertion_is_good_once_in_the_browser_that_began_and_at_its_own_provider(
    cast: Cast, client: Client, provider: IdentityProvider
) -> None:
    answer = saml_provider.answer_to(begin(client, provider), cast.alice.email)
    assert fault(send_saml(Client(), answer)) == "state"
    assert send_saml(client, answer)["Location"] == START
    assert fault(send_saml(client, answer)) == "state"
    other = make_saml_provider(cast.beacon)
    assert fault(send_saml(client, answer, f"/accounts/sso/{other.key}/acs/")) == "state"


def test_an_assertion_for_the_provider_of_another_organisation_is_refused(cast: Cast, client: Client) -> None:
    """The same service of the same company may sign for both: the audience tells them apart."""
    aurora, beacon = make_saml_provider(cast.aurora), make_saml_provider(cast.beacon)
    stolen = saml_provider.answer_to(begin(client, aurora), cast.carol.email)
    asked = saml_provider.answer_to(begin(client, beacon), cast.carol.email)
    wrapped = stolen.but(request=asked.request)
    assert fault(send_saml(client, wrapped, urlsplit(asked.recipient).path)) == "audience"


def test_two_certificates_are_good_at_once(cast: Cast, client: Client) -> None:
    row = make_saml_provider(cast.aurora, keys=("first", "second"))
    for key_name in ("first", "second"):
        assert sign_in_by_saml(client, row, cast.alice.email, key_name=key_name)["Location"] == START


@pytest.mark.parametrize("text", ["", "no base64 at all", "PGE+", "PCFET0NUWVBFIGE+PGEvPg==", "A" * 300_000])
def test_a_malformed_response_gets_an_error_page(
    client: Client, provider: IdentityProvider, text: str
) -> None:
    posted = client.post(f"/accounts/sso/{provider.key}/acs/", {"SAMLResponse": text})
    response = client.get(posted["Location"]) if posted.status_code == 302 else posted
    assert fault(response) in ("response", "state")


def test_the_metadata_name_the_addresses_of_the_portal(client: Client, provider: IdentityProvider) -> None:
    page = client.get(f"/accounts/sso/{provider.key}/metadata/").content.decode()
    assert f"/accounts/sso/{provider.key}/acs/" in page
