"""Pages about an organisation itself, in both areas: what it does, its services."""

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.enums import NameCase
from alliance.models import Organisation
from alliance.models.name_forms import DECLINED_IN
from alliance.services.organisations import describe_organisation, description_of
from alliance.services.ownership import add_service
from alliance.web.area import posted_data
from alliance.web.forms.languages import texts_in, texts_of
from alliance.web.forms.organisations import OrganisationDescribeForm, ServiceForm
from alliance.web.organisation.people import addition_refused, area_page, back_to_people, organisation_of
from portal.kernel.web import ActorRequest, refusals_on


def organisation_change(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """Form to change an organisation's sector, website, four-eyes rule and the cases of its Russian name.

    A preview shows the sentences in which these stand, and saves nothing.
    """
    organisation = organisation_of(request, pk, "organisation.change")
    initial = {
        "website": organisation.website,
        "four_eyes": organisation.four_eyes,
        **texts_in(organisation, "sector"),
        # each case: after a conflict the page shows those that were taken away, too
        **{f"form_{case.value}": organisation.name_forms.get(case.value, "") for case in NameCase},
    }
    form = OrganisationDescribeForm(
        posted_data(request), initial=initial, record_values=description_of(organisation)
    )
    is_preview = form.is_valid() and "preview" in request.POST
    if form.is_valid() and not is_preview:
        with form.refusals():
            describe_organisation(
                request.actor,
                organisation,
                sectors=texts_of(form.cleaned_data, "sector"),
                website=form.cleaned_data["website"],
                four_eyes=form.cleaned_data["four_eyes"],
                name_forms=form.name_forms(),
                seen=form.cleaned_data["seen"],
            )
        if form.is_valid():
            return back_to_people(request, organisation, _("Saved"))
    if is_preview:
        organisation.name_forms = form.name_forms()
    context = {"form": form, "sentences": name_sentences(organisation), "is_preview": is_preview}
    response = area_page(request, "organisation_change", organisation, **context)
    if is_preview:
        response.status_code = 200
    return response


def name_sentences(organisation: Organisation) -> list[str]:
    """A Russian sentence for each case of the name, as letters and pages write it."""
    with translation.override(DECLINED_IN):
        return [
            _("The report of %(name)s has been submitted.") % {"name": organisation.name_genitive},
            _("A question was put to %(name)s.") % {"name": organisation.name_dative},
            _("The secretariat has exempted %(name)s.") % {"name": organisation.name_accusative},
            _("The pledge was signed by %(name)s.") % {"name": organisation.name_instrumental},
            _("Rights in %(name)s have changed.") % {"name": organisation.name_prepositional},
        ]


def service_add(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """Form to add a service to an organisation."""
    organisation = organisation_of(request, pk, "service.add")
    if (left := addition_refused(request, organisation)) is not None:
        return left
    form = ServiceForm(posted_data(request))
    if form.is_valid():
        with refusals_on(form):
            service = add_service(
                request.actor,
                organisation,
                names=texts_of(form.cleaned_data, "name"),
                sorts=texts_of(form.cleaned_data, "sort"),
                slug=form.cleaned_data["slug"],
                starts_on=form.cleaned_data["starts_on"],
            )
        if form.is_valid():
            return back_to_people(request, organisation, f"{_('Service added')}: {service}")
    return area_page(request, "service_add", organisation, form=form)
