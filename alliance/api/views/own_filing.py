"""From a finished report to its verdicts: evidence, check, sign-off, receipts, questions, verdicts."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.filing import (
    CarriedFromInputSerializer,
    CheckSerializer,
    ConfirmedSerializer,
    EvidenceChangeSerializer,
    EvidenceSerializer,
    FileInputSerializer,
    LinkInputSerializer,
    PracticeInputSerializer,
    QuestionAnswerSerializer,
    QuestionSerializer,
    ReadingInputSerializer,
    RecallInputSerializer,
    ReceiptSerializer,
    ReturnInputSerializer,
    SignOffRequestInputSerializer,
    StateSerializer,
    SubmitInputSerializer,
    VerdictSerializer,
    WithdrawSignOffInputSerializer,
)
from alliance.api.views.own_reports import ReportEndpoint
from alliance.models import Evidence, Measure, Question, Report, Submission, Verdict
from alliance.queries.attention import attention
from alliance.queries.report_frame import report_frame
from alliance.queries.reports import with_recalls
from alliance.queries.working_copy import working_copy
from alliance.services.carry_over import confirm_measure_as_carried_over
from alliance.services.evidence import add_file, add_link, add_practice, change_evidence, remove_evidence
from alliance.services.questions import answer_question
from alliance.services.recalls import recall_report
from alliance.services.reports import confirm_measure
from alliance.services.shown_copies import ShownCopy
from alliance.services.sign_off import ask_for_sign_off, send_report_back, withdraw_sign_off
from alliance.services.submissions import submit_report
from portal.kernel.access import Actor
from portal.kernel.api import DetailView, ListView, respond, scopes_by_method
from portal.kernel.web import get_visible_or_404


class RowsOfReport(ListView):
    """A list below one report; 404 where that cannot be seen, before an empty list."""

    report: Any

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _report = self.report  # 404 where that cannot be seen, before an empty list
        return super().get(request, *args, **kwargs)


class ReportRowList(ReportEndpoint, RowsOfReport):
    """Base of the lists below one report."""

    required_scopes = scopes_by_method(GET="read")
    model: Any
    related: tuple[str, ...] = ()

    def get_queryset(self) -> QuerySet:
        rows = self.model.objects.visible_to(self.actor)
        query_set: QuerySet = rows.filter(report_id=self.kwargs.get("pk")).select_related(*self.related)
        return query_set


class MeasureEndpoint(ReportEndpoint):
    """Base of the views of one measure that the report requires."""

    required_scopes = scopes_by_method(POST="reports:write")

    def report_and_measure(self) -> tuple[Report, Measure]:
        report = self.report
        required = report_frame(report).required_measure(self.kwargs["measure"])
        if required is None:
            raise Http404
        return report, required.measure


# --- Evidence --------------------------------------------------------------------------------


@extend_schema(summary="List the evidence of a report")
class EvidenceList(ReportRowList):
    """Files, links and adopted practices, in the order they were added."""

    serializer_class = EvidenceSerializer
    model, related = Evidence, ("measure",)


class EvidenceDetail(ReportEndpoint):
    """A piece of evidence: who may read it, and whether the next submission has it.

    What was submitted stays in the submissions that have it, as it was: `DELETE` leaves it out of the next one, and
    `PATCH` with `excluded: false` takes it in again. What was not submitted yet is gone when it is deleted.
    """

    required_scopes = scopes_by_method(PATCH="reports:write", DELETE="reports:write")

    @property
    def evidence(self) -> Evidence:
        return get_visible_or_404(
            Evidence.objects, self.actor, report=self.report, pk=self.kwargs["evidence"]
        )

    @extend_schema(
        summary="Change evidence", request=EvidenceChangeSerializer, responses={200: EvidenceSerializer}
    )
    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        evidence = self.evidence
        changed = change_evidence(
            self.actor, self.report, evidence, **self.validated_data(EvidenceChangeSerializer)
        )
        return respond(EvidenceSerializer(changed).data)

    @extend_schema(summary="Remove evidence", responses={204: None})
    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        remove_evidence(self.actor, self.report, self.evidence)
        return respond()


@extend_schema(
    summary="Add a file as evidence", request=FileInputSerializer, responses={201: EvidenceSerializer}
)
class EvidenceFileCreate(MeasureEndpoint):
    """Checks a file and adds it to the evidence for a measure."""

    parser_classes = (MultiPartParser,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, measure = self.report_and_measure()
        data = self.validated_data(FileInputSerializer)
        added = add_file(self.actor, report, measure, data["file"], data["title"], data["disclosure"])
        return respond(EvidenceSerializer(added).data, status=201)


@extend_schema(
    summary="Add a link as evidence", request=LinkInputSerializer, responses={201: EvidenceSerializer}
)
class EvidenceLinkCreate(MeasureEndpoint):
    """Adds a link to the evidence for a measure."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, measure = self.report_and_measure()
        data = self.validated_data(LinkInputSerializer)
        added = add_link(self.actor, report, measure, **data)
        return respond(EvidenceSerializer(added).data, status=201)


