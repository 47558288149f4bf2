"""Pledges, as everybody may read them."""

from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.pledges import PledgeSerializer
from alliance.filters import PledgeFilter
from alliance.models import PublishedPledge
from alliance.queries.public import lists
from portal.kernel.api.views import PublicListing, PublicReading
from portal.kernel.models import ProjectionQuerySet


@extend_schema(summary="All pledges as they stand")
class PledgeListing(PublicListing):
    """Pledges to commitments and beyond the charter, those fulfilled or withdrawn among them."""

    serializer_class = PledgeSerializer
    filterset_class = PledgeFilter

    def get_queryset(self) -> ProjectionQuerySet:
        return lists.pledges()


@extend_schema(summary="One pledge")
class PledgeReading(PublicReading):
    """The revision that holds now."""

    serializer_class = PledgeSerializer

    def get_object(self) -> PublishedPledge:
        found: PublishedPledge | None = lists.pledges().filter(record=self.kwargs["record"]).first()
        if found is None:
            raise Http404
        return found
