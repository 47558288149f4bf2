"""Figures, verdicts and reference counts of all members, as everybody may read them."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.facts import PublishedFigureSerializer, ReferenceSerializer, VerdictSerializer
from alliance.filters import FigureFilter, ReferenceFilter, VerdictFilter
from alliance.models import ReferenceCount
from alliance.queries.public import lists
from portal.kernel.api import PublicListView
from portal.kernel.publishing import ProjectionQuerySet


@extend_schema(summary="All published figures")
class PublishedFigureList(PublicListView):
    """One row for each figure of each report; where one is withheld, the row says so and has no value."""

    serializer_class = PublishedFigureSerializer
    filterset_class = FigureFilter

    def get_queryset(self) -> ProjectionQuerySet:
        return lists.figures()


@extend_schema(summary="All published verdicts")
class PublishedVerdictList(PublicListView):
    """Verdicts on commitments, on their measures and on pledges, with the reasons given."""

    serializer_class = VerdictSerializer
    filterset_class = VerdictFilter

    def get_queryset(self) -> ProjectionQuerySet:
        return lists.verdicts()


@extend_schema(summary="All reference counts")
class ReferenceCountList(PublicListView):
    """What others counted of members; a count that a later one has replaced is not here."""

    serializer_class = ReferenceSerializer
    filterset_class = ReferenceFilter

    def get_queryset(self) -> QuerySet[ReferenceCount]:
        return lists.references()