@extend_schema(
    summary="Add an adopted practice as evidence",
    request=PracticeInputSerializer,
    responses={201: EvidenceSerializer},
)
class EvidencePracticeCreate(MeasureEndpoint):
    """Adds a practice that the organisation uses to the evidence for a measure."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, measure = self.report_and_measure()
        data = self.validated_data(PracticeInputSerializer)
        added = add_practice(self.actor, report, measure, **data)
        return respond(EvidenceSerializer(added).data, status=201)


# --- Sign-off --------------------------------------------------------------------------------


@extend_schema(summary="Check a report before sign-off")
class ReportCheckDetail(ReportEndpoint, DetailView):
    """Everything that has to be corrected or completed before sign-off, or needs your eyes, by place."""

    required_scopes = scopes_by_method(GET="read")
    serializer_class = CheckSerializer

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        copy = working_copy(self.report)
        check = {
            "is_ready": copy.is_ready,
            "shown": str(ShownCopy.as_stored(copy)),
            "items": attention(self.actor, copy).items,
        }
        context = {**self.get_serializer_context(), "copy": copy}
        return Response(CheckSerializer(check, context=context).data)


@extend_schema(
    summary="Confirm what was carried over",
    request=CarriedFromInputSerializer,
    responses={200: ConfirmedSerializer},
)
class MeasureConfirmCarriedOver(MeasureEndpoint):
    """Confirms that everything in the measure that was carried over from the last period is still true.

    Texts, answers, reasons why a figure is missing, evidence. A figure is also confirmed by saving it, a text by
    its own address. 409 where the report of an earlier period was filed or recalled after you read `carried_from` of
    the report.
    """

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, measure = self.report_and_measure()
        source = self.validated_data(CarriedFromInputSerializer)
        return respond(
            {"confirmed": confirm_measure_as_carried_over(self.actor, report, measure.key, **source)}
        )


@extend_schema(summary="Confirm a measure", request=ReadingInputSerializer, responses={204: None})
class MeasureConfirm(MeasureEndpoint):
    """For the four-eyes rule: confirms that you have read what a colleague wrote on the measure.

    409 where it was changed after the check that gave `shown`.
    """

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, measure = self.report_and_measure()
        data = self.validated_data(ReadingInputSerializer)
        confirm_measure(self.actor, report, measure, data["shown"])
        return respond()


@extend_schema(
    summary="Ask for sign-off", request=SignOffRequestInputSerializer, responses={200: StateSerializer}
)
class ReportAskForSignOff(ReportEndpoint):
    """Passes a complete report to the signatories, with a message to them.

    It cannot be edited until they submit or return it, or you take the request back.
    """

    required_scopes = scopes_by_method(POST="reports:submit")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(SignOffRequestInputSerializer)
        asked = ask_for_sign_off(self.actor, report, data["message"], data.get("language", ""))
        return respond({"state": asked.state})


@extend_schema(
    summary="Take back the request for sign-off",
    request=WithdrawSignOffInputSerializer,
    responses={200: StateSerializer},
)
class ReportWithdrawSignOff(ReportEndpoint):
    """Takes your request for sign-off back: the report can be changed again. Only the person who asked may do this."""

    required_scopes = scopes_by_method(POST="reports:submit")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        seen = str(self.validated_data(WithdrawSignOffInputSerializer)["sign_off_request"] or 0)
        return respond({"state": withdraw_sign_off(self.actor, report, seen).state})


@extend_schema(summary="Return the report", request=ReturnInputSerializer, responses={200: StateSerializer})
class ReportSendBack(ReportEndpoint):
    """Returns the report to its editors, and says why. Only a signatory may do this."""

    required_scopes = scopes_by_method(POST="reports:submit")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(ReturnInputSerializer)
        seen = str(data["sign_off_request"] or 0)
        returned = send_report_back(self.actor, report, data["reason"], data.get("language", ""), seen)
        return respond({"state": returned.state})


@extend_schema(
    summary="Sign off and submit", request=SubmitInputSerializer, responses={201: ReceiptSerializer}
)
class ReportSubmit(ReportEndpoint):
    """Signs the statement, files the report as you have read it, and responds with the receipt.

    Send an `Idempotency-Key`.
    """

    required_scopes = scopes_by_method(POST="reports:submit")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(SubmitInputSerializer)
        receipt = submit_report(self.actor, report, **data)
        return respond(ReceiptSerializer(receipt).data, status=201)


@extend_schema(
    summary="Recall the submission", request=RecallInputSerializer, responses={200: StateSerializer}
)
class ReportRecall(ReportEndpoint):
    """Takes the last submission back before its review begins: the report can be changed and submitted again.

    The submission stays on record. Only a signatory may do this; 409 once the review has begun.
    """

    required_scopes = scopes_by_method(POST="reports:submit")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(RecallInputSerializer)
        seen = str(data["submission"])
        recalled = recall_report(self.actor, report, data["reason"], data.get("language", ""), seen)
        return respond({"state": recalled.state})


# --- Afterwards ------------------------------------------------------------------------------


@extend_schema(summary="List the submissions of a report")
class ReceiptList(ReportRowList):
    """The receipts, latest first, each with the SHA-256 of the submitted bytes."""

    serializer_class = ReceiptSerializer
    model, ordering = Submission, ("-number",)

    def get_queryset(self) -> QuerySet:
        return with_recalls(super().get_queryset().defer("body"))


@extend_schema(summary="Get the submitted bytes", responses={200: OpenApiTypes.OBJECT})
class SubmissionBody(ReportEndpoint):
    """A submission byte for byte. Its SHA-256 is the digest on the receipt."""

    required_scopes = scopes_by_method(GET="read")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return submission_body(self.actor, self.report, self.kwargs["number"])


@extend_schema(summary="List the verdicts on a report")
class VerdictList(ReportRowList):
    """Verdicts on measures, commitments and pledges, with their reasons. Empty until the review is concluded."""

    serializer_class = VerdictSerializer
    model, related = Verdict, ("commitment", "measure")


@extend_schema(summary="List the reviewer's questions")
class QuestionList(ReportRowList):
    """Questions about the report, with their answers."""

    serializer_class = QuestionSerializer
    model, related = Question, ("measure",)


@extend_schema(
    summary="Answer a question", request=QuestionAnswerSerializer, responses={200: QuestionSerializer}
)
class QuestionAnswer(ReportEndpoint):
    """Sends the organisation's answer to a question. A question can be answered once."""

    required_scopes = scopes_by_method(POST="reports:write")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, pk = self.report, self.kwargs["question"]
        question = get_visible_or_404(
            Question.objects.select_related("measure"), self.actor, report=report, pk=pk
        )
        data = self.validated_data(QuestionAnswerSerializer)
        answered = answer_question(self.actor, question, data["text"], data["language"])
        return respond(QuestionSerializer(answered).data)


def submission_body(actor: Actor, report: Report, number: int) -> HttpResponse:
    """A submission that the actor may read, byte for byte; raises Http404 for any other."""
    submission = get_visible_or_404(Submission.objects, actor, report=report, number=number)
    return HttpResponse(bytes(submission.body), content_type="application/json")
