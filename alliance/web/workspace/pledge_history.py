"""The history of a draft pledge, and the way back to an earlier version of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from alliance.queries.pledge_history import read_pledge_changes, sittings_of_pledge
from alliance.queries.pledges import commitment_of_pledge
from alliance.services.pledges import restore_pledge
from alliance.web.change_pages import number_in, restore
from alliance.web.workspace.pledges import get_pledge
from alliance.workflows import PLEDGE
from portal.kernel.web import ActorRequest, paginate, refuse_unlisted_fields

_CHANGES = 7  # on a page: each may strike out a text of 4,000 characters and write it anew


@require_http_methods(["GET", "HEAD", "POST"])
def pledge_history(request: ActorRequest, pk: int) -> HttpResponse:
    """The versions of a draft pledge: who, when, before and after; each can be written again."""
    pledge, actor = (
        get_pledge(request.actor, pk, "pledge.edit" if request.method == "POST" else ""),
        request.actor,
    )
    if request.method == "POST":
        refuse_unlisted_fields(request.POST, {"number", "version"})
        number, version = number_in(request, "number"), number_in(request, "version")
        return restore(
            request,
            lambda: restore_pledge(actor, pledge, number, version),
            reverse("workspace:pledge", args=[pk]),
        )
    commitment = commitment_of_pledge(actor, pledge)
    page = paginate(sittings_of_pledge(actor, pledge), request, _CHANGES)
    context = {
        "pledge": pledge,
        "commitment": commitment,
        "page": page,
        "changes": read_pledge_changes(actor, pledge, commitment, list(page)),
        "editable": PLEDGE.is_available(actor, pledge, "edit"),
        "version": pledge.version,
        "nav": "workspace:pledge-list",
    }
    return render(request, "alliance/workspace/pledge_history.html", context)
