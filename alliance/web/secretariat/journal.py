"""The journal, newest first, one kind at a time if wanted."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.queries.journal import journal_kinds, journal_lines, named_lines
from portal.kernel.access import require
from portal.kernel.web import ActorRequest, page_of


@require_safe
def journal(request: ActorRequest) -> HttpResponse:
    """The lines of the journal with the names of who acted."""
    require(request.actor, "journal.read")
    kind = request.GET.get("kind", "")
    page = page_of(journal_lines(request.actor, kind), request)
    context = {
        "page": page,
        "lines": named_lines(request.actor, list(page)),
        "kinds": journal_kinds(request.actor),
        "kind": kind,
    }
    return render(request, "alliance/secretariat/journal.html", context)
