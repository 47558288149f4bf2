"""Pages of signing in and out and of passwords: allauth's views with our forms."""

import json
from datetime import timedelta
from typing import Any

import structlog
from allauth.account import views
from allauth.account.authentication import get_authentication_records
from allauth.account.stages import LoginStageController
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.models import Person
from alliance.models.sessions import DEVICE_KEY
from alliance.queries.factors import factors_of
from alliance.queries.identity_providers import required_provider_for
from alliance.services.factors import record_factor_change
from alliance.validators.addresses import canonical_address
from alliance.web.account import known_devices
from alliance.web.account.adapter import account_digest, refuse_passkey
from alliance.web.account.devices import device_of_request
from alliance.web.account.factor_adapter import passkeys_available
from alliance.web.account.session import remember_language
from alliance.web.account.waiting_sign_in import SecondStep
from alliance.web.forms.accounts import (
    ForgottenPasswordForm,
    NewPasswordForm,
    PasswordChangeForm,
    SignInForm,
)
from alliance.web.forms.factors import PasskeySignInForm, SecondCodeForm, SecondPasskeyForm
from alliance.web.limits import (
    LETTERS_PER_ADDRESS,
    LINKS_PER_ADDRESS,
    PASSKEYS_PER_ADDRESS,
    SIGN_INS_PER_ADDRESS,
    spend_per_address,
)
from alliance.web.sso.views import continue_page
from alliance.web.step_up import record_confirmation
from portal.kernel.limits import Limit, TooMany

log = structlog.get_logger(__name__)


def record_device(sender: object, request: HttpRequest, user: Person, **others: object) -> None:
    """On every sign-in: remember when and on which device, and log who it is by number, and by which ways."""
    del sender, others
    record_confirmation(request)
    device = request.session[DEVICE_KEY] = device_of_request(request)
    known_devices.remember(request, user, device)
    records = get_authentication_records(request, user)
    methods = [record.get("type", record["method"]) for record in records]
    log.info("signed_in", person=user.pk, account=account_digest(user.email), methods=methods)


def log_sign_out(sender: object, user: Person | None, **others: object) -> None:
    """On every sign-out."""
    del sender, others
    log.info("signed_out", person=user.pk if user else None)


def log_wrong_code(sender: object, user: Person, **others: object) -> None:
    """On every wrong code, of the second step of signing in and of reauthentication."""
    del sender, others
    log.warning("second_factor_failed", method="code", person=user.pk)


def renew_session(sender: object, request: HttpRequest, **facts: object) -> None:
    """On every reauthentication: another key for the session, so that one that was copied before is worth nothing."""
    del sender
    if facts.get("reauthenticated"):
        request.session.cycle_key()
        record_confirmation(request)


class _SiteNameMixin:
    """allauth would name the site after the Host header; ours has a name of its own."""

    post_limit: Limit | None = None  # how often one network address may send the form

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.post_limit is not None and request.method == "POST" and not self.is_on_known_device(request):
            spend_per_address(request, self.post_limit)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        return response

    def is_on_known_device(self, request: HttpRequest) -> bool:
        """Whether the form is about an account that was signed in with in this browser: others do not hold it up."""
        del request
        return False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin
        context.pop("site", None)
        return context


class _LimitedStep(_SiteNameMixin):
    """A step of signing in: after too many tries, a page that says when to go on, and which ways stay open."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except TooMany as refusal:
            context = {
                "again_at": timezone.now() + timedelta(seconds=refusal.seconds),
                "retry_after": refusal.seconds,
                "is_second_step": isinstance(self, SecondFactor),
                "passkeys_work": passkeys_available(),
            }
            response = render(request, "account/too_many_tries.html", context, status=429)
            response["Retry-After"] = str(refusal.seconds)
            return response


class SignIn(_LimitedStep, views.LoginView):
    """Form to sign in with e-mail address and password."""

    form_class = SignInForm
    post_limit = SIGN_INS_PER_ADDRESS
    extra_context = {"passkeys_work": passkeys_available}  # noqa: RUF012 - Django declares a dict

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where the domain has to sign in through its organisation, no password is looked at."""
        row = required_provider_for(request.POST.get("login", ""))
        if row is not None and not request.user.is_authenticated:
            return continue_page(request, row, is_required=True)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def is_on_known_device(self, request: HttpRequest) -> bool:
        email = canonical_address(request.POST.get("login", ""))
        return known_devices.known_device(request, person__email=email) is not None


