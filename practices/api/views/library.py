"""The library: all practices that the bearer of the token may read, as the page of the library gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from portal.kernel.api.filters import Filters
from portal.kernel.api.views import Listing, Reading, by_method
from practices.api.serializers.library import DraftRowSerializer, FacetsSerializer, PracticeRowSerializer
from practices.api.views.labelled import NotKept
from practices.filters import LibraryFilter
from practices.models import Draft, Practice
from practices.queries import lists
from practices.queries.search import find, read

OPENS = by_method(GET="practices:read")


@extend_schema(summary="The practices that you may read")
class PracticeListing(NotKept, Listing):
    """Your own and what is shared with you, whatever its label, the newest first.

    `text` looks for words as the library does, among the 500 that fit best. Several values of a facet are joined by
    commas.
    """

    opens = OPENS
    serializer_class = PracticeRowSerializer
    filterset_class = LibraryFilter
    ordering = ("-pk",)
    used: Mapping[int, Mapping[str, int]] = MappingProxyType({})

    def get_queryset(self) -> QuerySet[Practice]:
        return lists.library(self.actor)

    def paginate_queryset(self, queryset: QuerySet[Practice]) -> Sequence[Practice]:
        rows: Sequence[Practice] = super().paginate_queryset(queryset)
        self.used = lists.used(self.actor, rows)
        return rows

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "used": self.used}


@extend_schema(summary="How many practices each facet would leave", filters=True)
class FacetReading(NotKept, Reading):
    """Counted among those that you may read, narrowed in the same way as the list."""

    opens = OPENS
    serializer_class = FacetsSerializer
    filterset_class = LibraryFilter

    def get_queryset(self) -> QuerySet[Practice]:
        return lists.library(self.actor)

    def get_object(self) -> dict[str, Any]:
        Filters().filter_queryset(self.request, self.get_queryset(), self)  # refuses what there is not
        found = find(self.actor, _asked(self.request))
        return {"total": len(found.ids), "more": found.capped, "facets": found.counts}


def _asked(request: Request) -> Any:
    said = dict(request.query_params.lists())
    expired = said.pop("expired", [""])[-1].lower() in ("true", "1")
    return replace(read(said), expired=expired)


@extend_schema(summary="What your organisation is writing")
class DraftListing(NotKept, Listing):
    """Practices of your own organisation that are not shared yet; what is TLP:RED, its authors' alone."""

    opens = OPENS
    serializer_class = DraftRowSerializer
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Draft]:
        return lists.drafts(self.actor)
