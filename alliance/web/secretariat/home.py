"""The secretariat's home: what is urgent, which days come next, who has filed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.enums import AccessionState, CharterState, CycleState, PledgeState, WithdrawalState
from alliance.models import Accession, Charter, Cycle, Pledge, Withdrawal
from alliance.queries.applications import open_application_count
from alliance.queries.corrections import (
    correction_counts,
)
from alliance.queries.cycles import filing_matrix
from alliance.queries.extensions import open_extension_requests
from alliance.queries.late_joiners import late_joiners, with_possible_joiners
from alliance.queries.local_dates import today
from alliance.queries.public_questions import public_question_list
from alliance.queries.reviews import review_counts, review_queue
from alliance.queries.second_readings import readings_to_do
from alliance.queries.texts import unreviewed_texts
from alliance.web.required_factor import open_mandate
from portal.kernel.operations import failed_jobs
from portal.kernel.web import ActorRequest, permissions

_URGENT, _CYCLES, _MEMBERS = 8, 4, 10


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Secretariat home: reports to review, cycles, signed pledges and accessions, failed jobs."""
    actor = request.actor
    begun = Cycle.objects.visible_to(actor).exclude(state=CycleState.PLANNED).select_related("charter")
    cycles = list(with_possible_joiners(actor, begun).order_by("-starts_on")[:_CYCLES])[::-1]
    requests = open_extension_requests(actor, most=_URGENT + 1)
    correction_count, check_count = correction_counts(actor)
    open_cycles = [cycle for cycle in cycles if cycle.state == CycleState.OPEN]
    context = {
        "queue": review_queue(actor)[:_URGENT],
        **review_counts(actor),
        "readings": list(readings_to_do(actor)[:_URGENT]),
        "extension_requests": requests[:_URGENT],
        "has_more_requests": len(requests) > _URGENT,
        "correction_count": correction_count,
        "check_count": check_count,
        "public_question_count": public_question_list(actor, "desk").count(),
        "withdrawal_count": Withdrawal.objects.visible_to(actor).filter(state=WithdrawalState.ASKED).count(),
        **permissions(actor, may_answer_extensions="extension_request.refuse"),
        "open_cycles": open_cycles,
        "closed_cycles": [cycle for cycle in cycles if cycle.state == CycleState.CLOSED],
        "joining": [
            (cycle, count)
            for cycle in open_cycles
            if cycle.may_have_joiners and (count := len(late_joiners(actor, cycle)))
        ],
        "cycles": cycles,
        "matrix": filing_matrix(actor, cycles, _MEMBERS),
        "pledges": Pledge.objects.visible_to(actor).filter(state=PledgeState.SIGNED).count(),
        "accessions": Accession.objects.visible_to(actor).filter(state=AccessionState.SIGNED).count(),
        "applications": open_application_count(actor),
        "failed": failed_jobs().count(),
        "drafted_texts": unreviewed_texts(actor),
        "has_charter": Charter.objects.visible_to(actor).filter(state=CharterState.IN_FORCE).exists(),
        "today": today(),
        "mandate": open_mandate(request),
    }
    return render(request, "alliance/secretariat/home.html", context)
