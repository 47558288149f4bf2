"""Pages of signing in and out and of passwords: allauth's views with our forms."""

import json
from typing import Any

from allauth.account import views
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from alliance.models import Person
from alliance.models.sessions import DEVICE_KEY
from alliance.queries.factors import factors_of
from alliance.services.factors import note_factor
from alliance.web.accounts import refuse_passkey
from alliance.web.devices import device_of
from alliance.web.factor_adapter import passkeys_work
from alliance.web.forms.accounts import (
    ForgottenPasswordForm,
    NewPasswordForm,
    PasswordChangeForm,
    SignInForm,
)
from alliance.web.forms.factors import PasskeySignInForm, SecondCodeForm, SecondPasskeyForm
from alliance.web.limits import LETTER_FROM, LINK_FROM, PASSKEY_FROM, SIGN_IN_FROM, spend_from
from portal.kernel.limits import Limit


def name_the_device(sender: object, request: HttpRequest, user: Person, **others: object) -> None:
    """On signing in, by whatever door: remember on what kind of device."""
    del sender, user, others
    request.session[DEVICE_KEY] = device_of(request.META.get("HTTP_USER_AGENT", ""))


class _OurSite:
    """allauth would name the site after the Host header; ours has a name of its own."""

    posts: Limit | None = None  # how often one network address may send the form

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.posts is not None and request.method == "POST":
            spend_from(request, self.posts)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin
        context.pop("site", None)
        return context


class SignIn(_OurSite, views.LoginView):
    form_class = SignInForm
    posts = SIGN_IN_FROM
    extra_context = {"passkeys_work": passkeys_work}  # noqa: RUF012 - Django declares a dict


class SecondStep(_OurSite, AuthenticateView):
    """After the password of somebody who has a second factor: a code, or a passkey."""

    template_name = "account/second_step.html"
    form_class = SecondCodeForm
    webauthn_form_class = SecondPasskeyForm
    posts = SIGN_IN_FROM

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        used = getattr(form, "authenticator", None)
        if used is not None and used.type == Authenticator.Type.RECOVERY_CODES:
            note_factor(self.stage.login.user, "use_code")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        held = factors_of(self.stage.login.user)
        options = context.get("js_data", {}).get("request_options")
        usable = bool(held.passkeys) and passkeys_work()
        return {**context, "held": held, "options": json.dumps(options) if usable else ""}


class PasskeySignIn(LoginWebAuthnView):
    """A passkey alone: it stands for both steps, for the device has asked who holds it."""

    form_class = PasskeySignInForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        spend_from(request, PASSKEY_FROM)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        del form
        return refuse_passkey(self.request)


class SignOut(_OurSite, views.LogoutView):
    pass


class PasswordReset(_OurSite, views.PasswordResetView):
    form_class = ForgottenPasswordForm
    posts = LETTER_FROM


class PasswordResetDone(_OurSite, views.PasswordResetDoneView):
    pass


class PasswordResetFromKey(_OurSite, views.PasswordResetFromKeyView):
    form_class = NewPasswordForm
    posts = LINK_FROM


class PasswordResetFromKeyDone(_OurSite, views.PasswordResetFromKeyDoneView):
    pass


class PasswordChange(_OurSite, views.PasswordChangeView):
    form_class = PasswordChangeForm
