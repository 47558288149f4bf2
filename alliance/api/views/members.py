"""Members, open to everyone."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.members import MemberSerializer
from alliance.filters import MemberFilter
from alliance.models import Organisation
from alliance.queries.public.members import members_with_services, moved_member
from portal.kernel.api import PublicDetailView, PublicListView


@extend_schema(summary="List members")
class MemberList(PublicListView):
    """Members and associates, including former ones, with their present and past services, ordered by `slug`."""

    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    ordering = ("slug",)

    def get_queryset(self) -> QuerySet[Organisation]:
        return members_with_services()


@extend_schema(summary="Get a member")
class MemberDetail(PublicDetailView):
    """One member. A former slug works too; the response then has the current `slug`."""

    serializer_class = MemberSerializer

    def get_object(self) -> Organisation:
        slug = self.kwargs["slug"]
        rows = members_with_services()
        member = rows.filter(slug=slug).first() or rows.filter(slug=moved_member(slug)).first()
        if member is None:
            raise Http404
        return member
