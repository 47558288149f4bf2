"""Pages about an organisation itself, in both areas: what it does, its services."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from alliance.services.organisations import describe_organisation
from alliance.services.ownership import add_service
from alliance.web.area import posted_data
from alliance.web.forms.languages import texts_in, texts_of
from alliance.web.forms.organisations import OrganisationDescribeForm, ServiceForm
from alliance.web.organisation.people import area_page, back_to_people, organisation_of
from portal.kernel.web import ActorRequest, refusals_on


def organisation_change(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """Form to change an organisation's sector, website and four-eyes rule."""
    organisation = organisation_of(request, pk, "organisation.change")
    initial = {
        "website": organisation.website,
        "four_eyes": organisation.four_eyes,
        **texts_in(organisation, "sector"),
    }
    form = OrganisationDescribeForm(posted_data(request), initial=initial)
    if form.is_valid():
        with refusals_on(form):
            describe_organisation(
                request.actor,
                organisation,
                sectors=texts_of(form.cleaned_data, "sector"),
                website=form.cleaned_data["website"],
                four_eyes=form.cleaned_data["four_eyes"],
            )
        if form.is_valid():
            return back_to_people(request, organisation, _("Saved"))
    return area_page(request, "organisation_change", organisation, form=form)


def service_add(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """Form to add a service to an organisation."""
    organisation = organisation_of(request, pk, "service.add")
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
