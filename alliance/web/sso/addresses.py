"""The addresses of a provider at the portal, below its configured origin: what somebody copies into the provider."""

from django.conf import settings
from django.urls import reverse

from alliance.models import IdentityProvider


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


def _absolute(name: str, key: str) -> str:
    return f"{settings.ORIGIN}{reverse(name, args=[key])}"
