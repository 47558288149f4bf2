"""An organisation's uses of practices: taking one up, how far one is, what came of it, who reads of it."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.local_dates import today
from alliance.validators.numbers import read_back
from alliance.web.area import area_of, posted_data
from alliance.web.confirm import Confirmation, PageView, confirm
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, WrongState
from portal.kernel.text import NO_BREAK, format_figure, reader_language
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    paginate,
    permissions,
    posts,
    redirect_refused,
    refusals_on,
)
from practices.enums import AdoptionState, Label
from practices.models import Adoption, AdoptionResult, Practice
from practices.queries.adoptions import own_adoptions, uses_of
from practices.queries.named_readers import named_readers
from practices.queries.results import NamedEffect
from practices.queries.thanks import with_thanks
from practices.queries.titles import practices_with_titles
from practices.services import adoptions, still_works
from practices.services.audiences import audience_of
from practices.services.thanks import thank_for_use
from practices.web.forms.adoptions import (
    OTHER_EFFECT,
    AdoptionChangeForm,
    AdoptionForm,
    AdoptionReadersChangeForm,
    AdoptionResultForm,
    ResultCorrectionForm,
    ResultWithdrawalForm,
)
from practices.web.objects import get_practice
from practices.web.practice.page import PracticePage
from practices.web.practice.results_panel import results_panel
from practices.web.practice.views import version_context

_NAV = "workspace:practice-list"


@require_safe
def practice_uses(request: ActorRequest, key: UUID) -> HttpResponse:
    """List of the uses of a practice that the reader may see."""
    practice = get_practice(request.actor, key)
    practice_page = PracticePage(request.actor, practice)
    context = {
        **version_context(practice_page),
        **results_panel(practice_page, request.GET.get("effect", "")),
    }
    page = paginate(uses_of(request.actor, practice), request)
    return render(
        request, "practices/uses.html", {**context, "page": page, "uses": with_thanks(request.actor, page)}
    )


@posts()
def adoption_thank(request: ActorRequest, key: UUID) -> HttpResponse:
    """Thank those who recorded a use of a practice."""
    adoption: Adoption = get_visible_or_404(
        Adoption.objects.select_related("practice"), request.actor, key=key
    )
    thank_for_use(request.actor, adoption)
    return redirect(area_of(request.actor).url("practice-uses", adoption.practice.key))


@require_safe
def adoption_list(request: ActorRequest) -> HttpResponse:
    """List of the organisation's uses of practices; a practice that the reader can no longer read has no title."""
    page = paginate(own_adoptions(request.actor), request)
    readable = practices_with_titles(request.actor, [row.practice_id for row in page])
    for row in page:
        row.of, row.title = readable.get(row.practice_id, (None, ""))
    return render(request, "practices/adoption_list.html", {"page": page, "nav": _NAV})


@require_safe
def adoption(request: ActorRequest, key: UUID) -> HttpResponse:
    """One use of a practice, with its history and results."""
    adoption = get_adoption(request.actor, key)
    actor = request.actor
    context = {
        **_adoption_context(actor, adoption),
        **permissions(actor, adoption, may_change="adoption.change"),
    }
    return render(request, "practices/adoption.html", context)


def get_adoption(actor: Actor, key: UUID, rule: str = "") -> Adoption:
    """A use by one's own organisation; the uses of others are shown on the pages of the practices alone.

    With a rule, one that it allows: raises Forbidden.
    """
    adoption: Adoption = get_visible_or_404(own_adoptions(actor), actor, rule=rule, key=key)
    return adoption


def _adoption_context(actor: Actor, adoption: Adoption) -> dict[str, Any]:
    readable = practices_with_titles(actor, [adoption.practice_id])
    practice, title = readable.get(adoption.practice_id, (None, ""))
    return {"adoption": adoption, "practice": practice, "title": title, "nav": _NAV}


