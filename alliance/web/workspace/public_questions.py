"""Questions of the public that the secretariat has forwarded to the organisation: the list, one with its answer."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import PublicQuestion
from alliance.queries.public_questions import (
    commitment_titles,
    forwarded_questions,
    possible_on_question,
    taken_back_on,
)
from alliance.services.public_questions import answer_question, change_member_consent
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.public_questions import PublicAnswerForm
from alliance.web.forms.reasons import ConsentForm
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate, refusals_on, typed_words

_NAV = "workspace:report-list"


@require_safe
def public_question_list(request: ActorRequest) -> HttpResponse:
    """List of the questions that are or were forwarded to the organisation, the newest first."""
    page = paginate(forwarded_questions(request.actor), request)
    commitments = commitment_titles(list(page))
    for question in page:
        question.commitment = commitments.get(question.commitment_key)
    return render(request, "alliance/workspace/public_question_list.html", {"page": page, "nav": _NAV})


def public_question(request: ActorRequest, pk: int) -> HttpResponse:
    """One forwarded question: the form for the answer, later the answer and whether it may be published.

    Once it is taken back, the day of that, and the words of whoever answers too late.
    """
    try:
        question = _get_question(request, pk, "public_question.answer" if request.method == "POST" else "")
    except Http404:
        if (taken_back_at := taken_back_on(request.actor, pk)) is None:
            raise
        return _taken_back_page(request, taken_back_at)
    form = PublicAnswerForm(posted_data(request), asker_language=question.language)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            answer_question(request.actor, question, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The answer has been sent to the asker."))
            return redirect("workspace:public-question", pk)
    possible = possible_on_question(request.actor, question)
    may_answer = "answer" in possible
    context = {
        "question": question,
        "commitment": commitment_titles([question]).get(question.commitment_key),
        "form": form if may_answer or form.is_bound else None,
        "may_answer": may_answer,
        "typed": typed_words(form),
        "may_agree": "agree" in possible,
        "nav": _NAV,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "alliance/workspace/public_question.html", context, status=status)


def _taken_back_page(request: ActorRequest, taken_back_at: datetime) -> HttpResponse:
    """What is left of a question that the secretariat has taken back: the day, and an answer that came too late."""
    form = PublicAnswerForm(posted_data(request))
    context = {"taken_back_at": taken_back_at, "answer": form["text"].value() or "", "nav": _NAV}
    status = 422 if form.is_bound else 200
    return render(request, "alliance/workspace/public_question_taken_back.html", context, status=status)


def public_question_agree(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a signatory lets the answer be published, or no longer."""
    question = _get_question(request, pk)
    initial: dict[str, object] = {"agrees": not question.member_agrees}
    agrees = ConsentForm(posted_data(request), initial=initial).offered
    label = _("Agree to publication") if agrees else _("No longer agree to publication")
    items = (
        [
            _("if the asker agrees too, the secretariat may publish question and answer in your name"),
            _("you can withdraw your consent at any time"),
        ]
        if agrees
        else [
            _("if it is public, it is hidden at once, and the asker is notified"),
            _("the asker keeps your answer"),
        ]
    )
    url = reverse("workspace:public-question", args=[pk])
    page = Confirmation(
        rule="public_question.agree",
        subject=question,
        heading=label,
        title=_("What will happen"),
        items=items,
        label=label,
        cancel_url=url,
        message=_("You have agreed to publication.") if agrees else _("You no longer agree to publication."),
        next_url=url,
        nav=_NAV,
        parent_title=_("Question of the public"),
    )

    def act(*, agrees: bool) -> None:
        change_member_consent(request.actor, question, agrees=agrees)

    return confirm(request, page, act, ConsentForm, initial)


def _get_question(request: ActorRequest, pk: int, rule: str = "") -> PublicQuestion:
    """A question that is with the organisation; a published one of others has its public page."""
    question: PublicQuestion = get_visible_or_404(
        forwarded_questions(request.actor), request.actor, rule=rule, pk=pk
    )
    return question
