"""How one's account is protected: an app that shows codes, passkeys, recovery codes."""

import json
from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.models import Person
from alliance.queries.factors import factors_of
from alliance.queries.people import should_have_second_factor
from alliance.services.factors import record_factor_change, use_app_code
from alliance.web.account.devices import device_of_request
from alliance.web.account.factor_adapter import address_by_name, passkeys_available
from alliance.web.account.reauthentication import OwnRequest, RequiresReauthentication, reauthenticate
from alliance.web.forms.factors import AppForm, PasskeyForm

_APP_SECRET = "app_secret"  # in the session, of an app that is being added: what its picture shows


@never_cache
@login_required
@require_safe
def security(request: OwnRequest) -> HttpResponse:
    """Overview of one's second factors, and of those that can be set up."""
    context = {
        "factors": factors_of(request.user),
        "advised": should_have_second_factor(request.user),
        "passkeys_work": passkeys_available(),
        "by_name": address_by_name(request),
    }
    return render(request, "account/security.html", context)


class _FactorChangeMixin(RequiresReauthentication):
    """A change of factors: journalled, and notified by letter, in the transaction that makes it."""

    change = ""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # a mixin
        request: HttpRequest = self.request  # type: ignore[attr-defined]  # a mixin
        record_factor_change(cast(Person, request.user), self.change, device=device_of_request(request))
        return response

    def get_success_url(self) -> str:
        """New recovery codes are shown at once, everything else leads back to the overview."""
        has_new_codes = getattr(self, "did_generate_recovery_codes", False)
        return reverse("mfa_view_recovery_codes" if has_new_codes else "mfa_index")


@method_decorator(never_cache, name="dispatch")
class AppAdd(_FactorChangeMixin, ActivateTOTPView):
    """Form to add an authenticator app."""

    template_name = "account/app_add.html"
    form_class = AppForm
    change = "add_app"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = self.request.session[_APP_SECRET] = context["form"].secret
        return {**context, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        use_app_code(self.request.user, form.cleaned_data["code"])
        self.request.session.pop(_APP_SECRET, None)
        return response


class AppRemove(_FactorChangeMixin, DeactivateTOTPView):
    """Confirmation page before the authenticator app is removed."""

    template_name = "account/app_remove.html"
    change = "remove_app"


@never_cache
@login_required
@require_safe
def app_picture(request: OwnRequest) -> HttpResponse:
    """QR code of the authenticator app that is being added, as SVG; for the person alone."""
    secret = request.session.get(_APP_SECRET)
    if not secret or reauthenticate(request) is not None:
        raise Http404
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(picture, content_type="image/svg+xml; charset=utf-8")


@method_decorator(never_cache, name="dispatch")
class PasskeyAdd(_FactorChangeMixin, AddWebAuthnView):
    """Form to add a passkey."""

    template_name = "account/passkey_add.html"
    form_class = PasskeyForm
    change = "add_passkey"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not passkeys_available():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A passkey that can sign in alone; the form of a post that failed keeps what was typed."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        # allauth offers a passkey for the second step; its own script asks for more in the browser, as this does here
        options = json.loads(json.dumps(context["js_data"]["creation_options"]))
        options["publicKey"]["authenticatorSelection"] |= {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        }
        return {**context, **kwargs, "options": json.dumps(options)}


class PasskeyRemove(_FactorChangeMixin, RemoveWebAuthnView):
    """Confirmation page before a passkey is removed."""

    template_name = "account/passkey_remove.html"
    change = "remove_passkey"


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(RequiresReauthentication, ViewRecoveryCodesView):
    """List of one's recovery codes."""

    template_name = "account/recovery_codes.html"


class RecoveryCodesFile(RequiresReauthentication, DownloadRecoveryCodesView):
    """Download of one's recovery codes as text."""

    template_name = "account/recovery_codes.txt"


class RecoveryCodesCreate(_FactorChangeMixin, GenerateRecoveryCodesView):
    """Confirmation page before new recovery codes replace the old ones."""

    template_name = "account/recovery_codes_new.html"
    change = "make_codes"

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes")
