"""The library: all practices that somebody may read, found by words, facets and a sentence with four blanks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.queries.clock import today
from alliance.web.desk import desk_of
from portal.kernel.web import ActorRequest, page_of, permissions
from practices.queries import library
from practices.queries.requests import open_requests
from practices.queries.search import find, read
from practices.queries.searches import saved_searches
from practices.web.library_parts import Library

_TITLES = 8


@require_safe
def practice_list(request: ActorRequest) -> HttpResponse:
    """What was asked for, what else could be, what serves one's weak measures, and what others ask."""
    actor, desk = request.actor, desk_of(request.actor)
    search = read(dict(request.GET.lists()))
    day = today()
    found = find(actor, search, day)
    page = page_of(found.ids, request, library.ROWS)
    words = found.instead or search.text
    parts = Library(search, found)
    rows = [(row, parts.tags(row)) for row in library.rows(actor, list(page.object_list), words)]
    context = {
        "base": desk.base,
        "face": desk.namespace,
        "nav": f"{desk.namespace}:practice-list",
        "search": search,
        "found": found,
        "total": len(found.ids),
        "page": page,
        "rows": rows,
        "parts": parts,
        "stock": library.stock(actor, found if search.is_empty else None, day),
        "for_you": library.for_you(actor, day) if search.is_empty and page.number == 1 else [],
        "asked": open_requests(actor, most=3),
        "saved": saved_searches(actor),
        "today": day,
        **permissions(actor, may_draft="practice.draft"),
    }
    return render(request, "practices/library.html", context)


@require_safe
def practice_titles(request: ActorRequest) -> HttpResponse:
    """Titles that go on as somebody types, of practices that they may read."""
    search = read({"text": request.GET.getlist("text")})
    titles = library.titles(request.actor, search.text, _TITLES) if len(search.text) > 1 else []
    return render(request, "practices/_titles.html", {"titles": titles})
