"""The secretariat's desk for questions of the public: the list, one of them, and the pages before each act."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from alliance.models import PublicQuestion
from alliance.queries.public_questions import (
    VIEWS,
    bounce_code_of,
    commitment_titles,
    confirmed_questions,
    forwarded_already,
    forwarding_refusal,
    possible_on_question,
    public_question_counts,
    public_question_list,
    publication_refusal,
    reopening_refusal,
)
from alliance.services import public_questions as services
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.list_search import ListSearchForm
from alliance.web.forms.public_questions import ClosingReasonForm, PublicAnswerForm
from alliance.web.forms.reasons import EmptyForm, ReasonForm
from alliance.workflows import PUBLIC_QUESTION
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate, refusals_on, typed_words

_NAV = "secretariat:review-list"
_LINK = re.compile(r"https?:|www\.|\b[\w-]+\.onion\b", re.IGNORECASE)
_VIEW_LABELS = {
    "desk": pgettext_lazy("questions of the public", "To answer or forward"),
    "member": pgettext_lazy("questions of the public", "With a member"),
    "publish": pgettext_lazy("questions of the public", "May be published"),
    "published": pgettext_lazy("questions of the public", "Published"),
    "closed": pgettext_lazy("questions of the public", "Closed"),
    "all": pgettext_lazy("questions of the public", "All"),
}
_ORDERS = {
    "asked": pgettext_lazy("order of a list", "By day of the question"),
    "kind": pgettext_lazy("order of a list", "By kind"),
    "member": pgettext_lazy("order of a list", "By member"),
    "state": pgettext_lazy("order of a list", "By state"),
}
_Act = Callable[..., PublicQuestion]
_ACTS: dict[str, _Act] = {
    "forward": services.forward_question,
    "take-back": services.take_back_question,
    "publish": services.publish_question,
    "hide": services.hide_question,
    "close": services.close_question,
    "reopen": services.reopen_question,
}
# the reason to hide it is the journal's; that to close it is sent to the asker
_WITH_REASON = ("hide", "close")


def _label(act: str) -> str:
    labels = {
        "forward": _("Forward to the member"),
        "take-back": _("Take back from the member"),
        "publish": _("Publish"),
        "hide": _("Hide"),
        "close": _("Close"),
        "reopen": _("Open again"),
    }
    return labels[act]


@require_safe
def public_question_desk(request: ActorRequest) -> HttpResponse:
    """List of confirmed questions and complaints, by what waits for whom, the newest first, with search and order."""
    view = request.GET.get("show", "desk")
    view = view if view in VIEWS else "desk"
    counts = public_question_counts(request.actor)
    search = ListSearchForm(request.GET, pgettext_lazy("order of a list", "The newest first"), _ORDERS)
    words, order = search.words(), search.order()
    page = paginate(public_question_list(request.actor, view, words, order), request)
    commitments = commitment_titles(list(page))
    for question in page:
        question.commitment = commitments.get(question.commitment_key)
    context = {
        "page": page,
        "view": view,
        "search": search,
        "words": words,
        "sort": order,
        "views": [(name, _VIEW_LABELS[name], counts[name]) for name in VIEWS],
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/public_question_list.html", context)


def public_question(request: ActorRequest, pk: int) -> HttpResponse:
    """One question: text, answer and consents, what can be done with it, and the form for the secretariat's answer."""
    # whoever might forward it might answer it, until somebody did either: that is said beside what they typed
    question = _get_question(request, pk, "public_question.forward" if request.method == "POST" else "")
    may_answer = PUBLIC_QUESTION.is_available(request.actor, question, "answer")
    form = PublicAnswerForm(posted_data(request), asker_language=question.language)
    if request.method == "POST" and form.is_valid():
        if question.forwarded_at is not None:
            form.add_error(None, services.has_changed())
        else:
            with refusals_on(form):
                services.answer_question(request.actor, question, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The answer has been sent to the asker."))
            return redirect("secretariat:public-question", pk)
    possible = possible_on_question(request.actor, question)
    context = {
        "question": question,
        "commitment": commitment_titles([question]).get(question.commitment_key),
        "acts": [(act, _label(act)) for act in _ACTS if act.replace("-", "_") in possible],
        "form": form if may_answer or form.is_bound else None,
        "bounce_code": bounce_code_of(request.actor, question),
        "may_answer": may_answer,
        "typed": typed_words(form),
        "has_link": question.closed_at is None and bool(_LINK.search(question.text)),
        "reopening_refusal": reopening_refusal(question),
        "publication_refusal": publication_refusal(question),
        "nav": _NAV,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "alliance/secretariat/public_question.html", context, status=status)


def public_question_act(request: ActorRequest, pk: int, action: str) -> HttpResponse:
    """Confirmation page before a question is forwarded, taken back, published, hidden, closed or opened again."""
    if action not in _ACTS:
        raise Http404
    question = _get_question(request, pk)
    url = reverse("secretariat:public-question", args=[pk])
    page = Confirmation(
        rule=PUBLIC_QUESTION.rule(action.replace("-", "_")),
        subject=question,
        heading=_label(action),
        title=_("What will happen"),
        items=_consequences(action, question),
        label=_label(action),
        cancel_url=url,
        message=_message(action),
        next_url=url,
        nav=_NAV,
        kind="danger" if action in _WITH_REASON else "primary",
        parent_title=_("Question of the public"),
        refusal=_refusal(action, question),
    )

    def act(**values: Any) -> None:
        _ACTS[action](request.actor, question, **values)

    def shown() -> dict[str, Any]:
        commitment = commitment_titles([question]).get(question.commitment_key)
        return {"question": question, "commitment": commitment}

    view = PageView("alliance/secretariat/public_question_act.html", shown)
    return confirm(request, page, act, _form_of(action, question), view=view)


def _form_of(act: str, question: PublicQuestion) -> Any:
    """What makes the form of the act."""
    if act == "close":
        return partial(ClosingReasonForm, asker_language=question.language)
    return ReasonForm if act == "hide" else EmptyForm


def _get_question(request: ActorRequest, pk: int, rule: str = "") -> PublicQuestion:
    """A confirmed question; before, nobody reads it."""
    question: PublicQuestion = get_visible_or_404(confirmed_questions(), request.actor, rule=rule, pk=pk)
    return question


def _message(act: str) -> str:
    return {
        "forward": _("The question is with the member now."),
        "take-back": _("The question is with the secretariat again."),
        "publish": _("Question and answer are public."),
        "hide": _("Question and answer are hidden."),
        "close": _("The question is closed."),
        "reopen": _("The question is open again."),
    }[act]


def _refusal(act: str, question: PublicQuestion) -> str:
    """Why it cannot be done although its state allows it."""
    if act == "forward":
        return forwarded_already(question) or forwarding_refusal(question)
    return publication_refusal(question) if act == "publish" else ""


def _consequences(act: str, question: PublicQuestion) -> Sequence[str]:
    is_with_absent = question.forwarded_at is not None and bool(forwarding_refusal(question))
    words = {
        "forward": [
            _("the member’s editors and signatories are notified, and answer it"),
            _("they read the question and the name to be shown, and never the address"),
            _("you can take it back as long as it is not answered"),
        ],
        "take-back": [
            _("the member no longer reads it"),
            _("the secretariat answers it"),
        ],
        "publish": [
            _("everybody reads question and answer, and the name to be shown if there is one"),
            _("the asker is sent that it is public"),
            _("you, the asker and, for its own answer, the member can have it hidden again"),
        ],
        "hide": [
            _("question and answer leave the public pages at once"),
            _("the asker is notified; the journal keeps the reason"),
        ],
        "close": [
            _("the asker is sent the reason, in their own language where you give it in it"),
            _("the address is erased after a year, what is not public after two"),
        ],
        "reopen": [
            _("it can be answered anew, by the secretariat: nobody at the member has access")
            if is_with_absent
            else _("it can be answered anew; a member that has it is notified"),
            _("if it is public, it is hidden until then, and the asker is sent that"),
        ],
    }
    return words[act]
