"""Members, open to everyone."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.members import MemberSerializer
from alliance.filters import MemberFilter
from alliance.models import Organisation
from alliance.queries.public.members import ends_of_membership, members_with_services, moved_member
from portal.kernel.api import Endpoint, PublicDetailView, PublicListView


class _WithEnds(Endpoint):
    """Base of what shows members: until when each was one, read once for all that are shown."""

    ends: Mapping[int, date] = MappingProxyType({})

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "ends": self.ends}


@extend_schema(summary="List members")
class MemberList(_WithEnds, PublicListView):
    """Members and associates, including former ones, with their present and past services, ordered by `slug`."""

    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    ordering = ("slug",)

    def get_queryset(self) -> QuerySet[Organisation]:
        return members_with_services()

    def paginate_queryset(self, queryset: QuerySet[Organisation]) -> Sequence[Organisation]:
        rows: Sequence[Organisation] = super().paginate_queryset(queryset)
        self.ends = ends_of_membership(rows)
        return rows


@extend_schema(summary="Get a member")
class MemberDetail(_WithEnds, PublicDetailView):
    """One member. A former slug works too; the response then has the current `slug`."""

    serializer_class = MemberSerializer

    def get_object(self) -> Organisation:
        slug = self.kwargs["slug"]
        rows = members_with_services()
        member = rows.filter(slug=slug).first() or rows.filter(slug=moved_member(slug)).first()
        if member is None:
            raise Http404
        self.ends = ends_of_membership([member])
        return member
