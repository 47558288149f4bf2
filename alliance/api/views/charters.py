"""Charters, as everybody may read them."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.charters import CharterHeadSerializer, CharterSerializer
from alliance.filters import CharterFilter
from alliance.models import Charter
from alliance.queries.public import lists
from portal.kernel.api import PublicDetailView, PublicListView


@extend_schema(summary="All versions of all charters, without their texts")
class CharterList(PublicListView):
    """The charters in force, and the versions that they have replaced."""

    serializer_class = CharterHeadSerializer
    filterset_class = CharterFilter
    ordering = ("pk",)

    def get_queryset(self) -> QuerySet[Charter]:
        return lists.charters()


@extend_schema(summary="One version of a charter, whole")
class CharterDetail(PublicDetailView):
    """Its chapters, commitments, measures and indicators, in their order; its harms and breakdowns."""

    serializer_class = CharterSerializer

    def get_object(self) -> Charter:
        place = {"key": self.kwargs["key"], "version": self.kwargs["version"]}
        charter = lists.charters_with_parts().filter(**place).first()
        if charter is None:
            raise Http404
        return charter
