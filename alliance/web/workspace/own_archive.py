"""The archive of everything that one's own organisation has filed: what is in it, asked for, and those made before."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from alliance.queries.own_archives import own_archives
from alliance.services.documents import request_own_archive
from alliance.web.organisation.people import organisation_of
from portal.kernel.text import reader_language
from portal.kernel.web import ActorRequest, lists_fields

_SHOWN = 10


@lists_fields()
def organisation_archive(request: ActorRequest) -> HttpResponse:
    """Page before the archive of everything filed is made, with those that one has asked for."""
    organisation = organisation_of(request, None, "organisation.archive")
    if request.method == "POST":
        return redirect("document", request_own_archive(request.actor, organisation, reader_language()).key)
    context = {"organisation": organisation, "archives": own_archives(request.actor)[:_SHOWN]}
    return render(request, "alliance/workspace/own_archive.html", context)
