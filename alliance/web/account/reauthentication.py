"""Reauthentication before a sensitive change, by password, code or passkey."""

import json
import time
from typing import Any

import structlog
from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.account.views import ReauthenticateView
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Person
from alliance.queries.actors import PersonMemberships
from alliance.web.forms.factors import (
    ReauthenticationCodeForm,
    ReauthenticationPasskeyForm,
    ReauthenticationPasswordForm,
)
from alliance.web.sso.views import confirmation_address
from portal.kernel.web import RefusedRedirect

log = structlog.get_logger(__name__)

_METHOD_LABELS = {
    "account_reauthenticate": gettext_lazy("Use your password"),
    "mfa_reauthenticate": gettext_lazy("Use a code from your app or a recovery code"),
    "mfa_reauthenticate_webauthn": gettext_lazy("Use a passkey"),
}


class OwnRequest(HttpRequest):
    """A request of somebody who is signed in, for their own pages."""

    user: Person
    person_memberships: PersonMemberships


def reauthenticate(request: HttpRequest, back: str = "") -> HttpResponse | None:
    """Redirect to the page that asks, unless it was answered within the last five minutes; a form is sent again.

    From there it leads to this page, or to `back`.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    at_provider = _needed_at_provider(request, back or request.get_full_path())
    if at_provider:
        return RefusedRedirect(at_provider)
    try:
        _check_reauthentication(request)
    except ReauthenticationRequired:
        asks = redirect_to_login(back or request.get_full_path(), resolve_url("account_reauthenticate"))
        return RefusedRedirect(asks.url)
    return None


def _needed_at_provider(request: HttpRequest, back: str) -> str:
    """Where somebody says so who has neither a password nor a second factor here; allauth would ask them nothing."""
    if get_adapter(request).get_reauthentication_methods(request.user) or did_recently_confirm(request):
        return ""
    return confirmation_address(request, back)


def did_recently_confirm(request: HttpRequest) -> bool:
    """Whether the person has said so within the last minutes, in whatever way."""
    records = get_authentication_records(request, request.user)
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    return any(record.get("reauthenticated") and record["at"] > since for record in records)


@reauthentication_required(app="allauth.mfa")
def _check_reauthentication(request: HttpRequest) -> None:
    """Do nothing: allauth checks a recent authentication by its decorator alone."""


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
        at_provider = confirmation_address(request, request.GET.get("next", ""))
        if at_provider:
            alternatives.append({"url": at_provider, "label": _("Sign in with your organisation once more")})
        return {**context, "alternatives": alternatives}


class ReauthenticateByPassword(_ReauthenticationPage, ReauthenticateView):
    """Reauthentication by the password."""

    template_name = "account/reauthenticate.html"
    form_class = ReauthenticationPasswordForm


class ReauthenticateByCode(_ReauthenticationPage, ReauthenticateByCodeView):
    """Reauthentication by a code from the app or a recovery code."""

    template_name = "account/reauthenticate.html"
    form_class = ReauthenticationCodeForm


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
