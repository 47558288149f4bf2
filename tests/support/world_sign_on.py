"""Identity providers of the world: two of Aurora's that are off and on, and one more with a domain that must use it."""

from typing import Any

from alliance.enums import Enforcement, IdentityProviderState, SignInProtocol
from alliance.models import EmailDomain, IdentityProvider
from tests.factories import Cast
from tests.support.canaries import canary


def make_sign_on(cast: Cast) -> dict[str, dict[str, Any]]:
    """None of them is ever asked: their addresses lead nowhere."""
    off = _provider(
        cast,
        state=IdentityProviderState.OFF,
        protocol=SignInProtocol.OIDC,
        client_id=canary("client"),
        client_secret=canary("client-secret"),
    )
    saml = _provider(
        cast,
        state=IdentityProviderState.ON,
        protocol=SignInProtocol.SAML,
        sign_in_url=f"https://{canary('sign-in')}.example/",
    )
    strict = _provider(cast, state=IdentityProviderState.ON, protocol=SignInProtocol.OIDC)
    _domain(off, "first")
    return {
        "provider": {"pk": off.pk},
        "provider.on": {"pk": saml.pk},
        "provider.key": {"key": off.key},
        "provider.saml-key": {"key": saml.key},
        "domain": {"pk": _domain(saml, "second").pk},
        "domain.enforced": {
            "pk": _domain(
                strict, "third", enforcement=Enforcement.ENFORCED, suspended_reason=canary("suspended-reason")
            ).pk
        },
    }


def _provider(cast: Cast, **values: Any) -> IdentityProvider:
    return IdentityProvider.objects.create(
        organisation=cast.aurora,
        name=canary("provider"),
        issuer=f"https://{canary('issuer')}.example",
        factor_contexts=[canary("factor-context")],
        **values,
    )


def _domain(provider: IdentityProvider, prefix: str, **values: Any) -> EmailDomain:
    return EmailDomain.objects.create(
        provider=provider,
        organisation=provider.organisation,
        domain=f"{prefix}.{canary('domain')}.example",
        **values,
    )
