"""The pages of single sign-on below /accounts/sso/: the way to a provider and back."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.sessions import LoginSession
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from alliance.enums import SignInFault
from alliance.models import IdentityProvider
from alliance.queries.identity_providers import find_provider, is_open, provider_for, required_provider_for
from alliance.validators.addresses import readable_domain
from alliance.validators.email_domains import domain_of
from alliance.web.account.reauthentication import OwnRequest
from alliance.web.area import posted_data
from alliance.web.forms.single_sign_on import SignInAddressForm
from alliance.web.limits import RESPONSES_PER_ADDRESS, SIGN_INS_PER_ADDRESS, spend_per_address
from alliance.web.sso import flow, oidc, saml
from alliance.web.sso.adapter import social_provider
from alliance.web.sso.addresses import CONFIRM
from alliance.web.sso.faults import ProviderFault
from portal.kernel.access import set_context
from portal.kernel.web import get_visible_or_404, posts

_MOST_RESPONSE = 128 * 1024  # characters of a response of SAML
_RESPONSE_COOKIE = "saml-acs-session"  # for the one page that verifies it
_PURPOSES = (flow.SIGN_IN, flow.TEST, CONFIRM)


@never_cache
def sso_start(request: HttpRequest) -> HttpResponse:
    """Form for one's e-mail address; leads to the identity provider of its domain, or says that there is none."""
    form = SignInAddressForm(posted_data(request))
    if form.is_valid():
        spend_per_address(request, SIGN_INS_PER_ADDRESS)
        row = provider_for(form.cleaned_data["email"])
        if row is not None:
            return continue_page(request, row)
        form.add_error("email", form.no_provider)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "account/sso_start.html", context, status=422 if form.is_bound else 200)


def continue_page(request: HttpRequest, row: IdentityProvider, *, is_required: bool = False) -> HttpResponse:
    """The page with the link to the provider: no form of ours may lead to another host."""
    next_page = request.POST.get("next") or request.GET.get("next", "")
    address = reverse("sso-login", args=[row.key])
    context = {
        "provider": row,
        "host": urlsplit(row.sign_in_url or row.issuer).hostname,
        "address": f"{address}?{urlencode({'next': next_page})}" if next_page else address,
        "is_required": is_required,
    }
    return render(request, "account/sso_continue.html", context)


@transaction.non_atomic_requests
@never_cache
@require_safe
def sso_login(request: Any, key: str) -> HttpResponse:
    """Lead to the provider. OpenID Connect asks it first where to lead to: outside of any transaction."""
    spend_per_address(request, SIGN_INS_PER_ADDRESS)
    row = _row_or_404(key)
    purpose = request.GET.get("purpose", flow.SIGN_IN)
    if purpose not in _PURPOSES:
        raise Http404
    if purpose == flow.TEST:
        with _transaction(request):
            get_visible_or_404(
                IdentityProvider.objects, request.actor, rule="identity_provider.test", key=key
            )
    if purpose == flow.SIGN_IN and not is_open(row):
        with _transaction(request):
            return flow.fault_page(request, None, SignInFault.OFF)
    state = {
        "purpose": purpose,
        "next": request.GET.get("next", ""),
        "nonce": secrets.token_urlsafe(24),
        "person": request.user.pk if request.user.is_authenticated else None,
    }
    provider: Any = social_provider(request, row)
    try:
        return (
            saml.begin(request, provider, row, state) if row.is_saml else oidc.begin(request, provider, state)
        )
    except ProviderFault as fault:
        with _transaction(request):
            return flow.fault_page(request, row, fault.fault, purpose)


@transaction.non_atomic_requests
@never_cache
@require_safe
def sso_callback(request: HttpRequest, key: str) -> HttpResponse:
    """Where OpenID Connect leads back to. The provider is asked outside of any transaction."""
    row = _row_or_404(key)
    provider: Any = social_provider(request, row)
    state = _waiting_state(request, provider, request.GET.get("state", ""))
    if row.is_saml or state is None:
        with _transaction(request):
            return flow.fault_page(request, row, SignInFault.STATE)
    try:
        identity, signed_in_at = oidc.finish(request, provider, row, state)
    except ProviderFault as fault:
        with _transaction(request):
            return flow.fault_page(request, row, fault.fault, state["data"]["purpose"])
    with _transaction(request):
        return flow.complete(request, row, identity, signed_in_at, state["data"])


@csrf_exempt
@never_cache
@posts("SAMLResponse", "RelayState")
def saml_acs(request: HttpRequest, key: str) -> HttpResponse:
    """Take the response of a SAML provider from its page; the browser brings its own session to the next one."""
    spend_per_address(request, RESPONSES_PER_ADDRESS)
    row = _row_or_404(key)
    text = request.POST.get("SAMLResponse", "")
    if not row.is_saml or not text or len(text) > _MOST_RESPONSE:
        return flow.fault_page(request, None, SignInFault.RESPONSE)
    response = redirect("saml-finish", key)
    session = LoginSession(request, "saml_acs_session", _RESPONSE_COOKIE)
    session.store["response"] = text
    session.store.set_expiry(300)
    session.save(response)
    cookie = response.cookies[_RESPONSE_COOKIE]
    cookie["httponly"], cookie["samesite"] = True, "Lax"
    return response


@never_cache
@require_safe
def saml_finish(request: HttpRequest, key: str) -> HttpResponse:
    """Verify the response of a SAML provider, and sign in."""
    row = _row_or_404(key)
    session = LoginSession(request, "saml_acs_session", _RESPONSE_COOKIE)
    text = session.store.get("response", "")
    session.store.flush()
    if not row.is_saml or not text:
        return flow.fault_page(request, row, SignInFault.STATE)
    provider: Any = social_provider(request, row)
    try:
        response = saml.read_response(row, text)
    except ProviderFault as fault:
        return flow.fault_page(request, None, fault.fault)
    state = _waiting_state(request, provider, saml.request_of(response))
    if state is None:
        return flow.fault_page(request, row, SignInFault.STATE)
    try:
        identity, signed_in_at = saml.finish(provider, row, response)
    except ProviderFault as fault:
        return flow.fault_page(request, row, fault.fault, state["data"]["purpose"])
    return flow.complete(request, row, identity, signed_in_at, state["data"])


@require_safe
def saml_metadata(request: HttpRequest, key: str) -> HttpResponse:
    """The portal's own metadata for a SAML provider, for everybody: it holds addresses alone."""
    row = _row_or_404(key)
    if not row.is_saml:
        raise Http404
    return HttpResponse(saml.metadata(row), content_type="application/samlmetadata+xml; charset=utf-8")


@never_cache
@login_required
@require_safe
def sso_own_sign_in(request: OwnRequest) -> HttpResponse:
    """Why this page needs the person's own sign-in: the provider of one organisation does not open the others."""
    required = required_provider_for(request.user.email)
    context = {"required": required, "domain": readable_domain(domain_of(request.user.email))}
    return render(request, "account/sso_own_sign_in.html", context)


def _waiting_state(request: HttpRequest, provider: Any, state_id: str) -> dict[str, Any] | None:
    """What waits in this browser's session under the number, once; None where nothing does any more."""
    try:
        state: dict[str, Any] = provider.unstash_redirect_state(request, state_id)
    except PermissionDenied:
        return None
    return state


def _row_or_404(key: str) -> IdentityProvider:
    row = find_provider(key)
    if row is None:
        raise Http404
    return row


@contextmanager
def _transaction(request: Any) -> Iterator[None]:
    """The transaction of a page of accounts, for a view that works without one before."""
    with transaction.atomic():
        set_context(request.actor, identifying=True)
        yield
