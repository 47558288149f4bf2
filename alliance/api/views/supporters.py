"""Supporters, open to everyone."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.supporters import SupporterSerializer
from alliance.filters import SupporterFilterSet
from alliance.models import Supporter
from alliance.queries.public.supporters import supporters
from portal.kernel.api import PublicListView


@extend_schema(summary="List supporters")
class SupporterList(PublicListView):
    """Organisations in the directory of supporters, the earliest entry first. There are no e-mail addresses."""

    serializer_class = SupporterSerializer
    filterset_class = SupporterFilterSet
    ordering = ("pk",)

    def get_queryset(self) -> QuerySet[Supporter]:
        return supporters().select_related("charter")
