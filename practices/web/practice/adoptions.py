"""An organisation's uses of practices: taking one up, how far one is, what came of it, who reads of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.local_dates import today
from alliance.web.area import posted_data
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict
from portal.kernel.text import reader_language
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    paginate,
    permissions,
    posts,
    redirect_refused,
    refusals_on,
)
from practices.models import Adoption, AdoptionResult, Practice
from practices.queries.adoptions import own_adoptions, uses_of
from practices.queries.titles import practices_with_titles
from practices.services import adoptions
from practices.services.audiences import audience_of
from practices.web.forms.adoptions import (
    AdoptionChangeForm,
    AdoptionForm,
    AdoptionReadersForm,
    AdoptionResultForm,
)
from practices.web.objects import get_practice
from practices.web.practice.page import PracticePage
from practices.web.practice.views import version_context

_NAV = "workspace:practice-list"


@require_safe
def practice_uses(request: ActorRequest, key: UUID) -> HttpResponse:
    """List of the uses of a practice that the reader may see."""
    practice = get_practice(request.actor, key)
    context = version_context(PracticePage(request.actor, practice))
    page = paginate(uses_of(request.actor, practice), request)
    return render(request, "practices/uses.html", {**context, "page": page, "uses": page})


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
    initial = {**_initial(), "state": adoption.state, "version": adoption.version}
    form, conflict = AdoptionChangeForm(posted_data(request), initial=initial), None
    if form.is_valid():
        with refusals_on(form):
            conflict = _save_change(request.actor, adoption, form)
        if form.is_valid() and conflict is None:
            messages.success(
                request, _("Recorded. The source of the practice is notified if it may see this use.")
            )
            return redirect("workspace:adoption", key)
    if conflict:
        data = request.POST.copy()
        data["version"] = str(adoption.version)
        form = AdoptionChangeForm(data)
    context = {**_adoption_context(request.actor, adoption), "form": form, "conflict": conflict}
    return _form_page(request, "practices/adoption_change.html", context, 409 if conflict else 200)


def _save_change(actor: Actor, adoption: Adoption, form: AdoptionChangeForm) -> Conflict | None:
    try:
        adoptions.change_adoption(actor, adoption, form.step(), version=form.cleaned_data["version"])
    except Conflict as conflict:
        return conflict
    return None


def adoption_readers(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to choose who can see a use of a practice."""
    adoption = get_adoption(request.actor, key, "adoption.readers")
    practice = get_visible_or_404(Practice.objects, request.actor, pk=adoption.practice_id)
    form = AdoptionReadersForm(
        posted_data(request), actor=request.actor, practice=practice, readers=audience_of(adoption)
    )
    if form.is_valid():
        with refusals_on(form):
            adoptions.set_adoption_readers(request.actor, adoption, form.audience())
        if form.is_valid():
            messages.success(request, _("Readers of a use changed"))
            return redirect("workspace:adoption", key)
    context = {**_adoption_context(request.actor, adoption), "form": form}
    return _form_page(request, "practices/adoption_readers.html", context)


def adoption_result(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to add a result to a use of a practice."""
    adoption = get_adoption(request.actor, key, "adoption.result")
    form = AdoptionResultForm(posted_data(request), initial=_initial())
    if form.is_valid():
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
        {**_adoption_context(request.actor, adoption), "form": form},
    )


@posts()
def adoption_result_remove(request: ActorRequest, key: UUID, result: UUID) -> HttpResponse:
    """Remove a result from a use of a practice."""
    adoption = get_adoption(request.actor, key)
    row = get_visible_or_404(AdoptionResult.objects, request.actor, adoption=adoption, key=result)
    adoptions.remove_result(request.actor, adoption, row)
    messages.success(request, _("Removed"))
    return redirect("workspace:adoption", key)
