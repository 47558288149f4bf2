"""The addresses about a provider at the portal: what somebody copies into it, and the way there and back."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from alliance.models import IdentityProvider

CONFIRM = "confirm"  # that they are led there to say once more who they are
PROVIDER_ADDRESS_KEY = "sso_provider_address"  # of the session: the key in the addresses of its provider


def callback_url(key: str) -> str:
    """Where OpenID Connect leads back to."""
    return _absolute("sso-callback", key)


def consumer_url(key: str) -> str:
    """Where SAML sends its responses: the assertion consumer service."""
    return _absolute("saml-acs", key)


def metadata_url(key: str) -> str:
    """The portal's metadata for SAML, and its name there: the entity ID."""
    return _absolute("saml-metadata", key)


def copied_addresses(provider: IdentityProvider) -> dict[str, str]:
    """The addresses that the provider has to know, by what they are."""
    if provider.is_saml:
        return {"acs": consumer_url(provider.key), "metadata": metadata_url(provider.key)}
    return {"callback": callback_url(provider.key)}


def confirmation_address(request: Any, back: str) -> str:
    """Where the person of a session that came through a provider says there once more who they are; empty for others.

    From there it leads back to `back`, a path of ours; what allauth asks of a reauthentication is recorded by then.
    """
    key = request.session.get(PROVIDER_ADDRESS_KEY)
    if not key:
        return ""
    return f"{reverse('sso-login', args=[key])}?{urlencode({'purpose': CONFIRM, 'next': back})}"


def _absolute(name: str, key: str) -> str:
    return f"{settings.ORIGIN}{reverse(name, args=[key])}"
