"""What is filled in about single sign-on: one's address, an identity provider, an e-mail domain."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.models import IdentityProvider
from alliance.services.identity_providers import ProviderSettings
from alliance.validators.saml_metadata import read_certificates, read_metadata
from alliance.web.forms.addresses import AddressField
from alliance.web.forms.renewable import SeenValuesForm
from portal.kernel.errors import DomainError
from portal.kernel.web import StrictForm

_LINES = {"rows": 4, "spellcheck": "false"}


class SignInAddressForm(StrictForm):
    """The address whose domain says through which provider somebody signs in."""

    also_posted = ("next",)
    no_provider = _(
        "No organisation here has single sign-on for this domain. Check the address, or sign in with your password."
    )

    email = AddressField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))


class ProviderForm(SeenValuesForm):
    """What is asked of every provider; of a new one no page has shown anything."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What people read before they are led there: “Aurora accounts”."),
    )

    trusts_factor = forms.BooleanField(
        label=_("Trust the second factor of the provider"),
        required=False,
        help_text=_(
            "Where the provider states that it has checked one, the portal asks for none of its own."
        ),
    )
    factor_contexts = forms.CharField(
        label=_("Other names of a second factor"),
        required=False,
        max_length=2100,
        widget=forms.Textarea(attrs=_LINES),
        help_text=_("One per line, if your provider uses values of its own (acr or AuthnContextClassRef)."),
    )

    @staticmethod
    def initial_of(provider: IdentityProvider) -> dict[str, Any]:
        """What the form of a provider shows at first; never its secret."""
        certificates = [_framed(each) for each in provider.certificates]
        return {
            "name": provider.name,
            "issuer": provider.issuer,
            "client_id": provider.client_id,
            "sign_in_url": provider.sign_in_url,
            "certificates": "\n".join(certificates),
            "trusts_factor": provider.trusts_factor,
            "factor_contexts": "\n".join(provider.factor_contexts),
        }

    def clean_factor_contexts(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["factor_contexts"].splitlines() if line.strip()]
        if len(lines) > 10 or any(len(line) > 200 for line in lines):
            raise ValidationError(_("At most ten lines of at most 200 characters."))
        return lines

    def values(self) -> ProviderSettings:
        """What was filled in."""
        raise NotImplementedError  # each kind has its own


class OidcForm(ProviderForm):
    """A provider of OpenID Connect."""

    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=500,
        help_text=_("The address below which the provider has /.well-known/openid-configuration."),
    )
    client_id = forms.CharField(label=_("Client ID"), max_length=191)
    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=500,
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Stored encrypted and never shown again. Leave empty to keep the stored one."),
    )

    field_order = ("name", "issuer", "client_id", "client_secret", "trusts_factor", "factor_contexts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.initial:  # a new one has none stored
            self.fields["client_secret"].required = True
            self.fields["client_secret"].help_text = _("Stored encrypted and never shown again.")

    def values(self) -> ProviderSettings:
        return ProviderSettings(**{key: value for key, value in self.cleaned_data.items() if key != "seen"})


class SamlForm(ProviderForm):
    """A provider of SAML: its metadata, or what they would say."""

    metadata = forms.CharField(
        label=_("Metadata (XML)"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs=_LINES),
        help_text=_("Paste the metadata of the provider, or fill in the three fields below."),
    )
    issuer = forms.CharField(label=_("Entity ID"), required=False, max_length=500)
    sign_in_url = forms.CharField(label=_("Sign-in address"), required=False, max_length=500)
    certificates = forms.CharField(
        label=_("Certificates"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs=_LINES),
        help_text=_(
            "In PEM form. Before the provider changes its key, add the new certificate beside the old one."
        ),
    )

    field_order = (
        "name", "metadata", "issuer", "sign_in_url", "certificates", "trusts_factor", "factor_contexts",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Metadata go before the three fields."""
        values: dict[str, Any] = super().clean() or {}
        try:
            if values.get("metadata"):
                described = read_metadata(values["metadata"])
                return {
                    **values,
                    "issuer": described.entity_id,
                    "sign_in_url": described.sign_in_url,
                    "certificates": list(described.certificates),
                }
            for field in ("issuer", "sign_in_url"):
                if not values.get(field):
                    self.add_error(field, self.fields[field].default_error_messages["required"])
            return {**values, "certificates": read_certificates(values.get("certificates", ""))}
        except DomainError as refusal:
            self.add_error(refusal.field, str(refusal))
            return values

    def values(self) -> ProviderSettings:
        return ProviderSettings(
            **{key: value for key, value in self.cleaned_data.items() if key not in ("seen", "metadata")}
        )


class DomainForm(StrictForm):
    """An e-mail domain of a provider."""

    domain = forms.CharField(
        label=_("E-mail domain"),
        max_length=253,
        help_text=_("What stands behind the @, exactly: example.org does not include mail.example.org."),
    )


def _framed(certificate: str) -> str:
    lines = [certificate[at : at + 64] for at in range(0, len(certificate), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"])
