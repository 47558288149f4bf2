"""One's own pages: profile, change of address, sessions and devices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.queries.known_devices import device_rows
from alliance.queries.people import own_email_change
from alliance.queries.sessions import open_sessions, session_limits
from alliance.services.accounts import change_profile
from alliance.services.email_changes import (
    OLD,
    cancel_email_change,
    confirm_email_change,
    find_email_change,
    request_email_change,
    stop_email_change,
)
from alliance.services.known_devices import forget_device, forget_other_devices
from alliance.services.sessions import end_other_sessions, end_session
from alliance.web.account.known_devices import identifier_in, known_device
from alliance.web.account.reauthentication import OwnRequest
from alliance.web.acting_for import may_change_account
from alliance.web.area import posted_data
from alliance.web.forms.profile import EmailForm, ProfileForm
from alliance.web.limits import EMAIL_CHANGES_PER_ACCOUNT, LINKS_PER_ADDRESS, spend_per_address
from alliance.web.step_up import reauthenticate
from portal.kernel.alphabet import alphabet_key
from portal.kernel.errors import DomainError
from portal.kernel.limits import spend
from portal.kernel.text import whole_number
from portal.kernel.web import lists_fields, posts, refusals_on


@never_cache
@login_required
def profile(request: OwnRequest) -> HttpResponse:
    """Form for one's name, language, time format and morning; shows one's address and organisations.

    Through the provider of one of several organisations nothing is changed that holds in the others too.
    """
    person = request.user
    may_change = may_change_account(request)
    if request.method == "POST" and not may_change:
        return redirect("sso-own-sign-in")
    fields = ("name", "language", "time_format", "time_zone", "morning_hour")
    initial = {field: getattr(person, field) for field in fields}
    form = ProfileForm(posted_data(request), initial=initial)
    if form.is_valid():
        with refusals_on(form):
            updated_person = change_profile(person, **form.cleaned_data)
        if form.is_valid():
            with translation.override(updated_person.language):
                messages.success(request, _("Saved"))
            return redirect("account-profile")
    context = {
        "form": form,
        "may_change": may_change,
        "change": own_email_change(person),
        "memberships": sorted(
            request.person_memberships.open, key=lambda row: alphabet_key(row.organisation.name)
        ),
    }
    return render(request, "account/profile.html", context, status=422 if form.is_bound else 200)


# --- The address -----------------------------------------------------------------------------


@never_cache
@login_required
def email_change(request: OwnRequest) -> HttpResponse:
    """Form to request a change of one's e-mail address. Whether somebody has the new one is never revealed."""
    if (again := reauthenticate(request)) is not None:
        return again
    form = EmailForm(posted_data(request))
    if form.is_valid():
        spend(str(request.user.pk), EMAIL_CHANGES_PER_ACCOUNT)
        with refusals_on(form):
            request_email_change(request.user, form.cleaned_data["email"])
        if form.is_valid():
            messages.success(request, _("E-mails have been sent to both addresses: confirm in each of them."))
            return redirect("account-profile")
    return render(request, "account/email_change.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@posts()
def email_change_cancel(request: OwnRequest) -> HttpResponse:
    """Cancel one's own change of address."""
    cancel_email_change(request.user)
    messages.success(request, _("Change of address stopped"))
    return redirect("account-profile")


@never_cache
@lists_fields("answer")
def email_change_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Page behind the links sent to both mailboxes: each confirms the change, the old one may stop it."""
    change_and_side = find_email_change(token)
    if change_and_side is None:
        spend_per_address(request, LINKS_PER_ADDRESS)
        return render(request, "account/email_change_invalid.html", status=404)
    change, side = change_and_side
    if request.user.is_authenticated and request.user.pk != change.person_id:
        why = _("You are signed in with another account: sign out, and open the link again.")
        return render(request, "account/email_change_invalid.html", {"refusal": why})
    if request.method == "POST":
        return _answered(request, token)
    other = "new_confirmed_at" if side == OLD else "old_confirmed_at"
    context = {"change": change, "is_old": side == OLD, "is_last": getattr(change, other) is not None}
    return render(request, "account/email_change_confirm.html", context)


def _answered(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.POST.get("answer") == "stop":
            return _answer_page(request, "stopped", stop_email_change(token))
        current_key = request.session.session_key if request.user.is_authenticated else None
        change = confirm_email_change(token, session=current_key)
    except DomainError as refusal:
        return render(request, "account/email_change_invalid.html", {"refusal": str(refusal)}, status=422)
    return _answer_page(request, "done" if change.done_at else "waiting", change)


def _answer_page(request: HttpRequest, outcome: str, change: object) -> HttpResponse:
    return render(request, "account/email_change_answered.html", {"outcome": outcome, "change": change})


# --- Sessions --------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def sessions(request: OwnRequest) -> HttpResponse:
    """List of one's sessions, by device, and of the devices on which one has signed in."""
    context = {
        "sessions": open_sessions(request.user, request.session.session_key),
        "limits": session_limits(request.user),
        "devices": device_rows(request.user, identifier_in(request)),
    }
    return render(request, "account/sessions.html", context)


@login_required
@posts("session", page="account-sessions")
def session_end(request: OwnRequest) -> HttpResponse:
    """End one of one's own sessions; requires reauthentication."""
    if (again := reauthenticate(request)) is not None:
        return again
    end_session(request.user, request.POST.get("session", ""))
    messages.success(request, _("Session ended"))
    return redirect("account-sessions")


@login_required
@posts(page="account-sessions")
def session_end_others(request: OwnRequest) -> HttpResponse:
    """End all of one's other sessions; requires reauthentication."""
    if (again := reauthenticate(request)) is not None:
        return again
    end_other_sessions(request.user, except_key=request.session.session_key)
    messages.success(request, _("Other sessions ended"))
    return redirect("account-sessions")


@login_required
@posts("device", page="account-sessions")
def device_forget(request: OwnRequest) -> HttpResponse:
    """Forget one of the devices on which one has signed in; requires reauthentication."""
    if (again := reauthenticate(request)) is not None:
        return again
    forget_device(request.user, whole_number(request.POST.get("device", "")) or 0)
    messages.success(request, _("Device removed"))
    return redirect("account-sessions")


@login_required
@posts(page="account-sessions")
def device_forget_others(request: OwnRequest) -> HttpResponse:
    """Forget all other devices on which one has signed in; requires reauthentication."""
    if (again := reauthenticate(request)) is not None:
        return again
    forget_other_devices(request.user, except_number=known_device(request, person_id=request.user.pk))
    messages.success(request, _("Other devices removed"))
    return redirect("account-sessions")
