"""What follows from an answer of a provider: signing in, testing a provider, or confirming who one is."""

import time
from collections.abc import Mapping
from typing import Any

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.utils import flows, perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from alliance.enums import SignInFault
from alliance.models import IdentityProvider, Person
from alliance.models.identity_providers import ORGANISATION_OF_PROVIDER_KEY, PROVIDER_KEY
from alliance.queries.factor_mandates import SSO_FACTOR_KEY
from alliance.queries.identity_providers import is_open
from alliance.services import identity_providers as services
from alliance.services.provider_sign_ins import Identity, SignInRefused, admit, check_identity, is_linked
from alliance.web.area import area_of
from alliance.web.sso.addresses import CONFIRM, PROVIDER_ADDRESS_KEY
from alliance.web.sso.oidc import FRESH_FOR

log = structlog.get_logger(__name__)

# What somebody is led to the provider for, beside CONFIRM.
SIGN_IN, TEST = "sign_in", "test"
_CLOCKS_DIFFER_BY = 60  # seconds


def complete(
    request: Any,
    row: IdentityProvider,
    identity: Identity,
    signed_in_at: float | None,
    state: Mapping[str, Any],
) -> HttpResponse:
    """Answer to somebody whom the provider has identified, by what they were led there for."""
    try:
        if state["purpose"] == TEST:
            return _tested(request, row, identity)
        if state["purpose"] == CONFIRM:
            return _confirmed(request, row, identity, signed_in_at, state)
        return _signed_in(request, row, identity, state)
    except SignInRefused as refusal:
        return fault_page(request, row, refusal.fault, state["purpose"])


def fault_page(
    request: Any, row: IdentityProvider | None, fault: SignInFault, purpose: str = SIGN_IN
) -> HttpResponse:
    """The page that says why nobody was signed in. What somebody elsewhere can cause is not noted at the provider."""
    log.warning("sign_in_failed", method="provider", provider=row.key if row else "", fault=str(fault))
    if row is not None and fault not in (SignInFault.STATE, SignInFault.CANCELLED, SignInFault.CLOSED):
        services.record_fault(row, fault)
    # an account that cannot be used gets the words of an address that is not known
    shown = SignInFault.OUTSIDE if fault == SignInFault.CLOSED else fault
    status = 503 if fault == SignInFault.AWAY else 422
    back = _provider_page(request, row) if row is not None and purpose == TEST else reverse("session-start")
    context = {"fault": shown, "back": back if request.user.is_authenticated else ""}
    return render(request, "account/sso_fault.html", context, status=status)


def _signed_in(
    request: HttpRequest, row: IdentityProvider, identity: Identity, state: Mapping[str, Any]
) -> HttpResponse:
    admission = admit(row, identity)
    person = admission.person
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    services.record_success(row)
    flows.login.record_authentication(request, person, "socialaccount", provider=row.key)
    invitation = (
        reverse("invitation-accept", args=[admission.invitation_token]) if admission.invitation_token else ""
    )
    facts = {
        "provider": row.pk,
        "key": row.key,
        "organisation": row.organisation_id,
        "has_factor": row.trusts_factor and identity.has_factor,
    }
    response: HttpResponse = perform_login(
        request,
        person,
        redirect_url=invitation or _own_path(request, str(state.get("next", ""))),
        signal_kwargs={"sso": facts},
    )
    return response


def remember_provider(
    sender: object, request: HttpRequest, sso: Mapping[str, Any] | None = None, **others: object
) -> None:
    """On every sign-in: the session knows the provider that it came through, or that it came through none."""
    del sender, others
    for key in (PROVIDER_KEY, PROVIDER_ADDRESS_KEY, ORGANISATION_OF_PROVIDER_KEY, SSO_FACTOR_KEY):
        request.session.pop(key, None)
    if sso:
        request.session[PROVIDER_KEY] = sso["provider"]
        request.session[PROVIDER_ADDRESS_KEY] = sso["key"]
        request.session[ORGANISATION_OF_PROVIDER_KEY] = sso["organisation"]
        if sso["has_factor"]:
            request.session[SSO_FACTOR_KEY] = True


def _tested(request: Any, row: IdentityProvider, identity: Identity) -> HttpResponse:
    """The provider works; nobody is signed in as anybody else by that."""
    if not identity.is_verified or not identity.email:
        raise SignInRefused(SignInFault.UNVERIFIED)
    services.record_test(request.actor, row)
    services.record_success(row)
    sentence = (
        _("The test worked. The provider has confirmed the e-mail address, and stated a second factor.")
        if identity.has_factor
        else _(
            "The test worked. The provider has confirmed the e-mail address. It has stated no second factor."
        )
    )
    messages.success(request, sentence)
    return redirect(_provider_page(request, row))


def _provider_page(request: Any, row: IdentityProvider) -> str:
    """The page of the provider in the area of whoever sets it up."""
    return area_of(request.actor).url("provider", row.pk)


def _confirmed(
    request: Any,
    row: IdentityProvider,
    identity: Identity,
    signed_in_at: float | None,
    state: Mapping[str, Any],
) -> HttpResponse:
    """The person of this session has signed in once more, just now, at the provider that the session came through."""
    person = request.user
    if not isinstance(person, Person) or person.pk != state.get("person"):
        raise SignInRefused(SignInFault.STATE)
    if request.session.get(PROVIDER_KEY) != row.pk:  # another organisation's opens nothing here
        raise SignInRefused(SignInFault.STATE)
    if not is_open(row):
        raise SignInRefused(SignInFault.OFF)
    check_identity(row, identity)
    if not is_linked(person, row, identity.uid):
        raise SignInRefused(SignInFault.STATE)
    if signed_in_at is None or signed_in_at < time.time() - FRESH_FOR - _CLOCKS_DIFFER_BY:
        raise SignInRefused(SignInFault.STALE)
    services.record_success(row)
    flows.login.record_authentication(
        request, person, "socialaccount", provider=row.key, reauthenticated=True
    )
    return redirect(_own_path(request, str(state.get("next", ""))) or "session-start")


def _own_path(request: HttpRequest, path: str) -> str:
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()})
    return path if own else ""
