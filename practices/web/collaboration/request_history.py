"""The history of a request on the board, and the way back to an earlier version of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from alliance.web.area import WORKSPACE
from alliance.web.change_pages import number_in, restore
from portal.kernel.web import ActorRequest, paginate, refuse_unlisted_fields
from practices.queries.request_history import read_request_changes, sittings_of_request
from practices.services.requests import restore_request
from practices.web.collaboration.discussion import area_context
from practices.web.objects import get_request
from practices.workflows import REQUEST

_CHANGES = 7  # on a page: each may strike out a text of 4,000 characters and write it anew


@require_http_methods(["GET", "HEAD", "POST"])
def request_history(request: ActorRequest, key: UUID) -> HttpResponse:
    """The versions of a request: who, when, before and after; each can be written again while the request is open."""
    actor, request_on_board = request.actor, get_request(request.actor, key, "request.edit")
    if request.method == "POST":
        refuse_unlisted_fields(request.POST, {"number", "version"})
        number, version = number_in(request, "number"), number_in(request, "version")
        return restore(
            request,
            lambda: restore_request(actor, request_on_board, number, version),
            WORKSPACE.url("request", key),
        )
    page = paginate(sittings_of_request(actor, request_on_board), request, _CHANGES)
    context = {
        **area_context(request),
        "practice_request": request_on_board,
        "page": page,
        "changes": read_request_changes(actor, request_on_board, list(page)),
        "editable": REQUEST.is_available(actor, request_on_board, "edit"),
        "version": request_on_board.version,
    }
    return render(request, "practices/request_history.html", context)
