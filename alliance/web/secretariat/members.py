"""The secretariat's pages of organisations: the list, one of them, add, rename, admit and the other steps."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Organisation
from alliance.queries.access_loss import matters_left_open
from alliance.queries.access_return import missed_without_access
from alliance.queries.applications import application_counts
from alliance.queries.organisations import organisation_list
from alliance.services import organisations
from alliance.web.area import posted_data
from alliance.web.forms.languages import texts_in, texts_of
from alliance.web.forms.organisations import (
    OrganisationAddForm,
    OrganisationFilterForm,
    OrganisationRenameForm,
    OrganisationStepForm,
)
from alliance.web.organisation.people import organisation_of
from alliance.web.secretariat.dossier import dossier_context
from alliance.web.step_up import step_up
from alliance.workflows import ORGANISATION
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, StrictForm, paginate, permissions, refusals_on, requires


@require_safe
def member_list(request: ActorRequest) -> HttpResponse:
    """List of organisations, with filters and order."""
    form = OrganisationFilterForm(request.GET)
    filters = form.filters()
    rows = organisation_list(request.actor, filters)
    context = {
        "form": form,
        "sort": filters.sort,
        "page": paginate(rows, request),
        "waiting_applications": application_counts(request.actor)["waiting"],
        **permissions(request.actor, may_add="organisation.add"),
    }
    return render(request, "alliance/secretariat/member_list.html", context)


@require_safe
def member(request: ActorRequest, pk: int) -> HttpResponse:
    """The dossier of one organisation: what is open, reports, pledges, people, accession, services, journal, acts."""
    context = dossier_context(request, organisation_of(request, pk))
    return render(request, "alliance/secretariat/member.html", context)


@requires("organisation.add")
def member_add(request: ActorRequest) -> HttpResponse:
    """Form to add an organisation as an applicant."""
    form = OrganisationAddForm(posted_data(request))
    if form.is_valid():
        with refusals_on(form):
            added = organisations.add_organisation(
                request.actor,
                kind=form.cleaned_data["kind"],
                names=texts_of(form.cleaned_data, "name"),
                sectors=texts_of(form.cleaned_data, "sector"),
                slug=form.cleaned_data["slug"],
                website=form.cleaned_data["website"],
            )
        if form.is_valid():
            messages.success(
                request, _("%(name)s is now an applicant: admit it and invite its people.") % {"name": added}
            )
            return redirect("secretariat:member", added.pk)
    return _form_page(request, "member_add", form, {})


def member_rename(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to rename an organisation, from today on."""
    organisation = organisation_of(request, pk, "organisation.change")
    form = OrganisationRenameForm(
        posted_data(request),
        initial=texts_in(organisation, "name"),
        record_values=organisations.names_of(organisation),
    )
    if form.is_valid():
        with form.refusals():
            organisations.rename_organisation(
                request.actor,
                organisation,
                texts_of(form.cleaned_data, "name"),
                seen=form.cleaned_data["seen"],
            )
        if form.is_valid():
            messages.success(request, _("The new name is valid from today."))
            return redirect("secretariat:member", pk)
    return _form_page(request, "member_rename", form, {"organisation": organisation})


_STEP_SERVICES: dict[str, Callable[[Actor, Organisation, str], Organisation]] = {
    "admit": lambda actor, organisation, reason: organisations.admit_organisation(actor, organisation),
    "suspend": organisations.suspend_organisation,
    "reinstate": organisations.reinstate_organisation,
    "withdraw": organisations.withdraw_organisation,
    "expel": organisations.expel_organisation,
}


_LOSING_ACCESS = ("suspend", "withdraw", "expel")


def member_step(request: ActorRequest, pk: int, action: str) -> HttpResponse:
    """Confirmation page before a step of an organisation: its effect, who sees it, its public reason, what is open."""
    if action not in _STEP_SERVICES:
        raise Http404
    organisation = organisation_of(request, pk, ORGANISATION.rule(action))
    if (again := step_up(request, ORGANISATION.rule(action))) is not None:
        return again
    form = OrganisationStepForm(posted_data(request), needs_reason=action not in ("admit", "reinstate"))
    if form.is_valid():
        with refusals_on(form):
            changed_member = _STEP_SERVICES[action](request.actor, organisation, form.cleaned_data["reason"])
        if form.is_valid():
            state = {"name": changed_member, "state": changed_member.get_state_display().lower()}
            messages.success(request, _("%(name)s is now: %(state)s.") % state)
            return redirect("secretariat:member", pk)
    return _form_page(request, "member_step", form, _step_context(request.actor, organisation, action))


def _return_of_reports(actor: Actor, organisation: Organisation, action: str) -> dict[str, object]:
    """What becomes of reports that count as not filed since nobody of the member has access, where that ends."""
    if action != "reinstate" or not organisation.is_reporting:
        return {}
    missed = missed_without_access(actor, organisation.pk)
    return {"due_again": missed.again, "stays_missed": missed.stay}


def _form_page(
    request: ActorRequest, template: str, form: StrictForm, context: dict[str, object]
) -> HttpResponse:
    """The page of a form: blank, or with what is wrong in it."""
    return render(
        request, f"alliance/secretariat/{template}.html", {"form": form, **context}, status=form.status
    )


def _step_context(actor: Actor, organisation: Organisation, action: str) -> dict[str, object]:
    leaves = action in ("withdraw", "expel")
    return {
        "organisation": organisation,
        "action": action,
        "label": ORGANISATION.steps[action].label,
        "refusal": ORGANISATION.refusal(actor, organisation, action),
        "asks_reason": action != "admit",
        "leaves_alliance": leaves,
        **_return_of_reports(actor, organisation, action),
        "matters": matters_left_open(actor, organisation, leaves=leaves)
        if action in _LOSING_ACCESS
        else None,
    }
