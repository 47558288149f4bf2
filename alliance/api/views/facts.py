"""Figures, verdicts and reference counts of all members, open to everyone."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.facts import PublishedFigureSerializer, ReferenceSerializer, VerdictSerializer
from alliance.filters import FigureFilter, ReferenceFilter, VerdictFilter
from alliance.models import ReferenceCount
from alliance.queries.public import lists
from portal.kernel.api import PublicListView
from portal.kernel.publishing import ProjectionQuerySet


@extend_schema(summary="List published figures")
class PublishedFigureList(PublicListView):
    """One row for each figure of each report. A withheld figure is marked as such and has no value."""

    serializer_class = PublishedFigureSerializer
    filterset_class = FigureFilter

    def get_queryset(self) -> ProjectionQuerySet:
        return lists.figures()


@extend_schema(summary="List published verdicts")
class PublishedVerdictList(PublicListView):
    """Verdicts on commitments, measures and pledges, with their reasons."""

    serializer_class = VerdictSerializer
    filterset_class = VerdictFilter

    def get_queryset(self) -> ProjectionQuerySet:
        return lists.verdicts()


@extend_schema(summary="List reference counts")
class ReferenceCountList(PublicListView):
    """Counts about members from other sources. Superseded counts are not listed."""

    serializer_class = ReferenceSerializer
    filterset_class = ReferenceFilter

    def get_queryset(self) -> QuerySet[ReferenceCount]:
        return lists.references()
