"""The library: all practices that somebody may read, found by words, facets and a sentence with four blanks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.queries.local_dates import today
from alliance.web.area import area_of
from portal.kernel.web import ActorRequest, paginate, permissions
from practices.queries import library
from practices.queries.people import solvers
from practices.queries.requests import open_requests
from practices.queries.search import find_practices, parse_search
from practices.queries.searches import saved_searches
from practices.web.library.page import LibraryPage

_MAX_TITLES = 8
_MAX_SOLVERS = 3


@require_safe
def practice_list(request: ActorRequest) -> HttpResponse:
    """The library: search results, facets, practices for measures with weak verdicts, and open requests."""
    actor, area = request.actor, area_of(request.actor)
    search = parse_search(dict(request.GET.lists()))
    day = today()
    search_result = find_practices(actor, search, day, for_reader=True)
    page = paginate(search_result.ids, request, library.PAGE_SIZE)
    library_page = LibraryPage(search, search_result)
    rows = [
        (row, library_page.tags(row))
        for row in library.library_rows(actor, list(page.object_list), search_result.query)
    ]
    context = {
        "base": area.base,
        "area": area.namespace,
        "nav": f"{area.namespace}:practice-list",
        "search": search,
        "result": search_result,
        "total": len(search_result.ids),
        "page": page,
        "rows": rows,
        "library_page": library_page,
        "counts": library.library_counts(actor, search_result if search.is_empty else None, day),
        "suggestions": library.suggested_practices(actor, day)
        if search.is_empty and page.number == 1
        else [],
        "solvers": [] if search.is_empty else solvers(actor, search_result.ids, _MAX_SOLVERS),
        "open_requests": open_requests(actor, limit=3),
        "saved_searches": saved_searches(actor),
        "today": day,
        **permissions(actor, may_draft="practice.draft", may_change_words="site.change"),
    }
    return render(request, "practices/library.html", context)


@require_safe
def practice_titles(request: ActorRequest) -> HttpResponse:
    """Title suggestions while somebody types in the search field, of practices that they may read."""
    search = parse_search({"text": request.GET.getlist("text")})
    titles = library.matching_titles(request.actor, search.text, _MAX_TITLES) if len(search.text) > 1 else []
    return render(request, "practices/_title_options.html", {"titles": titles})