def adoption_record(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to record that the organisation uses a practice; where it cannot, the practice's page says why."""
    practice = get_practice(request.actor, key, "adoption.record")
    if why := adoptions.adoption_blocking_reason(request.actor, practice):
        return redirect_refused(request, reverse("workspace:practice", args=[key]), why)
    form = AdoptionForm(posted_data(request), actor=request.actor, practice=practice, initial=_initial())
    if form.is_valid():
        with refusals_on(form):
            adoptions.record_adoption(
                request.actor, practice, form.cleaned_data["service"], form.step(), form.audience()
            )
        if form.is_valid():
            messages.success(
                request, _("Recorded. The source of the practice is notified if it may see this use.")
            )
            return redirect("workspace:practice", key)
    context = version_context(PracticePage(request.actor, practice))
    return _form_page(request, "practices/adoption_record.html", {**context, "form": form})


def _initial() -> dict[str, Any]:
    return {"on": today(), "language": reader_language()}


def _form_page(
    request: ActorRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    form: forms.Form = context["form"]
    return render(request, template, context, status=422 if form.is_bound and status == 200 else status)


def adoption_change(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to change the state of a use or add a note; a conflict shows the current state."""
    adoption = get_adoption(request.actor, key, "adoption.change")
    wanted = request.GET.get("state", "")
    state = wanted if wanted in AdoptionState.values else adoption.state
    initial = {**_initial(), "state": state, "version": adoption.version}
    form, conflict = AdoptionChangeForm(posted_data(request), initial=initial), None
    if form.is_valid():
        version = form.cleaned_data["version"]
        with refusals_on(form):
            conflict = _conflicting_use(
                lambda: adoptions.change_adoption(request.actor, adoption, form.step(), version=version)
            )
        if form.is_valid() and conflict is None:
            messages.success(
                request, _("Recorded. The source of the practice is notified if it may see this use.")
            )
            return redirect("workspace:adoption", key)
    if conflict:
        form = AdoptionChangeForm(_with_version_of(conflict, request.POST))
    context = {**_adoption_context(request.actor, adoption), "form": form, "conflict": conflict}
    return _form_page(request, "practices/adoption_change.html", context, 409 if conflict else 200)


def _conflicting_use(save: Callable[[], object]) -> Adoption | None:
    """The use as a colleague has saved it since the form was opened; None where nobody has, and it is saved now."""
    try:
        save()
    except Conflict as conflict:
        return cast("Adoption", conflict.stored)
    return None


def _with_version_of(use: Adoption, posted: QueryDict) -> QueryDict:
    """What was posted, to be saved over the use once its writer has seen it as it is now."""
    data = posted.copy()
    data["version"] = str(use.version)
    return data


def adoption_readers(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to choose who can see a use of a practice; a conflict shows who can see it now."""
    adoption = get_adoption(request.actor, key, "adoption.readers")
    practice = get_visible_or_404(Practice.objects, request.actor, pk=adoption.practice_id)
    options: dict[str, Any] = {"actor": request.actor, "practice": practice, "readers": audience_of(adoption)}
    initial = {"version": adoption.version}
    form, conflict = AdoptionReadersChangeForm(posted_data(request), initial=initial, **options), None
    if form.is_valid():
        version = form.cleaned_data["version"]
        with refusals_on(form):
            conflict = _conflicting_use(
                lambda: adoptions.set_adoption_readers(
                    request.actor, adoption, form.audience(), version=version
                )
            )
        if form.is_valid() and conflict is None:
            messages.success(request, _("Readers of a use changed"))
            return redirect("workspace:adoption", key)
    context = _adoption_context(request.actor, adoption)
    if conflict:
        form = AdoptionReadersChangeForm(_with_version_of(conflict, request.POST), **options)
        context["stored_readers"] = _readers_text(request.actor, conflict)
    context["form"] = form
    return _form_page(request, "practices/adoption_readers.html", context, 409 if conflict else 200)


def _readers_text(actor: Actor, adoption: Adoption) -> str:
    """The label of a use of one's own, and the organisations that it names where it names any."""
    named = named_readers(actor, adoption)
    label = Label(adoption.label).label
    return f"{label} ({', '.join(named.organisations)})" if named and named.organisations else label


def adoption_result(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to add a result to a use of a practice: one of its own effects or another; no unit is converted unasked."""
    adoption = get_adoption(request.actor, key, "adoption.result")
    effects = _effects_of(request.actor, adoption)
    initial = {**_initial(), **_last_measurement(adoption)}
    form, taken = AdoptionResultForm(posted_data(request), **effects, initial=initial), ""
    if form.is_bound and (taken := request.POST.get("take", "")):
        form.is_valid()
        form = AdoptionResultForm(_with_conversion(request.POST, form, taken), **effects)
    elif form.is_valid():
        with refusals_on(form):
            adoptions.add_result(request.actor, adoption, form.result())
        if form.is_valid():
            messages.success(
                request, _("Recorded. The source of the practice is notified if it may see this use.")
            )
            return redirect("workspace:adoption", key)
    return _form_page(
        request,
        "practices/adoption_result.html",
        {**_adoption_context(request.actor, adoption), "form": form, "taken": taken},
    )


def _effects_of(actor: Actor, adoption: Adoption) -> dict[str, Any]:
    """What the practice itself measures, as the forms take it; nothing where it may not be read any more."""
    practice = Practice.objects.visible_to(actor).filter(pk=adoption.practice_id).first()
    if practice is None:
        return {}
    page = PracticePage(actor, practice)
    return {"effects": page.effects, "translated": page.translated_effects}


def _last_measurement(adoption: Adoption) -> dict[str, Any]:
    """What a service is, and how it compares, seldom changes between two results."""
    results = adoption.current_results
    if not results:
        return {}
    return {"service_kind": results[-1].service_kind, "comparison": results[-1].comparison}


def _with_conversion(posted: QueryDict, form: AdoptionResultForm, field: str) -> QueryDict:
    """What was posted, with the number of this field as it is in the unit of the effect."""
    data = posted.copy()
    del data["take"]
    if field in form.conversions:
        text = format_figure(form.conversions[field]).replace(NO_BREAK, " ")
        data[field] = read_back(text, get_language() or "en")
    return data


@posts("answer")
def adoption_still_works(request: ActorRequest, key: UUID) -> HttpResponse:
    """Answer whether a practice still works: it seems so, or ask again in three months."""
    adoption = get_adoption(request.actor, key, "adoption.change")
    answers = {"seems_so": still_works.confirm_use, "later": still_works.postpone_question}
    answer = answers.get(request.POST.get("answer", ""))
    url = reverse("workspace:adoption", args=[key])
    if answer is None:
        return redirect_refused(request, url, _("Choose an answer."))
    try:
        answer(request.actor, adoption)
    except WrongState as refusal:
        return redirect_refused(request, url, str(refusal))
    messages.success(request, _("Saved"))
    return redirect(url)


def adoption_result_correct(request: ActorRequest, key: UUID, result: UUID) -> HttpResponse:
    """Form to correct a result of a use; the earlier one stays in the history with the reason."""
    adoption = get_adoption(request.actor, key, "adoption.result")
    row = get_visible_or_404(AdoptionResult.objects, request.actor, adoption=adoption, key=result)
    use_url = reverse("workspace:adoption", args=[key])
    if row.withdrawn_at:
        return redirect_refused(request, use_url, _("This result has already been corrected or withdrawn."))
    effects = _effects_of(request.actor, adoption)
    initial = _as_measured(row, effects.get("effects", ()))
    form = ResultCorrectionForm(posted_data(request), **effects, initial=initial)
    taken = request.POST.get("take", "")
    if taken:
        form.is_valid()
        form = ResultCorrectionForm(_with_conversion(request.POST, form, taken), **effects)
    elif form.is_valid():
        with refusals_on(form):
            reason = form.cleaned_data["reason"]
            adoptions.correct_result(request.actor, adoption, row, form.result(), reason)
    if form.is_bound and not taken and form.is_valid():
        messages.success(
            request, _("Recorded. The source of the practice is notified if it may see this use.")
        )
        return redirect(use_url)
    context = {**_adoption_context(request.actor, adoption), "form": form, "taken": taken, "result": row}
    return _form_page(request, "practices/adoption_result_correct.html", context)


def adoption_result_withdraw(request: ActorRequest, key: UUID, result: UUID) -> HttpResponse:
    """Confirmation page before a result of a use is withdrawn; it stays in the history with the reason."""
    adoption = get_adoption(request.actor, key, "adoption.result")
    row = get_visible_or_404(AdoptionResult.objects, request.actor, adoption=adoption, key=result)
    use_url = reverse("workspace:adoption", args=[key])
    refusal = _("This result has already been corrected or withdrawn.") if row.withdrawn_at else ""
    page = Confirmation(
        rule="adoption.result",
        subject=adoption,
        heading=_("Withdraw a result"),
        title=_("What will happen"),
        items=(
            _("It counts nowhere any more, and no other result takes its place."),
            _("Everyone who can see this use can still read it in the history, with your reason."),
            _("This cannot be undone. You can add a new result at any time."),
        ),
        label=_("Withdraw"),
        kind="danger",
        cancel_url=use_url,
        message=_("Recorded. The source of the practice is notified if it may see this use."),
        next_url=use_url,
        nav=_NAV,
        refusal=refusal,
    )
    return confirm(
        request,
        page,
        lambda reason: adoptions.withdraw_result(request.actor, adoption, row, reason),
        ResultWithdrawalForm,
        view=PageView(
            "practices/adoption_result_withdraw.html", lambda: {"result": row, "practice": adoption}
        ),
    )


def _as_measured(result: AdoptionResult, effects: Sequence[NamedEffect]) -> dict[str, Any]:
    """A result as its form shows it: what the practice names is chosen, and nothing else is filled in for it."""
    plain = ("service_kind", "comparison", "counted", "starts_on", "ends_on", "note", "language")
    initial = {name: getattr(result, name) for name in plain}
    language = get_language() or "en"
    for name in ("before", "after"):
        number = getattr(result, name)
        text = "" if number is None else format_figure(number).replace(NO_BREAK, " ")
        initial[name] = read_back(text, language)
    named = NamedEffect(result.what, result.unit, Decimal(0), Decimal(0))
    if effect := next((effect for effect in effects if effect.key == named.key), None):
        return {**initial, "effect": effect.digest}
    other = {"effect": OTHER_EFFECT} if effects and result.what else {}
    return {**initial, **other, "what": result.what, "unit": result.unit}
