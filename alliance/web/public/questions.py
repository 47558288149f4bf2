"""Questions and complaints of the public: the form, the page behind the link in a letter, those published."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from alliance.enums import PublicQuestionState, TextKind
from alliance.models import PublicQuestionContact
from alliance.queries.public.charters import commitment_row
from alliance.queries.public.commitment_places import commitment_places
from alliance.queries.public.members import member_now_at
from alliance.queries.public_questions import commitment_titles, published_questions
from alliance.services import public_questions as services
from alliance.services.public_question_links import CONFIRM_WITHIN_DAYS, contact_of_link
from alliance.web.area import posted_data
from alliance.web.forms.public_questions import PublicQuestionForm
from alliance.web.forms.reasons import ConsentForm, EmptyForm
from alliance.web.limits import (
    PUBLIC_QUESTIONS_IN_ALL,
    PUBLIC_QUESTIONS_PER_ADDRESS,
    PUBLIC_QUESTIONS_PER_EMAIL,
    spend_per_address,
)
from alliance.web.public.link_pages import is_done, opened_by_link
from alliance.web.public.responses import public_page
from alliance.web.public.texts import text_context
from portal.kernel.limits import spend
from portal.kernel.web import PAGE, Parameter, paginate_or_404, parameters, refusals_on

_METHODS = ["GET", "HEAD", "POST"]


# The form carries no token of a session, for its visitor has none; a forged post could do no more than the form itself.
@never_cache
@csrf_exempt
@require_http_methods(_METHODS)
@parameters(Parameter("member"), Parameter("commitment"))
def question_ask(request: HttpRequest) -> HttpResponse:
    """Form for a question or complaint, below what it is not for and where to go instead; one answer for all."""
    about = {name: request.GET.get(name, "") for name in ("member", "commitment")}
    form = PublicQuestionForm(posted_data(request), initial=about)
    if not form.is_valid():
        return _ask_page(request, form)
    if form.is_spam:
        return redirect("public:question-sent")
    email = form.cleaned_data["email"]
    spend_per_address(request, PUBLIC_QUESTIONS_PER_ADDRESS)
    spend("everybody", PUBLIC_QUESTIONS_IN_ALL)
    spend(email.lower(), PUBLIC_QUESTIONS_PER_EMAIL)
    with refusals_on(form):
        services.ask_publicly(form.asked(get_language() or "en"), email)
    return redirect("public:question-sent") if form.is_valid() else _ask_page(request, form)


def _ask_page(request: HttpRequest, form: PublicQuestionForm) -> HttpResponse:
    context = {
        "form": form,
        **text_context(TextKind.QUESTION),
    }
    response = public_page(request, "question_ask", context)
    response.status_code = 422 if request.method == "POST" else 200
    return response


@require_safe
def question_sent(request: HttpRequest) -> HttpResponse:
    """Answer to the form: look into the mailbox."""
    return public_page(request, "question_sent", {"days": CONFIRM_WITHIN_DAYS})


def _outdated() -> HttpResponse:
    return redirect("public:question-outdated")


@opened_by_link(contact_of_link, _outdated)
def question_status(request: HttpRequest, token: str, contact: PublicQuestionContact) -> HttpResponse:
    """What the link in a letter leads to: the button that confirms a question, later its state, answer and consent."""
    is_unconfirmed = contact.question.state == PublicQuestionState.UNCONFIRMED
    # what the form said stands where "Confirm" is pressed twice: the second post finds a confirmed question
    offered = contact.question.asker_agrees if is_unconfirmed else not contact.question.asker_agrees
    form = ConsentForm(posted_data(request), initial={"agrees": offered})
    if form.is_valid():
        with refusals_on(form):
            if is_unconfirmed:
                services.confirm_question(token)
            else:
                services.change_asker_consent(token, agrees=form.cleaned_data["agrees"])
        if form.is_valid():
            return redirect("public:question-status", token)
    return _status_page(request, "question_status", token, contact, form)


@opened_by_link(contact_of_link, _outdated)
def question_withdraw(request: HttpRequest, token: str, contact: PublicQuestionContact) -> HttpResponse:
    """Page before an asker withdraws a question: what is erased and what stays."""
    form = EmptyForm(posted_data(request))
    if is_done(form, services.withdraw_question, token):
        return redirect("public:question-withdrawn")
    return _status_page(request, "question_withdraw", token, contact, form)


@require_safe
def question_withdrawn(request: HttpRequest) -> HttpResponse:
    """Answer after an asker has withdrawn a question."""
    return public_page(request, "question_withdrawn")


@require_safe
def question_outdated(request: HttpRequest) -> HttpResponse:
    """Where a link that is not valid leads, whatever it was."""
    return public_page(request, "question_outdated")


def _status_page(
    request: HttpRequest, template: str, token: str, contact: PublicQuestionContact, form: EmptyForm
) -> HttpResponse:
    question = contact.question
    context = {
        "question": question,
        "contact": contact,
        "token": token,
        "form": form,
        "commitment": commitment_titles([question]).get(question.commitment_key),
        "may_withdraw": question.state != PublicQuestionState.CLOSED,
    }
    response = public_page(request, template, context)
    response.status_code = 422 if form.is_bound else 200
    return response


# --- What is published ---------------------------------------------------------------------------------------


@require_safe
@parameters(Parameter("member"), Parameter("commitment"), PAGE)
def question_list(request: HttpRequest) -> HttpResponse:
    """Published questions and complaints with their answers, the latest first; of one member, on one commitment."""
    slug, key = request.GET.get("member", ""), request.GET.get("commitment", "")
    organisation = member_now_at(slug) if slug else None
    commitment = commitment_row(key) if key else None
    if (slug and organisation is None) or (key and commitment is None):
        raise Http404
    keys = commitment_places(key).names if key else None
    page = paginate_or_404(published_questions(organisation=organisation, commitments=keys), request)
    context = {"page": page, "organisation": organisation, "commitment": commitment, **_titles(list(page))}
    return public_page(request, "question_list", context)


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One published question or complaint with its answer."""
    row = published_questions().filter(pk=pk).first()
    if row is None:
        raise Http404
    return public_page(request, "question", {"question": row, **_titles([row])})


def _titles(rows: list[Any]) -> dict[str, Any]:
    """The rows, each with the commitment that it is about."""
    commitments = commitment_titles(rows)
    for row in rows:
        row.commitment = commitments.get(row.commitment_key)
    return {"questions": rows}
