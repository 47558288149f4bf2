"""The public record, publication by publication."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.publications import PublicationHeadSerializer, PublicationSerializer
from alliance.filters import PublicationFilter
from alliance.queries.public import record
from portal.kernel.api import PublicDetailView, PublicListView
from portal.kernel.publishing import Publication


@extend_schema(summary="List publications")
class PublicationList(PublicListView):
    """The public record, highest number first. Each row has the digest and the URL of the document, not its content."""

    serializer_class = PublicationHeadSerializer
    filterset_class = PublicationFilter
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[Publication]:
        return record.publication_log()


@extend_schema(summary="Get a publication")
class PublicationDetail(PublicDetailView):
    """One publication with its document as JSON. To verify the digest, fetch the exact bytes from `body`."""

    serializer_class = PublicationSerializer

    def get_object(self) -> Publication:
        publication = record.publication(self.kwargs["number"])
        if publication is None:
            raise Http404
        return publication
