"""One page of a list."""

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property

PAGE_SIZE = 50


def rows_of_table(columns: int, most_cells: int = 200, least: int = 10) -> int:
    """How many rows a page of a table has: the more columns, the fewer, so that a longer record costs no more."""
    return max(least, min(PAGE_SIZE, most_cells // max(1, columns)))


class GaplessPaginator(Paginator):
    """Of rows that are numbered from 1 without a gap, the last number first: nothing is counted or skipped.

    To count a million rows, or to go past them to the last page, takes a second of the database.
    """

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        """The last number. One query."""
        numbers = self.object_list.order_by("-number").values_list("number", flat=True)
        return numbers.first() or 0

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        last = self.count - (number - 1) * self.per_page
        rows = self.object_list.filter(number__gt=last - self.per_page, number__lte=last)
        return Page(rows.order_by("-number"), number, self)


def paginate(queryset: Any, request: HttpRequest, rows: int = PAGE_SIZE, parameter: str = "page") -> Page:
    """The page of a list that `?page=` names; the nearest one when there is no such page."""
    page = Paginator(queryset, rows).get_page(request.GET.get(parameter))
    page.object_list = list(page.object_list)  # read at once: to go over a page asks it for each row again
    return page


def paginate_or_404(
    queryset: Any,
    request: HttpRequest,
    rows: int = PAGE_SIZE,
    parameter: str = "page",
    paginator: type[Paginator] = Paginator,
) -> Page:
    """The page of a public list that `?page=` names; 404 for one that there is not: each page has one address."""
    try:
        page = paginator(queryset, rows).page(request.GET.get(parameter, 1))
    except InvalidPage as error:
        raise Http404 from error
    page.object_list = list(page.object_list)
    return page
