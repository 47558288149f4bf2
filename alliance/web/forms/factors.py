"""What is filled in about second factors: codes, names of passkeys, and the browser's response for a passkey."""

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from alliance.models import Person
from alliance.services.factors import use_app_code
from alliance.web.account import guesses
from alliance.web.forms.accounts import AccountFields, relabel
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_line

_LONGEST_NAME = 60  # of a passkey


class _LimitedCodeMixin(AccountFields):
    """Wrong codes of one account are counted: for each of its known devices, and for all other devices together."""

    user: Person

    def clean_code(self) -> str:
        tries = guesses.of_code(self.user)
        tries.count()
        code: str = super().clean_code()  # type: ignore[misc]  # a mixin
        tries.give_back()
        return code


class _CodeFieldMixin:
    """Our own words above the field, and nothing written inside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, code=_("Code"))  # type: ignore[arg-type]  # a mixin of forms
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}  # type: ignore[attr-defined]  # a mixin


class _CodeOnceMixin(_LimitedCodeMixin):
    """A code that somebody signs in or reauthenticates with is good once."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not use_app_code(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondCodeForm(_CodeOnceMixin, _CodeFieldMixin, AuthenticateForm):
    """The code that the app shows, or a recovery code."""


class ReauthenticationCodeForm(_CodeOnceMixin, _CodeFieldMixin, ReauthenticateByCodeForm):
    """The same, from somebody who is signed in."""


class AppForm(_LimitedCodeMixin, _CodeFieldMixin, ActivateTOTPForm):
    """The first code of an app: it has read the picture rightly."""


class ReauthenticationPasswordForm(AccountFields, ReauthenticateForm):
    """The password, from somebody who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, password=_("Current password"))
        self.fields["password"].help_text = ""


class SecondPasskeyForm(AccountFields, AuthenticateWebAuthnForm):
    """The browser's response for the passkey, after the password."""


class ReauthenticationPasskeyForm(AccountFields, ReauthenticateWebAuthnForm):
    """The same, from somebody who is signed in."""


class PasskeySignInForm(AccountFields, LoginWebAuthnForm):
    """The same, from somebody who is not signed in."""


class PasskeyForm(AccountFields, AddWebAuthnForm):
    """A new passkey, and what its owner calls it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)  # all of ours can be used without a password
        relabel(self, name=_("Name"))
        self.fields["name"].validators.append(MaxLengthValidator(_LONGEST_NAME))
        self.fields["name"].widget.attrs["maxlength"] = _LONGEST_NAME
        self.fields["name"].help_text = _("To tell it from others, for example “my phone”.")

    def clean_name(self) -> str:
        """The name, or that of the device where none is given."""
        try:
            return clean_line(super().clean_name(), field="name")
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> Any:
        """Refuse a passkey whose maker has not shown to the device who they are."""
        self.cleaned_data["passwordless"] = True
        return super().clean()
