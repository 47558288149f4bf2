"""Applying for membership: the form, and what an applicant does by the signed link in a letter."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from alliance.enums import ApplicationState
from alliance.models import MembershipApplication
from alliance.services import applications as services
from alliance.services.application_links import CONFIRM_WITHIN_DAYS, application_of_link
from alliance.web.area import posted_data
from alliance.web.forms.applications import ApplicationAnswerForm, ApplicationForm
from alliance.web.forms.reasons import EmptyForm
from alliance.web.limits import (
    APPLICATIONS_IN_ALL,
    APPLICATIONS_PER_ADDRESS,
    APPLICATIONS_PER_EMAIL,
    spend_per_address,
)
from alliance.web.public.link_pages import is_done, opened_by_link
from alliance.web.public.responses import public_page
from portal.kernel.limits import spend
from portal.kernel.web import refusals_on, typed_words

_WAITING = (ApplicationState.UNCONFIRMED, ApplicationState.OPEN, ApplicationState.ASKED)
_METHODS = ["GET", "HEAD", "POST"]


# The form carries no token of a session, for its visitor has none; a forged post could do no more than the form itself.
@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def application_new(request: HttpRequest) -> HttpResponse:
    """Form by which an organisation applies for membership; one answer for all."""
    form = ApplicationForm(posted_data(request))
    if not form.is_valid():
        return _form_page(request, form)
    if form.is_spam:
        return redirect("public:application-sent")
    spend_per_address(request, APPLICATIONS_PER_ADDRESS)
    spend("everybody", APPLICATIONS_IN_ALL)
    spend(form.cleaned_data["email"].lower(), APPLICATIONS_PER_EMAIL)
    with refusals_on(form):
        services.apply_for_membership(form.facts(), language=get_language() or "en")
    return redirect("public:application-sent") if form.is_valid() else _form_page(request, form)


def _form_page(request: HttpRequest, form: ApplicationForm) -> HttpResponse:
    context = {"form": form}
    response = _page(request, "application_new", context)
    response.status_code = 422 if form.is_bound else 200
    return response


@require_safe
def application_sent(request: HttpRequest) -> HttpResponse:
    """Answer to the form: look into the mailbox."""
    return _page(request, "application_sent", {"days": CONFIRM_WITHIN_DAYS})


def _outdated() -> HttpResponse:
    return redirect("public:application-outdated")


@opened_by_link(application_of_link, _outdated)
def application(request: HttpRequest, token: str, row: MembershipApplication) -> HttpResponse:
    """What the link leads to: the button that confirms, the form to answer a question, how the application stands."""
    # an answer is an answer also where the question has one by now: sent twice, or from another tab
    is_answer = row.state == ApplicationState.ASKED or "text" in request.POST
    form = (ApplicationAnswerForm if is_answer else EmptyForm)(posted_data(request))
    if form.is_valid():
        with refusals_on(form):
            if is_answer:
                services.answer_application(token, form.cleaned_data["text"])
            else:
                services.confirm_application(token)
        if form.is_valid():
            if row.state == ApplicationState.UNCONFIRMED:
                return redirect("public:application-confirmed")
            return redirect("public:application", token)
    return _link_page(request, "application", token, row, form)


@require_safe
def application_confirmed(request: HttpRequest) -> HttpResponse:
    """Answer after an application was confirmed: another letter has the link to follow it."""
    return _page(request, "application_confirmed")


@opened_by_link(application_of_link, _outdated)
def application_withdraw(request: HttpRequest, token: str, row: MembershipApplication) -> HttpResponse:
    """Page before an applicant withdraws: what happens and what stays."""
    form = EmptyForm(posted_data(request))
    if not form.is_bound and row.state not in _WAITING:
        return redirect("public:application", token)
    if is_done(form, services.withdraw_application, token):
        return redirect("public:application-withdrawn")
    return _link_page(request, "application_withdraw", token, row, form)


@require_safe
def application_withdrawn(request: HttpRequest) -> HttpResponse:
    """Answer after an application was withdrawn."""
    return _page(request, "application_withdrawn")


@require_safe
def application_outdated(request: HttpRequest) -> HttpResponse:
    """A link is not valid any more: a later letter has another, or the application is gone."""
    return _page(request, "application_outdated")


def _page(request: HttpRequest, template: str, context: Mapping[str, Any] | None = None) -> HttpResponse:
    return public_page(request, template, {"nav": "public:member-list", **(context or {})})


def _link_page(
    request: HttpRequest,
    template: str,
    token: str,
    row: MembershipApplication,
    form: ApplicationAnswerForm | EmptyForm,
) -> HttpResponse:
    context = {
        "application": row,
        "entries": list(row.entries.all()),
        "token": token,
        "form": form,
        "typed": typed_words(form),
        "may_withdraw": row.state in _WAITING,
    }
    response = _page(request, template, context)
    response.status_code = 422 if form.is_bound else 200
    return response
