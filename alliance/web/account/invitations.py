"""The page that an invitation's link leads to."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from alliance.enums import TextKind
from alliance.models import Invitation, Membership, Person
from alliance.queries.identity_providers import required_provider_for, session_reaches
from alliance.queries.people import has_account
from alliance.queries.texts import current_text, displayed_language, text_for_reader
from alliance.services.invitations import accept_invitation, find_invitation
from alliance.web.acting_for import ORGANISATION_KEY
from alliance.web.area import posted_data
from alliance.web.forms.accounts import ConfirmForm, JoinForm
from alliance.web.limits import LINKS_PER_ADDRESS, spend_per_address
from portal.kernel.web import refusals_on


@sensitive_post_parameters("password1", "password2")
@never_cache
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Form to accept an invitation: a new person sets name and password, one with an account confirms."""
    invitation = find_invitation(token)
    if invitation is None:
        spend_per_address(request, LINKS_PER_ADDRESS)
        return render(request, "account/invitation_invalid.html", status=404)
    if not request.user.is_authenticated:
        # the invitation's language, unless the reader has chosen one
        language = invitation.language
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(language)
            request.LANGUAGE_CODE = language
    if request.user.is_authenticated and request.user.email != invitation.email:
        return render(request, "account/invitation_other_person.html")
    if request.user.is_authenticated:
        return _confirm(request, invitation, token, request.user)
    required = required_provider_for(invitation.email)
    if required is not None:
        context = {"invitation": invitation, "provider": required}
        return render(request, "account/invitation_sso.html", context)
    if has_account(invitation.email):
        return render(request, "account/invitation_sign_in.html", {"invitation": invitation})
    return _join(request, invitation, token)


def _confirm(request: HttpRequest, invitation: Invitation, token: str, person: Person) -> HttpResponse:
    if not session_reaches(request.session, invitation.organisation_id):
        return redirect("sso-own-sign-in")
    form = ConfirmForm(posted_data(request), initial=_consent_initial())
    if form.is_valid():
        with refusals_on(form):
            joined = accept_invitation(token, person=person, agreed_to=form.cleaned_data["expected_version"])
        if form.is_valid():
            return _welcome(request, joined)
    return _page(request, "invitation_confirm", invitation, form)


def _consent_initial() -> dict[str, int]:
    """The revision of the consent that the page shows."""
    return {"expected_version": current_text(TextKind.CONSENT).revision}


def _page(request: HttpRequest, template: str, invitation: Invitation, form: Form) -> HttpResponse:
    text = current_text(TextKind.CONSENT)
    context = {
        "invitation": invitation,
        "form": form,
        "consent": text_for_reader(text),
        "consent_language": displayed_language(text),
    }
    return render(request, f"account/{template}.html", context)


def _join(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = JoinForm(posted_data(request), invitation=invitation, initial=_consent_initial())
    if form.is_valid():
        with refusals_on(form):
            joined = accept_invitation(
                token,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password1"],
                agreed_to=form.cleaned_data["expected_version"],
            )
        if form.is_valid():
            login(request, joined.person)
            return _welcome(request, joined)
    return _page(request, "invitation_join", invitation, form)


def _welcome(request: HttpRequest, joined: Membership) -> HttpResponse:
    request.session[ORGANISATION_KEY] = joined.organisation_id
    organisation = joined.organisation.name_accusative
    messages.success(request, _("Welcome to %(organisation)s.") % {"organisation": organisation})
    return redirect("session-start")
