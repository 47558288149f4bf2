"""One page of a list."""

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest

PAGE_SIZE = 50


def paginate(queryset: Any, request: HttpRequest, rows: int = PAGE_SIZE, parameter: str = "page") -> Page:
    """The page of a list that `?page=` names; the nearest one when there is no such page."""
    page = Paginator(queryset, rows).get_page(request.GET.get(parameter))
    page.object_list = list(page.object_list)  # read at once: to go over a page asks it for each row again
    return page


def paginate_or_404(
    queryset: Any, request: HttpRequest, rows: int = PAGE_SIZE, parameter: str = "page"
) -> Page:
    """The page of a public list that `?page=` names; 404 for one that there is not: each page has one address."""
    try:
        page = Paginator(queryset, rows).page(request.GET.get(parameter, 1))
    except InvalidPage as error:
        raise Http404 from error
    page.object_list = list(page.object_list)
    return page
