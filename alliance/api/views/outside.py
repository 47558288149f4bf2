"""What is said from outside and is public: questions with their answers, comments of partners. Open to everyone."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.outside import InvitedCommentSerializer, PublicQuestionSerializer
from alliance.filters import InvitedCommentFilter, PublicQuestionFilter
from alliance.models import InvitedComment, PublicQuestion
from alliance.queries.mediation import published_comments
from alliance.queries.public_questions import published_questions
from portal.kernel.api import PublicListView


@extend_schema(summary="List questions of the public")
class PublicQuestionList(PublicListView):
    """Published questions and complaints with their answers, the earliest first. There are no e-mail addresses."""

    serializer_class = PublicQuestionSerializer
    filterset_class = PublicQuestionFilter
    ordering = ("pk",)

    def get_queryset(self) -> QuerySet[PublicQuestion]:
        return published_questions()


@extend_schema(summary="List invited comments")
class InvitedCommentList(PublicListView):
    """Comments of partners on measures of published reports, the earliest first."""

    serializer_class = InvitedCommentSerializer
    filterset_class = InvitedCommentFilter
    ordering = ("pk",)

    def get_queryset(self) -> QuerySet[InvitedComment]:
        return published_comments()
