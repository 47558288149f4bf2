"""What people fill in to sign in, to get a new password, and to join."""

from typing import Any, cast

from allauth.account.fields import PasswordField, SetPasswordField
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    PasswordVerificationMixin,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alliance.models import Invitation, Person
from alliance.services import accounts
from alliance.validators.addresses import canonical_address
from alliance.web.account import guesses
from alliance.web.forms.addresses import AddressField
from alliance.web.forms.site import ConsentForm
from alliance.web.limits import LETTERS_PER_ACCOUNT
from portal.kernel.limits import spend
from portal.kernel.web import StrictFields


def relabel(form: forms.BaseForm, **labels: Any) -> None:
    """Our own words above the fields, and nothing written inside them."""
    for name, label in labels.items():
        form.fields[name].label = label
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class AccountFields(StrictFields):
    """A form of allauth, which is posted with the page to go to afterwards."""

    also_posted = ("next",)


class SignInForm(AccountFields, LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField(widget=self.fields["login"].widget)
        relabel(self, login=_("E-mail"), password=_("Password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""


class ForgottenPasswordForm(AccountFields, ResetPasswordForm):
    """The address that somebody signs in with; says nothing about whether anybody does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressField(widget=self.fields["email"].widget)
        relabel(self, email=_("E-mail"))
        self.fields["email"].widget.attrs["autocomplete"] = "username"

    def clean_email(self) -> str:
        """Nobody is looked up before the letter is queued."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        del request, kwargs
        spend(canonical_address(self.cleaned_data["email"]), LETTERS_PER_ACCOUNT)
        accounts.request_password_reset(self.cleaned_data["email"])
        return str(self.cleaned_data["email"])


class NewPasswordForm(AccountFields, ResetPasswordKeyForm):
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, password1=_("New password"), password2=_("Repeat the password"))


class PasswordChangeForm(AccountFields, ChangePasswordForm):
    """The old password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(
            self,
            oldpassword=_("Current password"),
            password1=_("New password"),
            password2=_("Repeat the password"),
        )
        self.fields["oldpassword"].help_text = ""

    def clean_oldpassword(self) -> str:
        """Wrong ones are counted as they are where a password is asked for again."""
        tries = guesses.of_reauthentication(self.user)
        tries.count()
        old: str = super().clean_oldpassword()
        tries.give_back()
        return old


class ConfirmForm(ConsentForm):
    """For an invited person with an account: agreeing is all."""


class JoinForm(PasswordVerificationMixin, ConsentForm):
    """For an invited person without an account: their name, and a password twice."""

    name = forms.CharField(label=_("Full name"), max_length=150)
    password1 = SetPasswordField(label=_("Password"))
    password2 = PasswordField(label=_("Repeat the password"), autocomplete="new-password")

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "password1", "password2", "agreed"])
        self.initial["name"] = invitation.name
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        password = cast(SetPasswordField, self.fields["password1"])
        password.user = Person(email=invitation.email, name=invitation.name)
        relabel(self)
