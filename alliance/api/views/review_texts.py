"""What is said in a review: questions to the member, notes among the secretariat, findings."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request

from alliance.api.serializers.filing import NothingSerializer
from alliance.api.serializers.review_texts import (
    DeskQuestionSerializer,
    FindingCarryInputSerializer,
    FindingDoneInputSerializer,
    FindingEditInputSerializer,
    FindingInputSerializer,
    FindingRemindInputSerializer,
    FindingReopenInputSerializer,
    FindingSerializer,
    FindingWithdrawInputSerializer,
    NoteInputSerializer,
    NoteSerializer,
    QuestionInputSerializer,
    RemindedFindingsSerializer,
)
from alliance.api.views.reviews import WRITE, ReviewEndpoint
from alliance.api.views.secretariat import SecretariatEndpoint
from alliance.filters import FindingFilterSet
from alliance.models import Finding, InternalNote, Question
from alliance.queries.findings import readable_findings, with_entries
from alliance.queries.review_context import readable_notes
from alliance.services import findings as finding_services
from alliance.services.finding_reminders import remind_of_findings
from alliance.services.questions import ask_question, close_question, reopen_question
from alliance.services.review_notes import write_note
from portal.kernel.api import DetailView, ListView, respond, scopes_by_method
from portal.kernel.web import get_visible_or_404


class _ReviewRows(ListModelMixin, ReviewEndpoint):
    """Base of what stands below one review: a list, and `POST` adds to it."""

    required_scopes = scopes_by_method(GET="read", POST=WRITE)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _report = self.report  # 404 where that cannot be seen, before an empty list
        return self.list(request, *args, **kwargs)


# --- Questions ---------------------------------------------------------------------------------


@extend_schema_view(
    get=extend_schema(summary="List the questions of a review", responses=DeskQuestionSerializer(many=True)),
    post=extend_schema(
        summary="Ask the member", request=QuestionInputSerializer, responses={201: DeskQuestionSerializer}
    ),
)
class DeskQuestionList(_ReviewRows):
    """Questions to the member, with their answers. `POST` asks one; the member is notified."""

    serializer_class = DeskQuestionSerializer

    def get_queryset(self) -> QuerySet[Question]:
        rows = Question.objects.visible_to(self.actor).filter(report_id=self.kwargs.get("pk"))
        questions: QuerySet[Question] = rows.select_related("measure", "asked_by")
        return questions

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, state = self.report_and_state()
        data = dict(self.validated_data(QuestionInputSerializer))
        measure, follows = self.measure(state, data.pop("measure")), data.pop("follows")
        earlier = None
        if follows is not None:
            earlier = get_visible_or_404(Question.objects, self.actor, report=report, pk=follows)
        asked = ask_question(self.actor, report, **data, measure=measure, follows=earlier)
        return respond(DeskQuestionSerializer(asked).data, status=201)


class _QuestionStepEndpoint(ReviewEndpoint):
    """Base of the steps of one question."""

    step: Callable[..., Question]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        question = get_visible_or_404(
            Question.objects.select_related("measure", "asked_by"),
            self.actor,
            report=report,
            pk=self.kwargs["question"],
        )
        self.validated_data(NothingSerializer)
        return respond(DeskQuestionSerializer(type(self).step(self.actor, question)).data)


@extend_schema(summary="Close a question", request=NothingSerializer, responses={200: DeskQuestionSerializer})
class QuestionClose(_QuestionStepEndpoint):
    """Settles a question, answered or not."""

    step = staticmethod(close_question)


@extend_schema(
    summary="Open a question again", request=NothingSerializer, responses={200: DeskQuestionSerializer}
)
class QuestionReopen(_QuestionStepEndpoint):
    """Puts a question that was closed unanswered to the member again."""

    step = staticmethod(reopen_question)


# --- Notes -------------------------------------------------------------------------------------


@extend_schema_view(
    get=extend_schema(summary="List the notes of a review", responses=NoteSerializer(many=True)),
    post=extend_schema(summary="Write a note", request=NoteInputSerializer, responses={201: NoteSerializer}),
)
class NoteList(_ReviewRows):
    """Notes among the secretariat; no member ever sees them. `POST` writes one."""

    serializer_class = NoteSerializer

    def get_queryset(self) -> QuerySet[InternalNote]:
        rows = readable_notes(self.actor).filter(report_id=self.kwargs.get("pk"))
        return rows.select_related("measure", "written_by")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, state = self.report_and_state()
        data = dict(self.validated_data(NoteInputSerializer))
        measure = self.measure(state, data.pop("measure"))
        written = write_note(self.actor, report, **data, measure=measure)
        return respond(NoteSerializer(written).data, status=201)


# --- Findings ----------------------------------------------------------------------------------


def findings_read_by(view: Any) -> QuerySet[Finding]:
    """The findings that the owner of the token may read, with what was said about them later."""
    rows: QuerySet[Finding] = readable_findings(view.actor).select_related("organisation", "measure")
    return rows.prefetch_related(with_entries(view.actor))


@extend_schema_view(
    get=extend_schema(summary="List the findings of a review", responses=FindingSerializer(many=True)),
    post=extend_schema(
        summary="Add a finding", request=FindingInputSerializer, responses={201: FindingSerializer}
    ),
)
class ReviewFindingList(_ReviewRows):
    """What the member has to do, from this review. `POST` adds one; the member reads it once it is concluded."""

    serializer_class = FindingSerializer

    def get_queryset(self) -> QuerySet[Finding]:
        return findings_read_by(self).filter(report_id=self.kwargs.get("pk"))

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, state = self.report_and_state()
        data = dict(self.validated_data(FindingInputSerializer))
        measure = self.measure(state, data.pop("measure"))
        assert measure is not None
        opened = finding_services.open_finding(self.actor, report, measure, **data)
        return respond(FindingSerializer(findings_read_by(self).get(pk=opened.pk)).data, status=201)


@extend_schema(summary="List the findings of all reviews")
class FindingList(SecretariatEndpoint, ListView):
    """What members have to do and by when, the earliest day first."""

    serializer_class = FindingSerializer
    filterset_class = FindingFilterSet
    ordering = ("due_on", "pk")

    def get_queryset(self) -> QuerySet[Finding]:
        return findings_read_by(self)


@extend_schema(summary="Get a finding")
class FindingDetail(SecretariatEndpoint, DetailView):
    """One finding with what was said about it later."""

    serializer_class = FindingSerializer

    def get_object(self) -> Finding:
        finding: Finding = get_visible_or_404(findings_read_by(self), self.actor, pk=self.kwargs["pk"])
        return finding


class _FindingStepEndpoint(SecretariatEndpoint):
    """Base of the steps of one finding."""

    required_scopes = scopes_by_method(POST=WRITE)
    step: Callable[..., Finding]
    input_serializer: Any

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        finding = get_visible_or_404(findings_read_by(self), self.actor, pk=self.kwargs["pk"])
        data = dict(self.validated_data(self.input_serializer))
        seen = str(data.pop("last_entry") or 0)
        done = type(self).step(self.actor, finding, **data, seen=seen)
        return respond(FindingSerializer(findings_read_by(self).get(pk=done.pk)).data)


@extend_schema(
    summary="Record a finding as done",
    request=FindingDoneInputSerializer,
    responses={200: FindingSerializer},
)
class FindingComplete(_FindingStepEndpoint):
    """You have looked, and it is done."""

    step, input_serializer = staticmethod(finding_services.complete_finding), FindingDoneInputSerializer


@extend_schema(
    summary="Carry a finding on", request=FindingCarryInputSerializer, responses={200: FindingSerializer}
)
class FindingCarry(_FindingStepEndpoint):
    """Gives it a later day, with the reason; the earlier day stays readable."""

    step, input_serializer = staticmethod(finding_services.carry_finding), FindingCarryInputSerializer


@extend_schema(
    summary="Open a finding again",
    request=FindingReopenInputSerializer,
    responses={200: FindingSerializer},
)
class FindingReopen(_FindingStepEndpoint):
    """It is not done, or to be done after all, with the reason."""

    step, input_serializer = staticmethod(finding_services.reopen_finding), FindingReopenInputSerializer


@extend_schema(
    summary="Withdraw a finding",
    request=FindingWithdrawInputSerializer,
    responses={200: FindingSerializer},
)
class FindingWithdraw(_FindingStepEndpoint):
    """Nothing of it is to be done any more: the reviewer while the review goes on, a manager afterwards."""

    step, input_serializer = staticmethod(finding_services.withdraw_finding), FindingWithdrawInputSerializer


@extend_schema(
    summary="Edit a finding", request=FindingEditInputSerializer, responses={200: FindingSerializer}
)
class FindingEdit(_FindingStepEndpoint):
    """Changes its text, its day and whether it is published, while its review goes on."""

    step, input_serializer = staticmethod(finding_services.edit_finding), FindingEditInputSerializer


@extend_schema(
    summary="Remind members of findings",
    request=FindingRemindInputSerializer,
    responses={200: RemindedFindingsSerializer},
)
class FindingRemind(SecretariatEndpoint):
    """Reminds the members of findings that are overdue, or of those named. Nobody is reminded twice a day."""

    required_scopes = scopes_by_method(POST=WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        data = self.validated_data(FindingRemindInputSerializer)
        return respond({"count": remind_of_findings(self.actor, data["findings"])})
