"""Named writes on the identity providers of organisations: set up, test, turn on and off, and how they fare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import IdentityProviderState, SignInFault, SignInProtocol
from alliance.models import IdentityProvider, Organisation, PersonSession
from alliance.queries.last_edits import refuse_other_values
from alliance.services.client_secrets import encrypt_secret
from alliance.services.people import lock_organisation
from alliance.workflows import IDENTITY_PROVIDER
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import DomainError
from portal.kernel.outgoing import is_allowed_address
from portal.kernel.text import clean_line, clean_name

MOST_PROVIDERS = 5


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """What is filled in about a provider. An empty client secret leaves the stored one."""

    name: str
    issuer: str
    client_id: str = ""
    client_secret: str = ""
    sign_in_url: str = ""
    certificates: Sequence[str] = ()
    trusts_factor: bool = False
    factor_contexts: Sequence[str] = ()


# Another of these is another provider: it has to be tested and turned on anew.
_IDENTITY = ("issuer", "client_id", "sign_in_url")


@transaction.atomic
def add_provider(
    actor: Actor, organisation: Organisation, protocol: SignInProtocol, settings: ProviderSettings
) -> IdentityProvider:
    """Add a provider to the organisation, as a draft.

    Raises Forbidden, or the DomainError of a field, or of a sixth provider.
    """
    require(actor, "identity_provider.add", organisation)
    locked = lock_organisation(organisation.pk)
    if IdentityProvider.objects.filter(organisation=locked).count() >= MOST_PROVIDERS:
        message = _("An organisation can have at most %(most)d identity providers.")
        raise DomainError(message % {"most": MOST_PROVIDERS})
    provider = IdentityProvider(organisation=locked, protocol=protocol)
    if protocol == SignInProtocol.OIDC and not settings.client_secret:
        raise DomainError(_("Enter the client secret."), field="client_secret")
    _fill(provider, settings)
    provider.save()
    journal.record(actor, "identity_provider.add", provider, organisation=locked.pk, protocol=protocol)
    return provider


@transaction.atomic
def change_provider(
    actor: Actor, provider: IdentityProvider, settings: ProviderSettings, *, seen: str | None = None
) -> IdentityProvider:
    """Change what the portal knows of a provider. Another issuer, client or address makes it a draft again.

    New certificates and a new client secret do not: keys are rotated while people sign in. With another issuer nobody
    is known by their number there any more. Sessions end that came through what is another provider now, or that rest
    on a second factor that is trusted no more. `seen`: the key of the `provider_values` that the actor has seen, None
    for any. Raises Forbidden, Conflict when it was changed in between, the DomainError of a field, or that of a
    provider that people must sign in through.
    """
    locked = IdentityProvider.objects.select_for_update(of=("self",)).get(pk=provider.pk)
    require(actor, "identity_provider.change", locked)
    refuse_other_values(actor, locked, provider_values(locked), seen, "identity_provider.change")
    before = {field: getattr(locked, field) for field in _stored_fields()}
    _fill(locked, settings)
    changed = [field for field in _stored_fields() if getattr(locked, field) != before[field]]
    if not changed:
        return locked
    if "issuer" in changed:  # another one gives its own numbers: whoever comes is found by their address anew
        with acting_as(SYSTEM):
            SocialAccount.objects.filter(provider=locked.key).delete()
    if set(changed) & set(_IDENTITY):
        values = {field: getattr(locked, field) for field in changed}
        _end_sessions(locked)
        return IDENTITY_PROVIDER.apply(actor, locked, "change", changes=values, data={"fields": changed})
    locked.save(update_fields=changed)
    if _trusts_less(before, locked):
        _end_sessions(locked, has_provider_factor=True)
    journal.record(actor, "identity_provider.change", locked, fields=changed)
    return locked


def provider_values(provider: IdentityProvider) -> dict[str, object]:
    """What a change of a provider replaces, by column; of the secret, which nobody is shown, when it was set."""
    return {name: getattr(provider, name) for name in _stored_fields() if name != "client_secret"}


def _trusts_less(before: Mapping[str, Any], provider: IdentityProvider) -> bool:
    """Whether a second factor counted before that counts no more."""
    if not before["trusts_factor"]:
        return False
    return not (provider.trusts_factor and set(before["factor_contexts"]) <= set(provider.factor_contexts))


def _end_sessions(provider: IdentityProvider, **conditions: object) -> None:
    """End the sessions that came through the provider; as SYSTEM, for they are of people elsewhere too."""
    with acting_as(SYSTEM):
        PersonSession.objects.filter(identity_provider=provider, **conditions).delete()


def _stored_fields() -> list[str]:
    return [*(field.name for field in fields(ProviderSettings)), "secret_set_at"]


def _fill(provider: IdentityProvider, settings: ProviderSettings) -> None:
    provider.name = clean_name(settings.name, field="name")
    provider.issuer = clean_line(settings.issuer, field="issuer")
    provider.trusts_factor = settings.trusts_factor
    provider.factor_contexts = [
        clean_line(each, field="factor_contexts") for each in settings.factor_contexts
    ]
    address, field = (provider.issuer, "issuer")
    if provider.is_saml:
        provider.sign_in_url = clean_line(settings.sign_in_url, field="sign_in_url")
        provider.certificates = list(settings.certificates)
        address, field = provider.sign_in_url, "sign_in_url"
    else:
        provider.client_id = clean_line(settings.client_id, field="client_id")
        if settings.client_secret:
            provider.client_secret = encrypt_secret(settings.client_secret.strip())
            provider.secret_set_at = clock.now()
    if not is_allowed_address(address):
        raise DomainError(_("Enter an address that begins with https://."), field=field)


@transaction.atomic
def record_test(actor: Actor, provider: IdentityProvider) -> IdentityProvider:
    """Note that whoever sets the provider up has signed in through it: a draft is tested now. Raises Forbidden."""
    with acting_as(actor):
        require(actor, "identity_provider.test", provider)
        if provider.state == IdentityProviderState.DRAFT:
            return IDENTITY_PROVIDER.apply(actor, provider, "test")
        journal.record(actor, "identity_provider.test", provider)
        return provider


def turn_on(actor: Actor, provider: IdentityProvider) -> IdentityProvider:
    """Let people of its domains sign in. Raises Forbidden, WrongState before a test, DomainError without a domain."""
    return IDENTITY_PROVIDER.apply(actor, provider, "turn_on")


@transaction.atomic
def turn_off(actor: Actor, provider: IdentityProvider) -> IdentityProvider:
    """Sign nobody in any more, and end the sessions that came through it.

    Raises Forbidden, WrongState, or DomainError while people must sign in through it.
    """
    turned_off = IDENTITY_PROVIDER.apply(actor, provider, "turn_off")
    _end_sessions(turned_off)
    return turned_off


def record_success(provider: IdentityProvider) -> None:
    """Note that somebody has just come through the provider."""
    with acting_as(SYSTEM):
        IdentityProvider.objects.filter(pk=provider.pk).update(
            last_success_at=clock.now(), last_fault="", last_fault_at=None
        )


def record_fault(provider: IdentityProvider, fault: SignInFault) -> None:
    """Note why somebody could not come through the provider."""
    with acting_as(SYSTEM):
        IdentityProvider.objects.filter(pk=provider.pk).update(last_fault=fault, last_fault_at=clock.now())
