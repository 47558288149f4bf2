"""Published pledges, open to everyone."""

from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.pledges import PledgeSerializer
from alliance.filters import PledgeFilter
from alliance.models import PublishedPledge
from alliance.queries.public import lists
from portal.kernel.api import PublicDetailView, PublicListView
from portal.kernel.publishing import ProjectionQuerySet


@extend_schema(summary="List published pledges")
class PledgeList(PublicListView):
    """The current revision of each pledge, including fulfilled and withdrawn ones."""

    serializer_class = PledgeSerializer
    filterset_class = PledgeFilter

    def get_queryset(self) -> ProjectionQuerySet:
        return lists.pledges()


@extend_schema(summary="Get a pledge")
class PledgeDetail(PublicDetailView):
    """The current revision of a pledge."""

    serializer_class = PledgeSerializer

    def get_object(self) -> PublishedPledge:
        published_pledge: PublishedPledge | None = (
            lists.pledges().filter(record=self.kwargs["record"]).first()
        )
        if published_pledge is None:
            raise Http404
        return published_pledge
