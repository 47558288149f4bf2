"""How one's account is protected: an app that shows codes, passkeys, recovery codes."""

import json
from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.models import Person
from alliance.queries.factor_mandates import factor_mandate, second_factors
from alliance.queries.factors import factors_of
from alliance.services.factors import record_factor_change, refuse_removing_last_factor, use_app_code
from alliance.web.account.devices import device_of_request
from alliance.web.account.factor_adapter import address_by_name, passkeys_available
from alliance.web.account.reauthentication import OwnRequest, RequiresReauthentication
from alliance.web.account.session import is_own_path
from alliance.web.forms.factors import AppForm, PasskeyForm
from alliance.web.required_factor import must_set_up_factor
from alliance.web.step_up import reauthenticate
from portal.kernel.errors import DomainError
from portal.kernel.web import redirect_refused

_GO_ON = "second_factor_next"  # in the session: the page that a second factor was required for
_APP_SECRET = "app_secret"  # in the session, of an app that is being added: what its picture shows


@never_cache
@login_required
@require_safe
def security(request: OwnRequest) -> HttpResponse:
    """Overview of one's second factors, and of those that can be set up."""
    context = {
        "factors": factors_of(request.user),
        "advised": request.person_memberships.privileged_since is not None,
        "mandate": factor_mandate(request.user, request.person_memberships),
        "passkeys_work": passkeys_available(),
        "by_name": address_by_name(request),
    }
    return render(request, "account/security.html", context)


@never_cache
@login_required
@require_safe
def second_factor_required(request: OwnRequest) -> HttpResponse:
    """Why no work opens until a second factor is set up, and the ways to set one up; without need, on to the page."""
    named = request.GET.get("next", "")
    back = named if is_own_path(request, named) else reverse("session-start")
    if not must_set_up_factor(request):
        return redirect(back)
    request.session[_GO_ON] = back
    context = {
        "mandate": factor_mandate(request.user, request.person_memberships),
        # through the provider of one organisation an app alone can be set up
        "passkeys_work": passkeys_available() and request.person_memberships.reaches_all,
        "by_name": address_by_name(request) if request.person_memberships.reaches_all else "",
    }
    return render(request, "account/second_factor_required.html", context)


class _FactorChangeMixin(RequiresReauthentication):
    """A change of factors: journalled, and notified by letter, in the transaction that makes it."""

    change = ""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # a mixin
        request: HttpRequest = self.request  # type: ignore[attr-defined]  # a mixin
        record_factor_change(cast(Person, request.user), self.change, device=device_of_request(request))
        return response

    def get_success_url(self) -> str:
        """New recovery codes are shown at once; else on to the page that required a factor, or to the overview.

        A session through the provider of one of several organisations is shown none.
        """
        request: Any = self.request  # type: ignore[attr-defined]  # a mixin
        has_codes = getattr(self, "did_generate_recovery_codes", False)
        if has_codes and request.person_memberships.reaches_all:
            return reverse("mfa_view_recovery_codes")
        return request.session.pop(_GO_ON, "") or reverse("mfa_index")


class _FactorRemovalMixin(_FactorChangeMixin):
    """The removal of a factor; the last one stays with whoever must have one."""

    def removed_factors(self) -> QuerySet[Authenticator]:
        raise NotImplementedError  # each kind has its own

    def get(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = self._refusal() or super().get(*args, **kwargs)  # type: ignore[misc]  # a mixin
        return response

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = self._refusal() or super().post(*args, **kwargs)  # type: ignore[misc]  # a mixin
        return response

    def _refusal(self) -> HttpResponse | None:
        request: Any = self.request  # type: ignore[attr-defined]  # a mixin
        if factor_mandate(request.user, request.person_memberships) is None:
            return None
        try:
            refuse_removing_last_factor(request.user, self.removed_factors())
        except DomainError as refusal:
            return redirect_refused(request, reverse("mfa_index"), str(refusal))
        return None


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


class AppRemove(_FactorRemovalMixin, DeactivateTOTPView):
    """Confirmation page before the authenticator app is removed."""

    template_name = "account/app_remove.html"
    change = "remove_app"

    def removed_factors(self) -> QuerySet[Authenticator]:
        return second_factors(self.request.user).filter(type=Authenticator.Type.TOTP)


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


class PasskeyRemove(_FactorRemovalMixin, RemoveWebAuthnView):
    """Confirmation page before a passkey is removed."""

    template_name = "account/passkey_remove.html"
    change = "remove_passkey"

    def removed_factors(self) -> QuerySet[Authenticator]:
        return second_factors(self.request.user).filter(pk=self.kwargs["pk"])


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(RequiresReauthentication, ViewRecoveryCodesView):
    """List of one's recovery codes."""

    template_name = "account/recovery_codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "go_on": self.request.session.pop(_GO_ON, "")}


class RecoveryCodesFile(RequiresReauthentication, DownloadRecoveryCodesView):
    """Download of one's recovery codes as text."""

    template_name = "account/recovery_codes.txt"
    content_type = "text/plain; charset=utf-8"


class RecoveryCodesCreate(_FactorChangeMixin, GenerateRecoveryCodesView):
    """Confirmation page before new recovery codes replace the old ones."""

    template_name = "account/recovery_codes_new.html"
    change = "make_codes"

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes")
