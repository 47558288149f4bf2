"""Reauthentication before a sensitive change, by password, code or passkey."""

import json
from typing import Any

import structlog
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import is_valid_path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.models import Person
from alliance.queries.actors import PersonMemberships
from alliance.services.factors import record_factor_change
from alliance.web.account.devices import device_of_request
from alliance.web.forms.factors import (
    ReauthenticationCodeForm,
    ReauthenticationPasskeyForm,
    ReauthenticationPasswordForm,
)
from alliance.web.sso.addresses import confirmation_address
from alliance.web.step_up import reauthenticate
from portal.kernel.text import split_address

log = structlog.get_logger(__name__)

_AREA_SLASHES = 2  # of /workspace/
_METHOD_LABELS = {
    "account_reauthenticate": gettext_lazy("Use your password"),
    "mfa_reauthenticate": gettext_lazy("Use a code from your app or a recovery code"),
    "mfa_reauthenticate_webauthn": gettext_lazy("Use a passkey"),
}


class OwnRequest(HttpRequest):
    """A request of somebody who is signed in, for their own pages."""

    user: Person
    person_memberships: PersonMemberships


class RequiresReauthentication:
    """A page of allauth's that requires reauthentication."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = reauthenticate(request) or super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        return response


class _ReauthenticationPage:
    """What the three pages share: the other methods, in our words."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin
        context.pop("site", None)
        labels = {reverse(name): label for name, label in _METHOD_LABELS.items()}
        alternatives = [
            {"url": method["url"], "label": labels[method["url"].partition("?")[0]]}
            for method in context["reauthentication_alternatives"]
        ]
        request: HttpRequest = self.request  # type: ignore[attr-defined]  # a mixin
        back = request.POST.get("next") or request.GET.get("next") or ""
        at_provider = confirmation_address(request, back)
        if at_provider:
            label = _("Sign in with your organisation once more")
            alternatives.append({"url": at_provider, "label": label, "is_elsewhere": True})
        return {**context, "alternatives": alternatives, "cancel": self._cancel_url()}

    def _cancel_url(self) -> str:
        """Back to where the page that asks was opened from: one's account, or what the act is about."""
        request: HttpRequest = self.request  # type: ignore[attr-defined]  # a mixin
        target = request.POST.get("next") or request.GET.get("next") or ""
        if target.startswith("/accounts/"):
            return reverse("mfa_index")
        return _page_above(split_address(target).path) or reverse("session-start")


def _page_above(path: str) -> str:
    """The nearest page of a signed-in area above this one: of a report, for the page where it is signed."""
    while path.startswith(("/workspace/", "/secretariat/")) and path.count("/") > _AREA_SLASHES + 1:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if is_valid_path(path):
            return path
    return ""


class ReauthenticateByPassword(_ReauthenticationPage, ReauthenticateView):
    """Reauthentication by the password."""

    template_name = "account/reauthenticate.html"
    form_class = ReauthenticationPasswordForm


class ReauthenticateByCode(_ReauthenticationPage, ReauthenticateByCodeView):
    """Reauthentication by a code from the app or a recovery code."""

    template_name = "account/reauthenticate.html"
    form_class = ReauthenticationCodeForm

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if form.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            record_factor_change(self.request.user, "use_code", device=device_of_request(self.request))
        return response


class ReauthenticateByPasskey(_ReauthenticationPage, ReauthenticateWebAuthnView):
    """Reauthentication by a passkey."""

    template_name = "account/reauthenticate.html"
    form_class = ReauthenticationPasskeyForm

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, and not the way to signing in."""
        log.warning("reauthentication_failed", method="passkey", person=self.request.user.pk)
        form.add_error(None, _("The passkey was not accepted. Try again, or choose another way."))
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, **kwargs, "options": json.dumps(context["js_data"]["request_options"])}


@never_cache
@login_required
@require_safe
def reauthenticated(request: OwnRequest) -> HttpResponse:
    """After reauthentication in a tab of its own: the form waits in the other one."""
    return render(request, "account/reauthenticated.html")
