"""Charters, open to everyone."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.charters import CharterHeadSerializer, CharterSerializer
from alliance.filters import CharterFilter
from alliance.models import Charter
from alliance.queries.public import lists
from portal.kernel.api import PublicDetailView, PublicListView


@extend_schema(summary="List charter versions")
class CharterList(PublicListView):
    """Charters in force and superseded versions, without their full text."""

    serializer_class = CharterHeadSerializer
    filterset_class = CharterFilter
    ordering = ("pk",)

    def get_queryset(self) -> QuerySet[Charter]:
        return lists.charters()


@extend_schema(summary="Get a charter version")
class CharterDetail(PublicDetailView):
    """The full charter: chapters, commitments, measures and indicators in order, with its harms and breakdowns."""

    serializer_class = CharterSerializer

    def get_object(self) -> Charter:
        place = {"key": self.kwargs["key"], "version": self.kwargs["version"]}
        charter = lists.charters_with_parts().filter(**place).first()
        if charter is None:
            raise Http404
        return charter
