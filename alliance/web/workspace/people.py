"""The workspace's page of people: colleagues, invitations, services."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.queries.organisations import ownerships
from alliance.web.organisation.people import organisation_of, people_of
from portal.kernel.web import ActorRequest, permissions


@require_safe
def people(request: ActorRequest) -> HttpResponse:
    """People, invitations and services of one's own organisation."""
    organisation = organisation_of(request, None)
    actor = request.actor
    context = {
        "organisation": organisation,
        **people_of(request, organisation),
        "ownerships": ownerships(organisation),
        **permissions(
            actor,
            organisation,
            may_invite="membership.invite",
            may_add_service="service.add",
            may_change_service="service.change",
            may_correct_start="service.correct_start",
            may_end_service="service.end",
            may_remove_service="service.remove",
            may_change="organisation.change",
            may_archive="organisation.archive",
            may_change_sign_in="identity_provider.add",
        ),
    }
    return render(request, "alliance/workspace/people.html", context)
