"""Members, as everybody may read them."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.members import MemberSerializer
from alliance.filters import MemberFilter
from alliance.models import Organisation
from alliance.queries.public.members import members_with_services, moved_member
from portal.kernel.api import PublicDetailView, PublicListView


@extend_schema(summary="All members, those that have left among them")
class MemberList(PublicListView):
    """Members and associates with the services that they run and ran, by address."""

    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    ordering = ("slug",)

    def get_queryset(self) -> QuerySet[Organisation]:
        return members_with_services()


@extend_schema(summary="One member")
class MemberDetail(PublicDetailView):
    """One member; an earlier address gives the member too, whose `slug` is the present one."""

    serializer_class = MemberSerializer

    def get_object(self) -> Organisation:
        slug = self.kwargs["slug"]
        rows = members_with_services()
        member = rows.filter(slug=slug).first() or rows.filter(slug=moved_member(slug)).first()
        if member is None:
            raise Http404
        return member
