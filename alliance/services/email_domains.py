"""Named writes on e-mail domains of identity providers: whose they are, and whether their people must use it."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import Enforcement
from alliance.models import EmailDomain, IdentityProvider
from alliance.validators.email_domains import clean_domain
from alliance.workflows import EMAIL_DOMAIN
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError
from portal.kernel.text import require_reason


@transaction.atomic
def add_domain(actor: Actor, provider: IdentityProvider, domain: str) -> EmailDomain:
    """Let the provider speak for the addresses of this domain, not for those below it.

    Raises Forbidden, or DomainError for what is no domain or belongs to a provider already.
    """
    require(actor, "email_domain.add", provider)
    clean = clean_domain(domain)
    row, is_new = EmailDomain.objects.get_or_create(
        domain=clean, defaults={"provider": provider, "organisation_id": provider.organisation_id}
    )
    if not is_new:
        raise DomainError(_("This domain already belongs to an identity provider."), field="domain")
    journal.record(actor, "email_domain.add", row, provider=provider.pk)
    return row


@transaction.atomic
def remove_domain(actor: Actor, row: EmailDomain) -> None:
    """Take the domain from its provider. Raises Forbidden, or DomainError while its people must use it."""
    locked = EmailDomain.objects.select_for_update(of=("self",)).get(pk=row.pk)
    require(actor, "email_domain.remove", locked)
    if locked.enforcement == Enforcement.ENFORCED:
        raise DomainError(_("People of this domain must sign in through the provider: suspend that first."))
    journal.record(actor, "email_domain.remove", locked, provider=locked.provider_id)
    locked.delete()


def enforce_domain(actor: Actor, row: EmailDomain) -> EmailDomain:
    """Let people of the domain sign in through the provider alone.

    Raises Forbidden, WrongState, or DomainError while the provider is not on.
    """
    return EMAIL_DOMAIN.apply(actor, row, "enforce", changes={"suspended_reason": ""})


def suspend_domain(actor: Actor, row: EmailDomain, reason: str) -> EmailDomain:
    """Let people of the domain sign in by themselves while the provider is away.

    Raises Forbidden, WrongState, or DomainError without a reason.
    """
    return EMAIL_DOMAIN.apply(actor, row, "suspend", changes={"suspended_reason": require_reason(reason)})


def relax_domain(actor: Actor, row: EmailDomain) -> EmailDomain:
    """Leave it to people of the domain how they sign in. Raises Forbidden or WrongState."""
    return EMAIL_DOMAIN.apply(actor, row, "relax", changes={"suspended_reason": ""})
