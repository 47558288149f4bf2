"""Cycles, open to everyone."""

from collections.abc import Mapping
from typing import ClassVar

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.cycles import CycleDetailSerializer, CycleSerializer
from alliance.filters import CycleFilter
from alliance.models import Cycle
from alliance.queries.public import cycles
from portal.kernel.api import PublicDetailView, PublicListView


@extend_schema(summary="List cycles")
class CycleList(PublicListView):
    """Reporting periods that have begun, latest first, each with the charter that its reports follow."""

    serializer_class = CycleSerializer
    filterset_class = CycleFilter
    ordering = ("-starts_on", "-pk")
    orderings: ClassVar[Mapping[str, str]] = {"slug": "slug"}

    def get_queryset(self) -> QuerySet[Cycle]:
        return cycles.cycles()


@extend_schema(summary="Get a cycle")
class CycleDetail(PublicDetailView):
    """The dates, state and charter of one reporting period; once it is published, what became of each report."""

    serializer_class = CycleDetailSerializer

    def get_object(self) -> Cycle:
        cycle = cycles.cycle(self.kwargs["slug"])
        if cycle is None:
            raise Http404
        return cycle
