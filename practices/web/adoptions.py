"""An organisation's uses of practices: taking one up, how far one is, what came of it, who reads of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.queries.clock import today
from alliance.web.desk import posted
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict
from portal.kernel.web import ActorRequest, get_visible_or_404, page_of, permissions, shown
from practices.models import Adoption, AdoptionResult, Practice
from practices.queries.adoptions import own_adoptions, uses_of
from practices.queries.practices import find_practice
from practices.queries.titles import practices_with_titles
from practices.services import adoptions
from practices.services.audiences import audience_of
from practices.web.forms.adoptions import AdoptionForm, ChangeForm, ReadersForm, ResultForm
from practices.web.practices import said_by
from practices.web.shown import Shown

_NAV = "workspace:practice-list"


@require_safe
def practice_uses(request: ActorRequest, key: UUID) -> HttpResponse:
    """Everybody who uses a practice, as far as this reader may see, page by page."""
    found = find_practice(request.actor, key)
    context = said_by(Shown(request.actor, found))
    page = page_of(uses_of(request.actor, found), request)
    return render(request, "practices/uses.html", {**context, "page": page, "uses": page})


@require_safe
def adoption_list(request: ActorRequest) -> HttpResponse:
    """All uses of one's own organisation; a practice that the reader may not read any more has no title."""
    page = page_of(own_adoptions(request.actor), request)
    readable = practices_with_titles(request.actor, [row.practice_id for row in page])
    for row in page:
        row.of, row.title = readable.get(row.practice_id, (None, ""))
    return render(request, "practices/adoption_list.html", {"page": page, "nav": _NAV})


@require_safe
def adoption(request: ActorRequest, key: UUID) -> HttpResponse:
    """One use with its history and results, and what can be done with it."""
    found = find_adoption(request.actor, key)
    actor = request.actor
    context = {**_about(actor, found), **permissions(actor, found, may_change="adoption.change")}
    return render(request, "practices/adoption.html", context)


def find_adoption(actor: Actor, key: UUID, rule: str = "") -> Adoption:
    """One of one's own organisation's; others' stand on the pages of the practices, and nowhere else.

    With a rule, one that it allows: raises Forbidden.
    """
    found: Adoption = get_visible_or_404(own_adoptions(actor), actor, rule=rule, key=key)
    return found


def _about(actor: Actor, found: Adoption) -> dict[str, Any]:
    readable = practices_with_titles(actor, [found.practice_id])
    practice, title = readable.get(found.practice_id, (None, ""))
    return {"adoption": found, "practice": practice, "title": title, "nav": _NAV}


def adoption_record(request: ActorRequest, key: UUID) -> HttpResponse:
    """Take a practice up; the source is told. What cannot be taken up says why on its own page."""
    found = find_practice(request.actor, key, "adoption.record")
    if why := adoptions.why_not_used(request.actor, found):
        messages.error(request, why)
        return redirect("workspace:practice", key)
    form = AdoptionForm(posted(request), actor=request.actor, practice=found, initial=_first_values())
    if form.is_valid():
        with shown(form):
            adoptions.record_adoption(
                request.actor, found, form.cleaned_data["service"], form.step(), form.readers()
            )
        if form.is_valid():
            messages.success(request, _("Recorded. The source of the practice is notified."))
            return redirect("workspace:practice", key)
    context = said_by(Shown(request.actor, found))
    return _form_page(request, "practices/adoption_record.html", {**context, "form": form})


def _first_values() -> dict[str, Any]:
    return {"on": today(), "language": (get_language() or "en")[:2]}


def _form_page(
    request: ActorRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    form: forms.Form = context["form"]
    return render(request, template, context, status=422 if form.is_bound and status == 200 else status)


def adoption_change(request: ActorRequest, key: UUID) -> HttpResponse:
    """Another state, or a note; where a colleague was quicker, what stands now is shown first."""
    found = find_adoption(request.actor, key, "adoption.change")
    initial = {**_first_values(), "state": found.state, "version": found.version}
    form, conflict = ChangeForm(posted(request), initial=initial), None
    if form.is_valid():
        with shown(form):
            conflict = _changed(request.actor, found, form)
        if form.is_valid() and conflict is None:
            messages.success(request, _("Recorded. The source of the practice is notified."))
            return redirect("workspace:adoption", key)
    if conflict:
        data = request.POST.copy()
        data["version"] = str(found.version)
        form = ChangeForm(data)
    context = {**_about(request.actor, found), "form": form, "conflict": conflict}
    return _form_page(request, "practices/adoption_change.html", context, 409 if conflict else 200)


def _changed(actor: Actor, found: Adoption, form: ChangeForm) -> Conflict | None:
    try:
        adoptions.change_adoption(actor, found, form.step(), version=form.cleaned_data["version"])
    except Conflict as conflict:
        return conflict
    return None


def adoption_readers(request: ActorRequest, key: UUID) -> HttpResponse:
    """Who reads of one's use of a practice that one may still read."""
    found = find_adoption(request.actor, key, "adoption.readers")
    practice = get_visible_or_404(Practice.objects, request.actor, pk=found.practice_id)
    form = ReadersForm(posted(request), actor=request.actor, practice=practice, readers=audience_of(found))
    if form.is_valid():
        with shown(form):
            adoptions.set_adoption_readers(request.actor, found, form.readers())
        if form.is_valid():
            messages.success(request, _("Readers of a use changed"))
            return redirect("workspace:adoption", key)
    context = {**_about(request.actor, found), "form": form}
    return _form_page(request, "practices/adoption_readers.html", context)


def adoption_result(request: ActorRequest, key: UUID) -> HttpResponse:
    """What came of it; the source is told."""
    found = find_adoption(request.actor, key, "adoption.result")
    form = ResultForm(posted(request), initial=_first_values())
    if form.is_valid():
        with shown(form):
            adoptions.add_result(request.actor, found, form.result())
        if form.is_valid():
            messages.success(request, _("Recorded. The source of the practice is notified."))
            return redirect("workspace:adoption", key)
    return _form_page(
        request, "practices/adoption_result.html", {**_about(request.actor, found), "form": form}
    )


@require_POST
def adoption_result_remove(request: ActorRequest, key: UUID, result: UUID) -> HttpResponse:
    """Take a result back that was wrong."""
    found = find_adoption(request.actor, key)
    row = get_visible_or_404(AdoptionResult.objects, request.actor, adoption=found, key=result)
    adoptions.remove_result(request.actor, found, row)
    messages.success(request, _("Removed"))
    return redirect("workspace:adoption", key)
