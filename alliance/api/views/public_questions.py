"""Questions and complaints of the public, worked on: forwarded, answered, closed, published by programs of both sides.

The form by which the public asks has no address here: who asks confirms it by a link in a letter.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from alliance.api.serializers.filing import NothingSerializer
from alliance.api.serializers.mediation import ConsentInputSerializer
from alliance.api.serializers.public_questions import (
    AskedQuestionDetailSerializer,
    AskedQuestionSerializer,
    CloseQuestionInputSerializer,
    HideQuestionInputSerializer,
    PublicAnswerInputSerializer,
)
from alliance.api.views.mediation import PUBLISH, WRITE
from alliance.filters import DeskQuestionFilter
from alliance.models import PublicQuestion
from alliance.queries.public_questions import forwarded_questions, orderable_questions, public_question_list
from alliance.services import public_questions as services
from portal.kernel.access import Actor
from portal.kernel.api import DetailView, Endpoint, ListView, respond, scopes_by_method
from portal.kernel.web import get_visible_or_404


def questions_of(actor: Actor) -> QuerySet[PublicQuestion]:
    """What the actor's pages list: all that are confirmed for the secretariat, for a member those forwarded to it."""
    return public_question_list(actor) if actor.is_host else forwarded_questions(actor)


class PublicQuestionEndpoint(Endpoint):
    """Base of what is about one question."""

    required_scopes = scopes_by_method(POST=WRITE)

    def get_question(self) -> PublicQuestion:
        question: PublicQuestion = get_visible_or_404(
            questions_of(self.actor), self.actor, pk=self.kwargs["pk"]
        )
        return question

    def question_response(self, pk: int) -> Any:
        """The question as it is after the act."""
        current = questions_of(self.actor).get(pk=pk)
        context = self.get_serializer_context()
        return respond(AskedQuestionDetailSerializer(current, context=context).data)


@extend_schema_view(
    get=extend_schema(
        operation_id="public_questions_own_list", summary="List questions of the public to be answered"
    )
)
class AskedQuestionList(ListView):
    """Confirmed questions and complaints, the latest first: of a member, those that were forwarded to it.

    Those that are published are at `questions/`, for everybody.
    """

    required_scopes = scopes_by_method(GET="read")
    serializer_class = AskedQuestionSerializer
    filterset_class = DeskQuestionFilter
    ordering = ("-pk",)
    orderings: ClassVar[Mapping[str, str]] = {
        "id": "pk",
        "asked": "asked_at",
        "kind": "by_kind",
        "state": "by_state",
    }

    def get_queryset(self) -> QuerySet[PublicQuestion]:
        return orderable_questions(questions_of(self.actor))


@extend_schema(summary="Get a question of the public")
class AskedQuestionDetail(PublicQuestionEndpoint, DetailView):
    """One question, with its answer and what you may do."""

    required_scopes = scopes_by_method(GET="read")
    serializer_class = AskedQuestionDetailSerializer

    def get_object(self) -> PublicQuestion:
        return self.get_question()


class _ActEndpoint(PublicQuestionEndpoint):
    """Base of the acts: each with what it takes, as its page."""

    act: Callable[..., PublicQuestion]
    input_serializer: Any = NothingSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        question = self.get_question()
        data = self.validated_data(self.input_serializer)
        return self.question_response(type(self).act(self.actor, question, **data).pk)


def _documented(summary: str, request: Any = NothingSerializer) -> Any:
    return extend_schema(summary=summary, request=request, responses={200: AskedQuestionDetailSerializer})


@_documented("Answer a question of the public", PublicAnswerInputSerializer)
class PublicQuestionAnswer(_ActEndpoint):
    """Answers it, for the member to whom it is forwarded, else for the secretariat; the asker is sent the answer."""

    act, input_serializer = staticmethod(services.answer_question), PublicAnswerInputSerializer


@_documented("Forward a question to the member")
class PublicQuestionForward(_ActEndpoint):
    """Has the member answer whom it is about; its people are notified, and read no e-mail address."""

    act = staticmethod(services.forward_question)


@_documented("Take a question back from the member")
class PublicQuestionTakeBack(_ActEndpoint):
    """Has the secretariat answer it; the member reads no more of it."""

    act = staticmethod(services.take_back_question)


@_documented("Close a question of the public", CloseQuestionInputSerializer)
class PublicQuestionClose(_ActEndpoint):
    """Closes it with a reason, which the asker is sent."""

    act, input_serializer = staticmethod(services.close_question), CloseQuestionInputSerializer


@_documented("Open a question of the public again")
class PublicQuestionReopen(_ActEndpoint):
    """Opens it for another answer; what is public is hidden until then."""

    act = staticmethod(services.reopen_question)


@_documented("Agree to the publication of your answer", ConsentInputSerializer)
class PublicQuestionAgree(_ActEndpoint):
    """Lets your organisation's answer be published, or no longer: a signatory's. A published one is hidden at once."""

    required_scopes = scopes_by_method(POST=PUBLISH)
    act, input_serializer = staticmethod(services.change_member_consent), ConsentInputSerializer


@_documented("Publish a question with its answer")
class PublicQuestionPublish(_ActEndpoint):
    """Shows both to everybody, where the asker and, for its own answer, the member have agreed."""

    required_scopes = scopes_by_method(POST=PUBLISH)
    act = staticmethod(services.publish_question)


@_documented("Hide a published question", HideQuestionInputSerializer)
class PublicQuestionHide(_ActEndpoint):
    """Takes both out of the public pages; the asker is notified."""

    required_scopes = scopes_by_method(POST=PUBLISH)
    act, input_serializer = staticmethod(services.hide_question), HideQuestionInputSerializer


ACT_VIEWS: Mapping[str, type[PublicQuestionEndpoint]] = {
    "answer": PublicQuestionAnswer,
    "forward": PublicQuestionForward,
    "take-back": PublicQuestionTakeBack,
    "close": PublicQuestionClose,
    "reopen": PublicQuestionReopen,
    "agree": PublicQuestionAgree,
    "publish": PublicQuestionPublish,
    "hide": PublicQuestionHide,
}
