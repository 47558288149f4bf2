"""A practice as its readers see it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.web.desk import desk_of
from portal.kernel.web import ActorRequest
from practices.queries.practices import find_practice, latest_version
from practices.services.openings import open_practice
from practices.web.reading import Reading


@require_safe
def practice(request: ActorRequest, key: UUID) -> HttpResponse:
    """One practice: what it says, who uses it, what is asked about it. Opening it is logged for its source."""
    found = find_practice(request.actor, key)
    version = latest_version(request.actor, found)
    open_practice(request.actor, found, "page")
    desk = desk_of(request.actor)
    context = {
        "base": desk.base,
        "face": desk.namespace,
        "nav": f"{desk.namespace}:practice-list",
        "practice": found,
        "version": version,
        "reading": Reading(version.content if version else found.draft.content),
    }
    return render(request, "practices/practice.html", context)