class SecondFactor(_LimitedStep, AuthenticateView):
    """Second step of signing in: a code from the app, a recovery code, or a passkey."""

    template_name = "account/second_factor.html"
    form_class = SecondCodeForm
    webauthn_form_class = SecondPasskeyForm
    post_limit = SIGN_INS_PER_ADDRESS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Where what the first step rested on has changed since, the page of the first one says so."""
        stage = LoginStageController.enter(request, SecondStep.key)
        if stage is not None and stage.is_outdated:
            messages.warning(
                request,
                _(
                    "Your password, a second factor or a membership of yours has changed since you entered your "
                    "password. Sign in again."
                ),
            )
            aborted: HttpResponse = stage.abort()
            return aborted
        return super().dispatch(request, *args, **kwargs)

    def is_on_known_device(self, request: HttpRequest) -> bool:
        stage = LoginStageController.enter(request, SecondStep.key)
        person = stage.login.user if stage is not None else None
        return person is not None and known_devices.known_device(request, person_id=person.pk) is not None

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        used = getattr(form, "authenticator", None)
        if used is not None and used.type == Authenticator.Type.RECOVERY_CODES:
            person, device = self.stage.login.user, device_of_request(self.request)
            record_factor_change(person, "use_code", device=device)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        if isinstance(form, SecondPasskeyForm):
            log.warning("second_factor_failed", method="passkey", person=self.stage.login.user.pk)
        response: HttpResponse = super().form_invalid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        second_factors = factors_of(self.stage.login.user)
        options = context.get("js_data", {}).get("request_options")
        usable = bool(second_factors.passkeys) and passkeys_available()
        return {**context, "factors": second_factors, "options": json.dumps(options) if usable else ""}


class PasskeySignIn(LoginWebAuthnView):
    """Sign-in with a passkey alone; it counts as both steps, for the device has verified its user."""

    form_class = PasskeySignInForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (
            known_devices.known_device(request) is None
        ):  # whoever has signed in there before is not held up by others
            spend_per_address(request, PASSKEYS_PER_ADDRESS)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        del form
        return refuse_passkey(self.request)


class SignOut(_SiteNameMixin, views.LogoutView):
    """Confirmation page before signing out; afterwards the browser forgets the pages that it has stored.

    The page of signing in, which follows, is in the language that the session had.
    """

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        remember_language(response, get_language() or settings.LANGUAGE_CODE)
        response["Clear-Site-Data"] = '"cache"'
        return response


class PasswordReset(_SiteNameMixin, views.PasswordResetView):
    """Form to request a link for a new password."""

    form_class = ForgottenPasswordForm
    post_limit = LETTERS_PER_ADDRESS


class PasswordResetDone(_SiteNameMixin, views.PasswordResetDoneView):
    """Confirmation that a link for a new password was requested."""

    pass


class PasswordResetFromKey(_SiteNameMixin, views.PasswordResetFromKeyView):
    """Form to set a new password, behind the link in the e-mail."""

    form_class = NewPasswordForm
    post_limit = LINKS_PER_ADDRESS


class PasswordResetFromKeyDone(_SiteNameMixin, views.PasswordResetFromKeyDoneView):
    """Confirmation that the new password is set."""

    pass


class PasswordChange(_SiteNameMixin, views.PasswordChangeView):
    """Form to change one's password."""

    form_class = PasswordChangeForm
