"""Acceding as a supporter: the form, and what a supporter does by the signed link in a letter."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from alliance.enums import SupporterState, TextKind
from alliance.models import SupporterContact
from alliance.queries.public.supporters import supporter_counts
from alliance.queries.supporters import supporters_charter
from alliance.services import supporters as services
from alliance.services.supporter_links import CONFIRM_WITHIN_DAYS, contact_of_link
from alliance.web.area import posted_data
from alliance.web.forms.reasons import EmptyForm
from alliance.web.forms.supporters import AccedeForm, AgreementForm, LinkRequestForm, SupporterEditForm
from alliance.web.limits import (
    SUPPORTER_FORMS_IN_ALL,
    SUPPORTER_FORMS_PER_ADDRESS,
    SUPPORTER_LETTERS_PER_EMAIL,
    spend_per_address,
)
from alliance.web.public.link_pages import is_done, opened_by_link
from alliance.web.public.responses import public_page
from alliance.web.public.texts import text_context
from portal.kernel.alphabet import alphabet_key
from portal.kernel.limits import spend
from portal.kernel.web import Parameter, parameters, refusals_on

_METHODS = ["GET", "HEAD", "POST"]


# The form carries no token of a session, for its visitor has none; a forged post could do no more than the form itself.
@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
def supporter_accede(request: HttpRequest) -> HttpResponse:
    """Form by which an organisation accedes to the charter that is open to supporters; one answer for all."""
    charter = supporters_charter()
    form = AccedeForm(posted_data(request)) if charter else None
    if form is None or not form.is_valid():
        return _accede_page(request, form)
    if form.is_spam:
        return redirect("public:supporter-sent")
    spend_per_address(request, SUPPORTER_FORMS_PER_ADDRESS)
    spend("everybody", SUPPORTER_FORMS_IN_ALL)
    spend(form.cleaned_data["email"].lower(), SUPPORTER_LETTERS_PER_EMAIL)
    with refusals_on(form):
        signatory = form.signatory(get_language() or "en")
        services.accede(form.facts(), signatory, consent_revision=form.cleaned_data["consent_revision"])
    return redirect("public:supporter-sent") if form.is_valid() else _accede_page(request, form)


def _accede_page(request: HttpRequest, form: AccedeForm | None) -> HttpResponse:
    text = text_context(TextKind.SUPPORTER)
    if form is not None:
        _ask_to_agree(form, text["text"].revision)
    context: dict[str, Any] = {
        "form": form,
        "charter": supporters_charter(),
        "regions": sorted((region for region, _count in supporter_counts().by_region), key=alphabet_key),
        **text,
    }
    response = _page(request, "supporter_accede", context)
    response.status_code = 422 if request.method == "POST" else 200
    return response


def _ask_to_agree(form: AccedeForm | AgreementForm, revision: int) -> None:
    """Ask for the agreement to the text on the page: anew where an earlier one was shown; what was typed stays."""
    # a starting text is stored as the first
    read = {str(revision), "0"} if revision <= 1 else {str(revision)}
    if not form.is_bound:
        form.initial = {"consent_revision": revision}
    elif form.data.get("consent_revision") not in read:
        typed = QueryDict(mutable=True)
        typed.update(form.data)
        typed["consent_revision"] = str(revision)
        typed.pop("agreed", None)
        form.data = typed


@require_safe
def supporter_sent(request: HttpRequest) -> HttpResponse:
    """Answer to the form of accession and to the request for a link: look into the mailbox."""
    return _page(request, "supporter_sent", {"days": CONFIRM_WITHIN_DAYS})


@csrf_exempt
@require_http_methods(_METHODS)
@parameters(Parameter("outdated", is_flag=True))
def supporter_link_request(request: HttpRequest) -> HttpResponse:
    """Form by which a supporter asks for the link to change its entry; the answer is the same for any address.

    A link that is not valid any more leads here.
    """
    form = LinkRequestForm(posted_data(request))
    if form.is_valid():
        spend_per_address(request, SUPPORTER_FORMS_PER_ADDRESS)
        spend(form.cleaned_data["email"].lower(), SUPPORTER_LETTERS_PER_EMAIL)
        services.ask_for_link(form.cleaned_data["email"])
        return redirect("public:supporter-sent")
    response = public_page(
        request, "supporter_link_request", {"form": form, "outdated": "outdated" in request.GET}
    )
    response.status_code = 422 if form.is_bound else 200
    return response


def _outdated() -> HttpResponse:
    return redirect(f"{reverse('public:supporter-link-request')}?outdated=1")


@opened_by_link(contact_of_link, _outdated)
def supporter_link(request: HttpRequest, token: str, contact: SupporterContact) -> HttpResponse:
    """What the link in a letter leads to: the button that confirms an accession, later the form to change the entry."""
    waits = contact.supporter.state == SupporterState.UNCONFIRMED
    if request.method == "POST" and not waits and "name" not in request.POST:
        # the button of the page before, in another tab or pressed twice
        return redirect("public:supporter-link-done", token)
    return _confirm_page(request, token, contact) if waits else _change_page(request, token, contact)


def _confirm_page(request: HttpRequest, token: str, contact: SupporterContact) -> HttpResponse:
    """The button that confirms; an entry that somebody else has put on a list agrees to the text with it."""
    is_imported = contact.consent_revision is None
    form = (AgreementForm if is_imported else EmptyForm)(posted_data(request))
    if form.is_valid():
        with refusals_on(form):
            services.confirm_supporter(token, consent_revision=form.cleaned_data.get("consent_revision"))
        if form.is_valid():
            return redirect("public:supporter-link-done", token)
    text = text_context(TextKind.SUPPORTER) if is_imported else {}
    if isinstance(form, AgreementForm):
        _ask_to_agree(form, text["text"].revision)
    context = {"form": form, "is_imported": is_imported, **text}
    return _link_page(request, "supporter_confirm", token, contact, context, form.status)


def _change_page(request: HttpRequest, token: str, contact: SupporterContact) -> HttpResponse:
    facts = asdict(services.SupporterFacts.of(contact.supporter))
    form = SupporterEditForm(posted_data(request), initial=facts, record_values=facts)
    if form.is_valid():
        with form.refusals():
            services.change_by_link(token, form.facts(), seen=form.cleaned_data["seen"])
        if form.is_valid():
            return redirect("public:supporter-link-done", token)
    return _link_page(request, "supporter_change", token, contact, {"form": form}, form.status)


@require_safe
@opened_by_link(contact_of_link, _outdated)
def supporter_link_done(request: HttpRequest, token: str, contact: SupporterContact) -> HttpResponse:
    """The entry as it stands now, after its link was used."""
    return _link_page(request, "supporter_done", token, contact, {})


@opened_by_link(contact_of_link, _outdated)
def supporter_link_end(request: HttpRequest, token: str, contact: SupporterContact) -> HttpResponse:
    """Page before a supporter ends its accession: what is removed and what stays."""
    form = EmptyForm(posted_data(request))
    if is_done(form, services.end_by_link, token):
        return redirect("public:supporter-ended")
    return _link_page(request, "supporter_end", token, contact, {"form": form}, 422 if form.is_bound else 200)


@require_safe
def supporter_ended(request: HttpRequest) -> HttpResponse:
    """Answer after a supporter has ended its accession."""
    return _page(request, "supporter_ended")


def _page(request: HttpRequest, template: str, context: Mapping[str, Any] | None = None) -> HttpResponse:
    return public_page(request, template, {"nav": "public:member-list", **(context or {})})


def _link_page(
    request: HttpRequest,
    template: str,
    token: str,
    contact: SupporterContact,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    regions = sorted((region for region, _count in supporter_counts().by_region), key=alphabet_key)
    shared = {"supporter": contact.supporter, "contact": contact, "token": token, "regions": regions}
    response = _page(request, template, {**shared, **context})
    response.status_code = status
    return response
