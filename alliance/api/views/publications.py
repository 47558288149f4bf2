"""The public record, publication by publication."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.publications import PublicationHeadSerializer, PublicationSerializer
from alliance.filters import PublicationFilter
from alliance.queries.public import record
from portal.kernel.api import PublicDetailView, PublicListView
from portal.kernel.publishing import Publication


@extend_schema(summary="All publications, without what they say")
class PublicationList(PublicListView):
    """The whole record, the latest number first, with the digest and the address of the exact bytes."""

    serializer_class = PublicationHeadSerializer
    filterset_class = PublicationFilter
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[Publication]:
        return record.publication_log()


@extend_schema(summary="One publication with its document")
class PublicationDetail(PublicDetailView):
    """The document, parsed; to check the digest, fetch the bytes themselves from `body`."""

    serializer_class = PublicationSerializer

    def get_object(self) -> Publication:
        publication = record.publication(self.kwargs["number"])
        if publication is None:
            raise Http404
        return publication
