"""Freezing one's own account: from one's pages, and by the link in letters about it."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.services.freezing import find_freeze_token, freeze_by_link, freeze_own_account
from alliance.web.account.reauthentication import OwnRequest
from alliance.web.limits import LINKS_PER_ADDRESS, spend_per_address
from alliance.web.organisation.freezing import signing_consequence
from alliance.web.step_up import reauthenticate
from portal.kernel.errors import WrongState
from portal.kernel.web import lists_fields


@never_cache
@login_required
@lists_fields()
def account_freeze(request: OwnRequest) -> HttpResponse:
    """Confirmation page before one freezes one's own account; requires reauthentication."""
    if (again := reauthenticate(request)) is not None:
        return again
    if request.method != "POST":
        return render(request, "account/freeze.html", {"signing": signing_consequence()})
    freeze_own_account(request.user)
    logout(request)
    return redirect("account-frozen")


@never_cache
@lists_fields()
def account_freeze_link(request: HttpRequest, token: str) -> HttpResponse:
    """Confirmation page behind the link “this was not me” of letters; a post freezes, without signing in."""
    person = find_freeze_token(token)
    if person is not None and request.method == "POST":
        try:
            freeze_by_link(token)
        except WrongState:  # somebody was quicker: it is frozen
            person = None
        else:
            if request.user.is_authenticated and request.user.pk == person.pk:
                logout(request)
            return redirect("account-frozen")
    if person is None:
        spend_per_address(request, LINKS_PER_ADDRESS)
        return render(request, "account/freeze_invalid.html", status=404)
    context = {"person": person, "signing": signing_consequence()}
    return render(request, "account/freeze_link.html", context)


@require_safe
def account_frozen(request: HttpRequest) -> HttpResponse:
    """Page shown after one has frozen one's account: what happens next; open to everybody."""
    return render(request, "account/frozen.html")
