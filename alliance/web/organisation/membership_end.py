"""Pages of leaving, in both areas: end a membership, leave oneself, hand over a person's work."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Membership, Person
from alliance.queries.people import successors_of
from alliance.services import handover, people
from alliance.web.area import area_of, posted_data
from alliance.web.forms.profile import SuccessorForm
from alliance.web.organisation.people import area_page, back_to_people
from portal.kernel.errors import DomainError
from portal.kernel.registry import open_work
from portal.kernel.web import ActorRequest, get_visible_or_404, refusals_on


def membership_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a membership ends: the person's open work, and who takes it over."""
    membership: Membership = get_visible_or_404(
        Membership.objects, request.actor, rule="membership.end", pk=pk, ended_at__isnull=True
    )
    form = _form(request, membership, required=False)
    if form.is_valid():
        with refusals_on(form):
            handover.end_membership_with_handover(request.actor, membership, _chosen_successor(form, request))
        if form.is_valid():
            sentence = f"{_('Membership ended')}: {membership.person.name}"
            return back_to_people(request, membership.organisation, sentence)
    return _page(request, "membership_end", membership, form, blocked=_blocking_reason(membership))


def membership_hand_over(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to hand a person's open work to a successor, also after the person has left."""
    membership: Membership = get_visible_or_404(
        Membership.objects, request.actor, rule="membership.hand_over", pk=pk
    )
    form = _form(request, membership, required=True)
    successor = _chosen_successor(form, request) if form.is_valid() else None
    if successor is not None:
        with refusals_on(form):
            handover.hand_over_membership(request.actor, membership, successor)
        if form.is_valid():
            sentence = f"{_('Work handed over')}: {membership.person.name} → {successor.name}"
            return back_to_people(request, membership.organisation, sentence)
    return _page(request, "membership_hand_over", membership, form)


def membership_leave(request: ActorRequest) -> HttpResponse:
    """Confirmation page before leaving the organisation that one acts for."""
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
        with refusals_on(form):
            handover.leave_organisation(actor, _chosen_successor(form, request))
        if form.is_valid():
            left = _("You have left %(organisation)s.") % {"organisation": membership.organisation}
            messages.success(request, left)
            return redirect("session-start")
    return _page(request, "membership_leave", membership, form, blocked=_blocking_reason(membership))


@require_safe
def work(request: ActorRequest) -> HttpResponse:
    """List of one's own open work that a successor would have to take over."""
    actor = request.actor
    work = open_work(actor, actor.person_id or 0, actor.tenant_id or 0)
    context = {"base": area_of(actor).base, "work": work, "nav": f"{area_of(actor).namespace}:home"}
    return render(request, "alliance/area/work.html", context)


def _form(request: ActorRequest, membership: Membership, *, required: bool) -> SuccessorForm:
    colleagues = [
        (successor.person_id, successor.person.name) for successor in successors_of(request.actor, membership)
    ]
    return SuccessorForm(posted_data(request), colleagues=colleagues, required=required)


def _chosen_successor(form: SuccessorForm, request: ActorRequest) -> Person | None:
    pk = form.cleaned_data["successor"]
    return get_visible_or_404(Person.objects, request.actor, pk=pk) if pk else None


def _page(
    request: ActorRequest, template: str, membership: Membership, form: SuccessorForm, **extra_context: Any
) -> HttpResponse:
    work = open_work(request.actor, membership.person_id, membership.organisation_id)
    context = {"membership": membership, "form": form, "work": work, **extra_context}
    return area_page(request, template, membership.organisation, **context)


def _blocking_reason(membership: Membership) -> str:
    try:
        people.check_membership_end(membership)
    except DomainError as refusal:
        return str(refusal)
    return ""
