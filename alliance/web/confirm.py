"""The page before a public or final act: what will happen, who sees it, and then the act."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render

from alliance.web.area import area_of, posted_data
from alliance.web.forms.reasons import EmptyForm
from alliance.web.forms.renewable import RenewableForm
from alliance.web.step_up import step_up
from alliance.workflows import WORKFLOWS
from portal.kernel.access import Actor, require
from portal.kernel.web import ActorRequest, refusals_on, typed_words


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The words of the page, the rule that guards it, and where it leads."""

    rule: str
    subject: object
    heading: str
    title: str
    items: Sequence[str]
    label: str
    cancel_url: str
    message: str  # what was done; empty where the act says it itself
    next_url: str
    nav: str = ""
    kind: str = "primary"
    title_language: str = ""  # of a title in the words of people
    warning: str = ""
    parent_title: str = ""  # the name of the page at `cancel_url`, for the breadcrumbs
    refusal: str = ""
    agreement_text: str = ""  # Markdown that is agreed to by the act
    final_rule: str = ""  # of the act of weight, where the page is guarded by the rule of the step before


@dataclass(frozen=True, slots=True)
class PageView:
    """A template of its own for a page before an act, and what it shows: read anew after a refusal."""

    template: str
    context: Callable[[], Mapping[str, Any]]


def confirm(
    request: ActorRequest,
    page: Confirmation,
    act: Callable[..., object],
    form_class: type[forms.Form] = EmptyForm,
    initial: dict[str, object] | None = None,
    view: PageView | None = None,
) -> HttpResponse:
    """Show the page; a post calls `act` with the form's values, and a refusal is shown in the form.

    Before an act of weight the page asks again who it is. Where the state has moved on meanwhile (the back button, a
    second tab, a colleague), the page says so, offers no act, and shows what was typed.
    """
    require(request.actor, page.rule, page.subject)
    if (again := step_up(request, page.final_rule or page.rule)) is not None:
        return again
    form = form_class(posted_data(request), initial=initial)
    if form.is_valid():
        with refusals_on(form):
            act(**form.cleaned_data)
        if form.is_valid():
            if page.message:
                messages.success(request, page.message)
            return redirect(page.next_url)
        if isinstance(form, RenewableForm):  # the page shows what there is now: sent again, it is of that
            now = {name: (initial or {}).get(name) for name in form.shown_fields}
            form.renew(**{name: "" if value is None else str(value) for name, value in now.items()})
    context = {
        "page": page,
        "form": form,
        "base": area_of(request.actor).base,
        "nav": page.nav,
        "refusal": page.refusal or _refusal(request.actor, page, is_sent=form.is_bound),
        "typed": typed_words(form),
    }
    if view is not None:
        context |= view.context()
    template = view.template if view is not None else "alliance/confirm.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _refusal(actor: Actor, page: Confirmation, *, is_sent: bool) -> str:
    """Why it cannot be done now, for a rule that is a step or an act of the subject's own state table.

    Of an act that was sent its form says so, below what was typed.
    """
    workflow_name, _dot, action = page.rule.partition(".")
    workflow = next((each for each in WORKFLOWS if each.name == workflow_name), None)
    if (
        workflow is None
        or (action not in workflow.steps and (is_sent or action not in workflow.acts))
        or not isinstance(page.subject, Model)
        or page.subject._meta.model_name != workflow_name.replace("_", "")
    ):
        return ""
    return workflow.refusal(actor, page.subject, action)
