"""The public record, publication by publication."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.publications import PublicationHeadSerializer, PublicationSerializer
from alliance.filters import PublicationFilter
from alliance.queries.public import record
from portal.kernel.api.views import PublicListing, PublicReading
from portal.kernel.models import Publication


@extend_schema(summary="All publications, without what they say")
class PublicationListing(PublicListing):
    """The whole record, the latest number first, with the digest and the address of the exact bytes."""

    serializer_class = PublicationHeadSerializer
    filterset_class = PublicationFilter
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[Publication]:
        return record.ledger()


@extend_schema(summary="One publication with its document")
class PublicationReading(PublicReading):
    """The document as its bytes say it; to check the digest, fetch the bytes themselves from `body`."""

    serializer_class = PublicationSerializer

    def get_object(self) -> Publication:
        found = record.publication(self.kwargs["number"])
        if found is None:
            raise Http404
        return found
