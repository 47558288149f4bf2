"""Pages of leaving, on both desks: end a membership, go oneself, hand over what somebody is at."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Membership, Person
from alliance.queries.people import successors_of
from alliance.services import handing_over, people
from alliance.web.desk import desk_of, posted
from alliance.web.forms.profile import SuccessorForm
from alliance.web.people import back, page
from portal.kernel.errors import DomainError
from portal.kernel.registry import work_held
from portal.kernel.web import ActorRequest, get_visible_or_404, shown


def membership_end(request: ActorRequest, pk: int) -> HttpResponse:
    """What happens then, what of theirs is open, and who takes it over."""
    membership: Membership = get_visible_or_404(
        Membership.objects, request.actor, rule="membership.end", pk=pk, ended_at__isnull=True
    )
    form = _form(request, membership, required=False)
    if form.is_valid():
        with shown(form):
            handing_over.end_and_hand_over(request.actor, membership, _chosen(form, request))
        if form.is_valid():
            sentence = f"{_('Membership ended')}: {membership.person.name}"
            return back(request, membership.organisation, sentence)
    return _page(request, "membership_end", membership, form, blocked=_blocked(membership))


def membership_hand_over(request: ActorRequest, pk: int) -> HttpResponse:
    """The same without an end, also for somebody who has left already."""
    membership: Membership = get_visible_or_404(
        Membership.objects, request.actor, rule="membership.hand_over", pk=pk
    )
    form = _form(request, membership, required=True)
    successor = _chosen(form, request) if form.is_valid() else None
    if successor is not None:
        with shown(form):
            handing_over.hand_over(request.actor, membership, successor)
        if form.is_valid():
            sentence = f"{_('Work handed over')}: {membership.person.name} → {successor.name}"
            return back(request, membership.organisation, sentence)
    return _page(request, "membership_hand_over", membership, form)


def membership_leave(request: ActorRequest) -> HttpResponse:
    """Go oneself, from the organisation that one acts for."""
    actor = request.actor
    membership: Membership = get_visible_or_404(
        Membership.objects,
        actor,
        person_id=actor.person_id,
        organisation_id=actor.tenant_id,
        ended_at__isnull=True,
    )
    form = _form(request, membership, required=False)
    if form.is_valid():
        with shown(form):
            handing_over.leave_organisation(actor, _chosen(form, request))
        if form.is_valid():
            left = _("You have left %(organisation)s.") % {"organisation": membership.organisation}
            messages.success(request, left)
            return redirect("session-start")
    return _page(request, "membership_leave", membership, form, blocked=_blocked(membership))


@require_safe
def work(request: ActorRequest) -> HttpResponse:
    """What one is at oneself, which would have to go over to somebody if one left."""
    actor = request.actor
    found = work_held(actor, actor.person_id or 0, actor.tenant_id or 0)
    context = {"base": desk_of(actor).base, "work": found, "nav": f"{desk_of(actor).namespace}:home"}
    return render(request, "alliance/desk/work.html", context)


def _form(request: ActorRequest, membership: Membership, *, required: bool) -> SuccessorForm:
    colleagues = [(held.person_id, held.person.name) for held in successors_of(request.actor, membership)]
    return SuccessorForm(posted(request), colleagues=colleagues, required=required)


def _chosen(form: SuccessorForm, request: ActorRequest) -> Person | None:
    pk = form.cleaned_data["successor"]
    return get_visible_or_404(Person.objects, request.actor, pk=pk) if pk else None


def _page(
    request: ActorRequest, template: str, membership: Membership, form: SuccessorForm, **others: Any
) -> HttpResponse:
    found = work_held(request.actor, membership.person_id, membership.organisation_id)
    context = {"membership": membership, "form": form, "work": found, **others}
    return page(request, template, membership.organisation, **context)


def _blocked(membership: Membership) -> str:
    try:
        people.check_end(membership)
    except DomainError as refusal:
        return str(refusal)
    return ""
