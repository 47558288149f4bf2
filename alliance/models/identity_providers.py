"""Identity providers of organisations, through which their people sign in, and the e-mail domains of each."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import Enforcement, IdentityProviderState, SignInFault, SignInProtocol
from alliance.models.organisations import Organisation
from alliance.validators.addresses import readable_domain
from portal.kernel.access import visible_by

PROVIDER_KEY = "sso_provider"  # of the session: the provider that it came through, by its number
ORGANISATION_OF_PROVIDER_KEY = "sso_organisation"  # of the session: the one organisation that it may act for
# of the session, set at sign-in: the provider vouched for a second factor, and is trusted to
SSO_FACTOR_KEY = "sso_factor"


def _new_key() -> str:
    return secrets.token_hex(6)


class IdentityProvider(models.Model):
    """A service that signs an organisation's people in; it vouches for them in this organisation alone.

    The client secret is stored encrypted and never shown again. Certificates are stored as base64 of their DER form.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="identity_providers"
    )
    key = models.SlugField(max_length=12, unique=True, default=_new_key, editable=False)  # in its addresses
    name = models.CharField(_("Name"), max_length=80)
    protocol = models.CharField(max_length=4, choices=SignInProtocol.choices)
    state = models.CharField(
        max_length=6, choices=IdentityProviderState.choices, default=IdentityProviderState.DRAFT
    )
    # who speaks: the issuer of OpenID Connect, the entity ID of SAML
    issuer = models.CharField(_("Issuer"), max_length=500)
    client_id = models.CharField(_("Client ID"), max_length=191, blank=True, default="")
    client_secret = models.TextField(blank=True, default="")
    secret_set_at = models.DateTimeField(null=True)
    sign_in_url = models.URLField(_("Sign-in address"), max_length=500, blank=True, default="")
    certificates = ArrayField(models.TextField(), default=list, blank=True, verbose_name=_("Certificates"))
    trusts_factor = models.BooleanField(_("Trust the second factor of the provider"), default=False)
    # by which names the provider says that a second factor was checked, beside those that everybody uses
    factor_contexts = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_success_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=10, blank=True, default="")  # a SignInFault
    last_fault_at = models.DateTimeField(null=True)

    objects = visible_by(access.identity_providers).as_manager()

    class Meta:
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def is_saml(self) -> bool:
        return self.protocol == SignInProtocol.SAML

    @property
    def fault_text(self) -> str:
        """The last fault in words; empty where there was none since the last success."""
        return str(SignInFault(self.last_fault).label) if self.last_fault else ""


class EmailDomain(models.Model):
    """A domain whose e-mail addresses an identity provider speaks for: exact, in lower case, of one provider."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="domains")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="email_domains")
    domain = models.CharField(_("E-mail domain"), max_length=253, unique=True)
    enforcement = models.CharField(max_length=9, choices=Enforcement.choices, default=Enforcement.OPTIONAL)
    suspended_reason = models.TextField(max_length=2000, blank=True, default="")

    objects = visible_by(access.identity_providers).as_manager()

    class Meta:
        ordering = ("domain",)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The domain in its own alphabet."""
        return readable_domain(self.domain)
