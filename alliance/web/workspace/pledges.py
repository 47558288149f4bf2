"""A member's pledges: the list, one of them, the form."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import PledgeState
from alliance.models import Commitment, Pledge, Service
from alliance.queries.charter_signatures import announced_charters
from alliance.queries.local_dates import today
from alliance.queries.pledges import (
    accessions_to_earlier_versions,
    charters_with_accessions,
    commitment_of_pledge,
    commitments_by_key,
    figure_indicators,
    own_organisation,
    pledge_rows,
    with_commitments,
)
from alliance.services import pledges
from alliance.web.area import posted_data
from alliance.web.forms.pledges import TARGET_PREFIX, PledgeForm, TargetForms
from alliance.web.organisation.people import organisation_of
from alliance.web.pledge_targets import target_outcomes
from alliance.workflows import PLEDGE
from portal.kernel.access import Actor
from portal.kernel.text import reader_language
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    names_of,
    permissions,
    refusals_on,
    refuse_unlisted_fields,
)

_NAV = "workspace:pledge-list"


@require_safe
def pledge_list(request: ActorRequest) -> HttpResponse:
    """The accession, the pledges by commitment, those beyond the charter, and commitments without one."""
    actor = request.actor
    commitments = commitments_by_key(actor)
    rows = _in_charter_order(with_commitments(actor, list(pledge_rows(actor))), commitments)
    in_force = [
        row for row in rows if row.state in (PledgeState.DRAFT, PledgeState.SIGNED, PledgeState.PUBLISHED)
    ]
    pledged = {row.commitment_key for row in in_force}
    organisation = own_organisation(actor)
    context = {
        "announced": announced_charters(actor),
        "earlier_accessions": accessions_to_earlier_versions(actor, actor.tenant_id),
        "charters": charters_with_accessions(actor, actor.tenant_id),
        "current_pledges": in_force,
        "ended_pledges": [row for row in rows if row not in in_force],
        "open_commitments": [commitment for key, commitment in commitments.items() if key not in pledged]
        if organisation.is_reporting
        else [],
        "is_reporting": organisation.is_reporting,
        **permissions(actor, organisation, may_draft="pledge.draft"),
    }
    return render(request, "alliance/workspace/pledge_list.html", context)


def _in_charter_order(rows: list[Any], commitments: dict[str, Commitment]) -> list[Any]:
    """As the charter has their commitments; then those beyond it, and the latest revision first."""
    places = {key: place for place, key in enumerate(commitments)}
    return sorted(
        rows, key=lambda row: (places.get(row.commitment_key, len(places)), row.title, -row.revision)
    )


def get_pledge(actor: Actor, pk: int, rule: str = "") -> Pledge:
    """The pledge, if the actor may see it; what they may not see does not exist. With a rule, one that it allows."""
    pledge: Pledge = get_visible_or_404(pledge_rows(actor), actor, rule=rule, pk=pk)
    return pledge


@require_safe
def pledge(request: ActorRequest, pk: int) -> HttpResponse:
    """One pledge with its revisions and the possible steps."""
    pledge, actor = get_pledge(request.actor, pk), request.actor
    names = {"sign": "pledge-sign", "withdraw": "pledge-withdraw"}
    steps = [
        (each.step, reverse(f"workspace:{names[each.step.action]}", args=[pk]))
        for each in PLEDGE.available(actor, pledge)
        if each.step.action in names
    ]
    revisions = pledge_rows(actor).filter(record=pledge.record).exclude(pk=pledge.pk).order_by("-revision")
    commitment = commitment_of_pledge(actor, pledge)
    indicators = {row.key: row for row in figure_indicators(actor, commitment)}
    context = {
        "pledge": pledge,
        "commitment": commitment,
        "targets": [(target, indicators.get(target.indicator_key)) for target in pledge.targets.all()],
        "outcomes": target_outcomes(actor, pledge),
        "revisions": revisions,
        "steps": steps,
        "may_edit": PLEDGE.is_available(actor, pledge, "edit"),
        "may_discard": not pledge.was_returned and PLEDGE.is_available(actor, pledge, "discard"),
        "may_revise": PLEDGE.is_available(actor, pledge, "revise"),
        "nav": _NAV,
    }
    return render(request, "alliance/workspace/pledge.html", context)


def pledge_draft(request: ActorRequest) -> HttpResponse:
    """Form for a new pledge: to the commitment in `?commitment=`, or beyond the charter."""
    organisation = organisation_of(request, None, "pledge.draft")
    key = request.GET.get("commitment", "")
    commitment = commitments_by_key(request.actor).get(key)
    if key and commitment is None:
        raise Http404
    form, targets = draft_forms(request, commitment, initial={"language": reader_language()})
    if form.is_valid() and targets.is_valid():
        with refusals_on(form):
            drafted = pledges.draft_pledge(request.actor, organisation, form.draft(targets))
        if form.is_valid():
            messages.success(request, _("Draft saved. Only your organisation sees it."))
            return redirect("workspace:pledge", drafted.pk)
    return form_page(request, form, targets, commitment, _("Make a pledge"), reverse(_NAV))


def _services(actor: Actor) -> Any:
    day = today()
    return Service.objects.visible_to(actor).owned_by(actor.tenant_id, day, day)


def draft_forms(
    request: ActorRequest,
    commitment: Commitment | None,
    *,
    initial: dict[str, Any],
    rows: Any = (),
    is_posted: bool = True,
) -> tuple[PledgeForm, Any]:
    """The forms of a draft and of its targets, with what was posted where `is_posted`, else with the initial values."""
    data = posted_data(request) if is_posted else None
    form = PledgeForm(data, initial=initial, commitment=commitment, services=_services(request.actor))
    indicators = figure_indicators(request.actor, commitment)
    # Posted rows are read without the stored ones: beside those an equal one would count as unchanged, and be lost.
    stored = list(rows) if data is None else []
    targets = TargetForms(data, initial=stored, prefix=TARGET_PREFIX, form_kwargs={"indicators": indicators})
    if data is not None:
        refuse_unlisted_fields(data, {*names_of(form, targets), "resolve", "conflict", "started_from"})
    return form, targets


def form_page(
    request: ActorRequest,
    form: PledgeForm,
    targets: Any,
    commitment: Commitment | None,
    heading: str,
    cancel_url: str,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    """The page of the form; `more` is what a conflict, a merge or a stored draft shows besides."""
    context = {
        "form": form,
        "targets": targets,
        "commitment": commitment,
        "heading": heading,
        "cancel_url": cancel_url,
        "nav": _NAV,
        "overlaps": None,
        **more,
    }
    status = status or (422 if form.is_bound else 200)
    return render(request, "alliance/workspace/pledge_form.html", context, status=status)
