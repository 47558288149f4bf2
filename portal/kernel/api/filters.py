"""Filter lists by query parameters; a filter's errors are reported under its parameter."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import CharFilter, FilterSet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from portal.kernel.api.problems import Fault, Problem


def _is_empty(filters: FilterSet, name: str) -> bool:
    """Whether a value was sent that is none; of a text none is one too."""
    return "" in filters.data.getlist(name) and not isinstance(filters.filters[name], CharFilter)


class StrictFilterBackend(DjangoFilterBackend):
    """Narrows by the view's `filterset_class`; a value that there is not is refused, and nothing is guessed."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filters = self.check(request, queryset, view)
        return queryset if filters is None else filters.qs

    def check(self, request: Request, queryset: QuerySet, view: Any) -> FilterSet | None:
        """The filters of the request, which narrow nothing yet; None where the view has none.

        Raises Problem for an empty value, or one that there is not.
        """
        filters: FilterSet | None = self.get_filterset(request, queryset, view)
        if filters is None:
            return None
        empty = [name for name in filters.filters if _is_empty(filters, name)]
        if empty:
            message = _("Give the parameter a value, or leave it out.")
            raise Problem("malformed", errors=[Fault(name, message) for name in empty])
        if not filters.is_valid():
            faults = [
                Fault(name, str(message)) for name, messages in filters.errors.items() for message in messages
            ]
            raise Problem("malformed", errors=faults)
        return filters
