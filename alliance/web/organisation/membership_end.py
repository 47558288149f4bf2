"""Pages of leaving, in both areas: end a membership, leave oneself, hand over a person's work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Membership, Person
from alliance.queries.handover import HandoverOptions, handover_options, remaining_work
from alliance.services import handover, people
from alliance.web.area import area_of, posted_data
from alliance.web.forms.profile import SuccessorForm
from alliance.web.organisation.people import area_page, back_to_people, refuse_ended
from portal.kernel.errors import DomainError
from portal.kernel.registry import WorkPiece, open_work
from portal.kernel.web import ActorRequest, get_visible_or_404, refusals_on


def membership_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a membership ends: the person's open work, and who takes it over."""
    membership: Membership = get_visible_or_404(
        Membership.objects, request.actor, rule="membership.end", pk=pk
    )
    if (ended := refuse_ended(request, membership)) is not None:
        return ended

    def end(successor: Person | None, by_kind: handover.ByKind) -> None:
        handover.end_membership_with_handover(request.actor, membership, successor, by_kind)

    def answer() -> HttpResponse:
        sentence = f"{_('Membership ended')}: {membership.person.name}"
        return back_to_people(request, membership.organisation, sentence)

    return _page(request, "membership_end", membership, end, answer, blocked=_blocking_reason(membership))


def membership_hand_over(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to hand a person's open work to one successor or several, also after the person has left."""
    membership: Membership = get_visible_or_404(
        Membership.objects, request.actor, rule="membership.hand_over", pk=pk
    )

    def hand_over(successor: Person | None, by_kind: handover.ByKind) -> None:
        handover.hand_over_membership(request.actor, membership, successor, by_kind)

    def answer() -> HttpResponse:
        sentence = f"{_('Work handed over')}: {membership.person.name}"
        return back_to_people(request, membership.organisation, sentence)

    return _page(request, "membership_hand_over", membership, hand_over, answer)


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

    def leave(successor: Person | None, by_kind: handover.ByKind) -> None:
        handover.leave_organisation(actor, successor, by_kind)

    def answer() -> HttpResponse:
        left = _("You have left %(organisation)s.") % {"organisation": membership.organisation.name_genitive}
        messages.success(request, left)
        return redirect("session-start")

    return _page(request, "membership_leave", membership, leave, answer, blocked=_blocking_reason(membership))


@require_safe
def work(request: ActorRequest) -> HttpResponse:
    """List of one's own open work that a successor would have to take over."""
    actor = request.actor
    work = open_work(actor, actor.person_id or 0, actor.tenant_id or 0)
    context = {"base": area_of(actor).base, "work": work, "nav": f"{area_of(actor).namespace}:home"}
    return render(request, "alliance/area/work.html", context)


@dataclass(frozen=True, slots=True)
class _KindRow:
    """One kind of open work on the page: its pieces, its own choice, and who is left out of it."""

    label: Any
    pieces: Sequence[WorkPiece]
    field: Any
    left_out: Sequence[tuple[str, str]]


def _page(
    request: ActorRequest,
    template: str,
    membership: Membership,
    act: Callable[[Person | None, handover.ByKind], object],
    answer: Callable[[], HttpResponse],
    **extra_context: Any,
) -> HttpResponse:
    """The page with the choice of successors; `act` does what is chosen, and `answer` follows when it is done."""
    options = handover_options(request.actor, membership)
    required = template == "membership_hand_over"
    form = SuccessorForm(posted_data(request), options=options, required=required)
    if form.is_valid():
        with refusals_on(form):
            act(_person(request, form.cleaned_data[handover.FIELD]), _by_kind(request, form))
        if form.is_valid():
            return answer()
    rows = [
        _KindRow(
            option.label,
            option.work.pieces,
            form[field] if (field := handover.field_of(option.work.key)) in form.fields else None,
            _left_out(options, option.refusals),
        )
        for option in options.kinds
    ]
    context = {
        "membership": membership,
        "form": form,
        "work": rows,
        "remaining": remaining_work(request.actor, membership),
        **extra_context,
    }
    left_out = _left_out(options, options.refusals)
    return area_page(request, template, membership.organisation, left_out=left_out, **context)


def _left_out(options: HandoverOptions, refusals: Mapping[int, str]) -> list[tuple[str, str]]:
    """Who is not offered, and why."""
    return [(person.name, refusals[person.pk]) for person in options.colleagues if person.pk in refusals]


def _person(request: ActorRequest, pk: str | int | None) -> Person | None:
    return get_visible_or_404(Person.objects, request.actor, pk=int(pk)) if pk else None


def _by_kind(request: ActorRequest, form: SuccessorForm) -> dict[str, Person | None]:
    return {kind: _person(request, pk) for kind, pk in form.by_kind().items()}


def _blocking_reason(membership: Membership) -> str:
    try:
        people.check_membership_end(membership)
    except DomainError as refusal:
        return str(refusal)
    return ""
