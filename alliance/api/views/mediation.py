"""Comments that partners are invited to give: invited, given or declined, withdrawn, let be public by both sides."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.filing import NothingSerializer
from alliance.api.serializers.mediation import (
    CommentReasonInputSerializer,
    ConsentInputSerializer,
    GiveCommentInputSerializer,
    InvitedCommentDetailSerializer,
    InvitedCommentRowSerializer,
    InviteInputSerializer,
)
from alliance.api.views.obligations import DeskReportEndpoint
from alliance.filters import OwnInvitedCommentFilter
from alliance.models import InvitedComment, Measure
from alliance.queries.mediation import (
    invitable_partners,
    invited_comments,
    orderable_comments,
    own_invited_comments,
)
from alliance.services import mediation as services
from portal.kernel.access import Actor
from portal.kernel.api import DetailView, Endpoint, ListView, respond, scopes_by_method
from portal.kernel.errors import DomainError
from portal.kernel.web import get_visible_or_404

WRITE, PUBLISH = "comments:write", "comments:publish"


def comments_of(actor: Actor) -> QuerySet[InvitedComment]:
    """What the actor's pages list: all for the secretariat, for others what their organisation has a part in."""
    rows: QuerySet[InvitedComment] = invited_comments(actor) if actor.is_host else own_invited_comments(actor)
    return rows


class InvitedCommentEndpoint(Endpoint):
    """Base of what is about one invitation."""

    required_scopes = scopes_by_method(POST=WRITE)

    def get_comment(self) -> InvitedComment:
        row: InvitedComment = get_visible_or_404(comments_of(self.actor), self.actor, pk=self.kwargs["pk"])
        return row

    def comment_response(self, pk: int, status: int = 200) -> Response:
        """The invitation as it is after the act."""
        current = comments_of(self.actor).get(pk=pk)
        context = self.get_serializer_context()
        return respond(InvitedCommentDetailSerializer(current, context=context).data, status=status)


@extend_schema_view(
    get=extend_schema(
        operation_id="invited_comments_own_list", summary="List comments that partners are invited to give"
    )
)
class InvitedCommentList(ListView):
    """Invitations and comments: all for the secretariat; of others those to them, and those given about their reports.

    Those that everybody may read are at `comments/`.
    """

    required_scopes = scopes_by_method(GET="read")
    serializer_class = InvitedCommentRowSerializer
    filterset_class = OwnInvitedCommentFilter
    ordering = ("-pk",)
    orderings: ClassVar[Mapping[str, str]] = {
        "id": "pk",
        "member": "by_member",
        "partner": "by_partner",
        "due": "due_on",
        "state": "by_state",
    }

    def get_queryset(self) -> QuerySet[InvitedComment]:
        return orderable_comments(comments_of(self.actor))


@extend_schema(summary="Get an invited comment")
class InvitedCommentDetail(InvitedCommentEndpoint, DetailView):
    """One invitation, with its comment and what you may do."""

    required_scopes = scopes_by_method(GET="read")
    serializer_class = InvitedCommentDetailSerializer

    def get_object(self) -> InvitedComment:
        return self.get_comment()


@extend_schema(
    summary="Invite a partner to comment",
    request=InviteInputSerializer,
    responses={201: InvitedCommentDetailSerializer},
)
class CommentInvite(InvitedCommentEndpoint, DeskReportEndpoint):
    """Invites a partner to comment on one measure of a published report; its editors and signatories are notified.

    The partner sees no more of the report than the public does.
    """

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report()
        measure: Measure = get_visible_or_404(
            Measure.objects, self.actor, key=self.kwargs["key"], charter_id=report.charter_id
        )
        data = dict(self.validated_data(InviteInputSerializer))
        partner = invitable_partners(self.actor).filter(slug=data.pop("partner")).first()
        if partner is None:
            raise DomainError(_("Choose a partner that takes part in the alliance."), field="partner")
        invited = services.invite_comment(self.actor, report, measure, partner, **data)
        return self.comment_response(invited.pk, status=201)


class _ActEndpoint(InvitedCommentEndpoint):
    """Base of the acts: each with what it takes, as its page."""

    act: Callable[..., InvitedComment]
    input_serializer: Any = NothingSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        comment = self.get_comment()
        data = self.validated_data(self.input_serializer)
        return self.comment_response(type(self).act(self.actor, comment, **data).pk)


def _documented(summary: str, request: Any = NothingSerializer) -> Any:
    return extend_schema(summary=summary, request=request, responses={200: InvitedCommentDetailSerializer})


@_documented("Withdraw an invitation", CommentReasonInputSerializer)
class CommentWithdraw(_ActEndpoint):
    """Withdraws an invitation, or a comment that was given: nobody but the partner and the secretariat reads it then.

    The partner reads the reason.
    """

    act, input_serializer = staticmethod(services.withdraw_invitation), CommentReasonInputSerializer


@_documented("Give a comment", GiveCommentInputSerializer)
class CommentGive(_ActEndpoint):
    """Comments for the partner; the member and the secretariat read it, and everybody once both sides agree."""

    act, input_serializer = staticmethod(services.give_comment), GiveCommentInputSerializer


@_documented("Decline to comment", CommentReasonInputSerializer)
class CommentDecline(_ActEndpoint):
    """Declines for the partner; the secretariat reads the reason."""

    act, input_serializer = staticmethod(services.decline_comment), CommentReasonInputSerializer


@_documented("Agree to a comment’s publication as its partner", ConsentInputSerializer)
class CommentPartnerAgree(_ActEndpoint):
    """Lets the comment be public as far as the partner is concerned, or no longer."""

    required_scopes = scopes_by_method(POST=PUBLISH)
    act, input_serializer = staticmethod(services.change_partner_consent), ConsentInputSerializer


@_documented("Agree to a comment’s publication as the member", ConsentInputSerializer)
class CommentMemberAgree(_ActEndpoint):
    """Lets a comment on your own report be public, or no longer: a signatory's."""

    required_scopes = scopes_by_method(POST=PUBLISH)
    act, input_serializer = staticmethod(services.change_member_consent), ConsentInputSerializer


@_documented("Publish a comment without the member")
class CommentPublish(_ActEndpoint):
    """Publishes a comment to which nobody of the member could agree for thirty days: it has no signatory with access.

    The public page says so. Once it has one again, the member ends the publication when it wants to.
    """

    required_scopes = scopes_by_method(POST=PUBLISH)
    act = staticmethod(services.publish_comment)


ACT_VIEWS: Mapping[str, type[InvitedCommentEndpoint]] = {
    "withdraw": CommentWithdraw,
    "give": CommentGive,
    "decline": CommentDecline,
    "partner-agree": CommentPartnerAgree,
    "member-agree": CommentMemberAgree,
    "publish": CommentPublish,
}
