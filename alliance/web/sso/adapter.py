"""How allauth's social accounts behave here: providers are rows of ours, requests go to public hosts alone."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.http import HttpRequest, HttpResponse

from alliance.models import IdentityProvider
from alliance.queries.identity_providers import find_provider
from alliance.services.client_secrets import decrypt_secret
from alliance.web.sso.oidc import OidcProvider
from portal.kernel.outgoing import OutgoingSession


def social_provider(request: HttpRequest, row: IdentityProvider) -> Provider:
    """What allauth calls the provider of a row."""
    return (SAMLProvider if row.is_saml else OidcProvider)(request, app=_app(row))


def _app(row: IdentityProvider) -> SocialApp:
    """The configuration of allauth for a row; it is not stored."""
    if row.is_saml:
        return SocialApp(provider="saml", provider_id=row.key, name=row.name, client_id=row.key)
    # what an ID token says is enough: the user information is asked for only where it names no address
    settings = {"server_url": row.issuer, "oauth_pkce_enabled": True, "fetch_userinfo": False}
    return SocialApp(
        provider="openid_connect",
        provider_id=row.key,
        name=row.name,
        client_id=row.client_id,
        secret=decrypt_secret(row.client_secret),
        settings=settings,
    )


class SocialAdapter(DefaultSocialAccountAdapter):
    """Hands the rows of organisations to allauth; nobody signs up, and nothing of a profile is stored."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one provider with this key; allauth never asks for all of them here."""
        del request, client_id
        row = find_provider(provider) if provider else None
        return [_app(row)] if row else []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        del request, sociallogin
        return False

    def get_requests_session(self) -> OutgoingSession:
        return OutgoingSession()

    def on_authentication_error(self, request: HttpRequest, provider: Provider, **facts: Any) -> None:
        """Allauth's own page of faults is never shown: ours has the words."""
        del request, provider, facts
        raise ImmediateHttpResponse(HttpResponse(status=502))
