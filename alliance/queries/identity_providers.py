"""Identity providers: those of an organisation, and the one that an e-mail address belongs to."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from alliance.access import has_portal_access
from alliance.enums import Enforcement, IdentityProviderState
from alliance.models import EmailDomain, IdentityProvider, Organisation
from alliance.models.identity_providers import ORGANISATION_OF_PROVIDER_KEY
from alliance.validators.email_domains import domain_of
from alliance.validators.saml_metadata import CertificateFacts, certificate_facts
from portal.kernel.access import ANYONE, Actor, acting_as


def providers_of(actor: Actor, organisation: Organisation) -> QuerySet[IdentityProvider]:
    """The identity providers of an organisation, with their domains. Two queries."""
    rows: QuerySet[IdentityProvider] = IdentityProvider.objects.visible_to(actor)
    return rows.filter(organisation=organisation).prefetch_related("domains")


def domains_of(actor: Actor, provider: IdentityProvider) -> QuerySet[EmailDomain]:
    """The e-mail domains that a provider speaks for."""
    rows: QuerySet[EmailDomain] = EmailDomain.objects.visible_to(actor)
    return rows.filter(provider=provider)


def certificates_of(provider: IdentityProvider) -> list[CertificateFacts]:
    """How the certificates of a SAML provider are recognised, and until when they are good."""
    return [certificate_facts(each) for each in provider.certificates]


def find_provider(key: str) -> IdentityProvider | None:
    """The provider with this key in its addresses, in whatever state; for signing in."""
    with acting_as(ANYONE, identifying=True):
        return IdentityProvider.objects.select_related("organisation").filter(key=key).first()


def session_reaches(session: Mapping[str, Any], organisation_id: int) -> bool:
    """Whether the session may act for the organisation: one that came through a provider, for the provider's alone."""
    return session.get(ORGANISATION_OF_PROVIDER_KEY) in (None, organisation_id)


def provider_for(email: str) -> IdentityProvider | None:
    """The provider through which people with an address of this domain can sign in now.

    By the domain alone: whether anybody has the address makes no difference.
    """
    domain = _domain_row(email)
    return domain.provider if domain else None


def required_provider_for(email: str) -> IdentityProvider | None:
    """The provider through which people with an address of this domain must sign in now."""
    domain = _domain_row(email)
    return domain.provider if domain and domain.enforcement == Enforcement.ENFORCED else None


def _domain_row(email: str) -> EmailDomain | None:
    with acting_as(ANYONE, identifying=True):
        rows = EmailDomain.objects.select_related("provider__organisation")
        row: EmailDomain | None = rows.filter(domain=domain_of(email)).first()
    return row if row is not None and is_open(row.provider) else None


def vouches_for_factors(organisation: Organisation) -> bool:
    """Whether a provider of the organisation is on, and trusted to say that there was a second factor. One query."""
    rows = IdentityProvider.objects.filter(organisation=organisation, state=IdentityProviderState.ON)
    return bool(rows.filter(trusts_factor=True).exists())


def is_open(provider: IdentityProvider) -> bool:
    """Whether the provider signs people in now: it is on, and its organisation has access."""
    organisation = provider.organisation
    return provider.state == IdentityProviderState.ON and has_portal_access(
        organisation.kind, organisation.state
    )
