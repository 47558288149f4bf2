"""Cycles, as everybody may read them."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.cycles import CycleSerializer
from alliance.filters import CycleFilter
from alliance.models import Cycle
from alliance.queries.public import cycles
from portal.kernel.api import PublicDetailView, PublicListView


@extend_schema(summary="All cycles that have begun")
class CycleList(PublicListView):
    """Reporting periods, the latest first, each with the charter that its reports answer."""

    serializer_class = CycleSerializer
    filterset_class = CycleFilter
    ordering = ("-starts_on", "-pk")

    def get_queryset(self) -> QuerySet[Cycle]:
        return cycles.cycles()


@extend_schema(summary="One cycle")
class CycleDetail(PublicDetailView):
    """Its dates and its state."""

    serializer_class = CycleSerializer

    def get_object(self) -> Cycle:
        cycle = cycles.cycle(self.kwargs["slug"])
        if cycle is None:
            raise Http404
        return cycle
