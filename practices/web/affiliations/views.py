"""Affiliations in both areas: the list, one of them, proposing one; and which affiliates read one's own practices."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from alliance.models import Organisation
from alliance.web.area import area_of, posted_data
from portal.kernel.access import Actor, tenant_of
from portal.kernel.web import (
    ActorRequest,
    StrictForm,
    get_visible_or_404,
    paginate,
    permissions,
    refusals_on,
    requires,
)
from practices.enums import AffiliationRelation, AffiliationState
from practices.models import Affiliation
from practices.queries.affiliations import (
    affiliate_readers,
    affiliation_rows,
    opened_records,
    opened_to,
    possible_affiliates,
    waiting_affiliations,
)
from practices.services.affiliations import DAYS_TO_CONFIRM, propose_affiliation
from practices.web.affiliations.texts import opened_sentences
from practices.workflows import AFFILIATION

_DANGER = ("decline", "end")


class AffiliationForm(StrictForm):
    """Which organisation, what it is to one's own, and why it has to read."""

    affiliate: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=None,
        empty_label=gettext_lazy("Choose one"),
        help_text=gettext_lazy(
            "Only partners can be affiliates. Members and associates take part in their own right: a source that wants "
            "them to read names them."
        ),
    )
    relation = forms.ChoiceField(
        label=gettext_lazy("What it is to your organisation"),
        choices=AffiliationRelation.choices,
        widget=forms.RadioSelect,
    )
    purpose = forms.CharField(
        label=gettext_lazy("Why it has to read what is shared with you"),
        help_text=gettext_lazy("The affiliate and the secretariat read this before they confirm."),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, organisations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["affiliate"].queryset = organisations  # type: ignore[attr-defined]  # a ModelChoiceField


def nav_of(actor: Actor) -> str:
    """The section of the area that these pages belong to."""
    return "secretariat:member-list" if actor.is_host else "workspace:people"


def page_context(actor: Actor) -> dict[str, Any]:
    area = area_of(actor)
    return {"base": area.base, "area": area.namespace, "nav": nav_of(actor)}


@require_safe
def affiliation_list(request: ActorRequest) -> HttpResponse:
    """List of affiliations: one's own organisation's on both sides, or all for the secretariat; what waits first."""
    actor = request.actor
    page = paginate(affiliation_rows(actor), request)
    context = {
        **page_context(actor),
        "page": page,
        "own": actor.tenant_id,
        "waiting": waiting_affiliations(actor).count(),
        **permissions(actor, may_propose="affiliation.propose"),
    }
    return render(request, "practices/affiliation_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("affiliation.propose")
def affiliation_propose(request: ActorRequest) -> HttpResponse:
    """Form to propose an affiliate, with what it would read and who has to confirm it."""
    actor = request.actor
    form = AffiliationForm(posted_data(request), organisations=possible_affiliates(actor))
    if form.is_valid():
        organisation: Organisation = form.cleaned_data["affiliate"]
        with refusals_on(form):
            affiliation = propose_affiliation(
                actor,
                organisation,
                relation=form.cleaned_data["relation"],
                purpose=form.cleaned_data["purpose"],
            )
        if form.is_valid():
            message = _("Proposed. The administrators of %(name)s have been asked to confirm it.")
            messages.success(request, message % {"name": organisation.name})
            return redirect("workspace:affiliation", affiliation.key)
    context = {
        "form": form,
        "is_possible": possible_affiliates(actor).exists(),
        "opened": opened_sentences(opened_records(tenant_of(actor))),
        "days": DAYS_TO_CONFIRM,
        "nav": nav_of(actor),
    }
    status = 422 if form.is_bound else 200
    return render(request, "practices/affiliation_propose.html", context, status=status)


def get_affiliation(actor: Actor, key: UUID, rule: str = "") -> Affiliation:
    """One that the actor sees; with a rule, one that it allows: raises Forbidden."""
    affiliation: Affiliation = get_visible_or_404(affiliation_rows(actor), actor, rule=rule, key=key)
    return affiliation


@require_safe
def affiliation(request: ActorRequest, key: UUID) -> HttpResponse:
    """One affiliation: what the two are to each other, who has confirmed it, what it opens, what can be done."""
    actor = request.actor
    row = get_affiliation(actor, key)
    area = area_of(actor)
    steps = [
        {
            "label": each.step.label,
            "url": area.url(f"affiliation-{each.step.action.replace('_', '-')}", row.key),
            "kind": "danger" if each.step.action in _DANGER else "primary",
            "blocked": each.blocked,
        }
        for each in AFFILIATION.available(actor, row)
    ]
    opened = opened_to(actor, row)
    context = {
        **page_context(actor),
        "affiliation": row,
        "steps": steps,
        "shows_opened": opened is not None,
        "opened": opened_sentences(opened or ()),
        "waits_for_own": row.state == AffiliationState.PROPOSED and row.affiliate_id == actor.tenant_id,
        "list_url": area.url("affiliation-list"),
    }
    return render(request, "practices/affiliation.html", context)


@require_safe
def practice_affiliates(request: ActorRequest) -> HttpResponse:
    """Which affiliates read what one's own organisation has shared, through whom, and which records."""
    readers = affiliate_readers(request.actor)
    context = {"readers": readers, "nav": "workspace:practice-list"}
    return render(request, "practices/practice_affiliates.html", context)
