"""Identity providers of organisations in tests, and people who sign in through them."""

from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from alliance.enums import Enforcement, IdentityProviderState, SignInProtocol
from alliance.models import EmailDomain, IdentityProvider, Organisation
from alliance.services.client_secrets import encrypt_secret
from alliance.validators.saml_metadata import read_certificates
from tests.support import saml_provider
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcServer


def make_oidc_provider(
    organisation: Organisation, server: OidcServer, *, enforcement: str = Enforcement.OPTIONAL, **values: Any
) -> IdentityProvider:
    """A provider that is on, for the domain of the organisation."""
    row = IdentityProvider.objects.create(
        **{
            "organisation": organisation,
            "name": f"{organisation.slug} accounts",
            "protocol": SignInProtocol.OIDC,
            "state": IdentityProviderState.ON,
            "issuer": server.issuer,
            "client_id": CLIENT_ID,
            "client_secret": encrypt_secret(CLIENT_SECRET),
            **values,
        }
    )
    make_domain(row, enforcement)
    return row


def make_saml_provider(
    organisation: Organisation, *, keys: tuple[str, ...] = ("first",), **values: Any
) -> IdentityProvider:
    """The same by SAML."""
    row = IdentityProvider.objects.create(
        **{
            "organisation": organisation,
            "name": f"{organisation.slug} accounts",
            "protocol": SignInProtocol.SAML,
            "state": IdentityProviderState.ON,
            "issuer": saml_provider.ENTITY_ID,
            "sign_in_url": saml_provider.SIGN_IN_URL,
            "certificates": read_certificates("\n".join(map(saml_provider.certificate, keys))),
            **values,
        }
    )
    make_domain(row)
    return row


def make_domain(row: IdentityProvider, enforcement: str = Enforcement.OPTIONAL) -> EmailDomain:
    """The domain of the cast's addresses in this organisation."""
    return EmailDomain.objects.create(
        provider=row,
        organisation=row.organisation,
        domain=f"{row.organisation.slug}.example",
        enforcement=enforcement,
    )


def begin(client: Client, row: IdentityProvider, **query: str) -> str:
    """Follow the link to the provider; returns the address there."""
    response = client.get(f"/accounts/sso/{row.key}/login/", query)
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def sign_in_by_oidc(
    client: Client, row: IdentityProvider, server: OidcServer, email: str, /, **claims: Any
) -> Any:
    """The whole way there and back."""
    return client.get(server.authorize(begin(client, row), email, **claims))


def sign_in_by_saml(client: Client, row: IdentityProvider, email: str, /, **lies: Any) -> Any:
    """The whole way there and back."""
    return send_saml(client, saml_provider.answer_to(begin(client, row), email).but(**lies))


def send_saml(client: Client, answer: saml_provider.SamlAnswer, path: str = "") -> Any:
    """Post the answer, and follow to the page that verifies it."""
    posted = client.post(path or urlsplit(answer.recipient).path, {"SAMLResponse": answer.encoded()})
    return client.get(posted["Location"]) if posted.status_code == 302 else posted
