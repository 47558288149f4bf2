"""The texts of a member's own report: list, save one or many, confirm, set the disclosure."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.answer_rows import ANSWER_ROWS, answer_conflict_problem, read_answer_rows
from alliance.api.serializers.answers import (
    AnswerInputSerializer,
    AnswerSerializer,
    AnswersInputSerializer,
    DisclosureInputSerializer,
    SavedAnswersSerializer,
    StoredAnswerSerializer,
)
from alliance.api.serializers.filing import NothingSerializer
from alliance.api.views.own_reports import ReportEndpoint
from alliance.enums import Disclosure, IndicatorType
from alliance.models import Answer, Indicator, Report
from alliance.queries.report_frame import ReportFrame, report_frame
from alliance.services.answers import AnswerConflict, save_answer, save_answers
from alliance.services.carry_over import confirm_answer
from alliance.services.reports import set_disclosure
from portal.kernel.api import Problem, etag_of, matched_version, respond, scopes_by_method
from portal.kernel.errors import Conflict


@extend_schema_view(
    get=extend_schema(summary="List the texts of a report", responses=StoredAnswerSerializer(many=True)),
    patch=extend_schema(
        summary="Save texts in bulk", request=AnswersInputSerializer, responses={200: SavedAnswersSerializer}
    ),
)
class AnswerList(ListModelMixin, ReportEndpoint):
    """The stored texts of a report. `PATCH` saves up to 500 of them, all or none.

    A row is refused, and nothing is saved, when the report does not ask for that text, when an earlier row has the same
    place, or when the text is too long.
    """

    required_scopes = scopes_by_method(GET="read", PATCH="reports:write")
    serializer_class = StoredAnswerSerializer

    def get_queryset(self) -> QuerySet[Answer]:
        rows = Answer.objects.visible_to(self.actor).filter(report_id=self.kwargs.get("pk"))
        answers: QuerySet[Answer] = rows.select_related("indicator")
        return answers

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _report = self.report  # 404 where that cannot be seen, before an empty list
        return self.list(request, *args, **kwargs)

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report("report.edit")  # before any text names the report
        sent = AnswersInputSerializer(data=request.data)
        if not sent.is_valid():
            ANSWER_ROWS.refuse_shapes(request.data, sent.errors)
            raise ValidationError(sent.errors)
        rows = sent.validated_data["answers"]
        try:
            changed = save_answers(self.actor, report, read_answer_rows(report_frame(report), rows))
        except AnswerConflict as conflict:
            raise answer_conflict_problem(rows, conflict) from conflict
        return respond({"changed": changed})


class AnswerEndpoint(ReportEndpoint):
    """Base of the views of one text: of an indicator, or of a pledge beyond the charter."""

    has_versions = True

    def report_and_subject(self) -> tuple[Report, Indicator | UUID]:
        """The report, and what the text answers; what the report does not ask for does not exist."""
        report = self.report
        return report, _subject(report_frame(report), self.kwargs)

    def find_answer(self, report: Report, subject: Indicator | UUID) -> Answer | None:
        rows = Answer.objects.visible_to(self.actor).filter(report=report)
        which = {"indicator": subject} if isinstance(subject, Indicator) else {"pledge_record": subject}
        answer: Answer | None = rows.filter(**which).first()
        return answer

    def get_report_and_answer(self) -> tuple[Report, Answer]:
        report, subject = self.report_and_subject()
        answer = self.find_answer(report, subject)
        if answer is None:
            raise Http404
        return report, answer


def _subject(frame: ReportFrame, named: dict[str, Any]) -> Indicator | UUID:
    if "record" in named:
        if named["record"] not in frame.texts:
            raise Http404
        record: UUID = named["record"]
        return record
    indicator = frame.indicator(named["indicator"])
    if indicator is None or indicator.type != IndicatorType.NARRATIVE:
        raise Http404
    return indicator


def _answer_data(answer: Answer | None, subject: Indicator | UUID) -> dict[str, Any]:
    if answer is None:
        default = subject.disclosure if isinstance(subject, Indicator) else Disclosure.PUBLIC
        answer = Answer(version=0, language="", disclosure=default)
    data: dict[str, Any] = AnswerSerializer(answer).data
    return data


def _response_with_version(data: dict[str, Any]) -> Response:
    return respond(data, headers={"ETag": etag_of(data["version"])})


@extend_schema_view(
    get=extend_schema(summary="Get a text", responses=AnswerSerializer),
    put=extend_schema(
        summary="Save a text", request=AnswerInputSerializer, responses={200: AnswerSerializer}
    ),
)
class AnswerDetail(AnswerEndpoint):
    """A text. Its `ETag` is its version; to save, send that version as `If-Match` (“0” when there is none yet)."""

    required_scopes = scopes_by_method(GET="read", PUT="reports:write")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, subject = self.report_and_subject()
        return _response_with_version(_answer_data(self.find_answer(report, subject), subject))

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Responds 412 with both texts when someone else has saved in the meantime."""
        report, subject = self.report_and_subject()
        version, data = matched_version(request), self.validated_data(AnswerInputSerializer)
        try:
            answer = save_answer(self.actor, report, subject, version=version, **data)
        except Conflict as conflict:
            texts = {"stored": _answer_data(conflict.stored, subject), "sent": data}  # type: ignore[arg-type]  # an answer
            raise Problem("changed", str(conflict), extra=texts) from conflict
        return _response_with_version(_answer_data(answer, subject))


@extend_schema(
    summary="Confirm a carried-over text",
    request=NothingSerializer,
    responses={200: AnswerSerializer},
)
class AnswerConfirm(AnswerEndpoint):
    """Confirms that a text carried over from the last period is still true.

    Send the `ETag` of the text that you read as `If-Match`: when the report of an earlier period is filed or recalled,
    another text stands there.
    """

    required_scopes = scopes_by_method(POST="reports:write")
    has_versions = False
    compares_versions = True

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, answer = self.get_report_and_answer()
        self.validated_data(NothingSerializer)
        version = matched_version(request) if request.headers.get("If-Match") else None
        confirmed = confirm_answer(self.actor, report, answer, version)
        return _response_with_version(AnswerSerializer(confirmed).data)


@extend_schema(
    summary="Set the disclosure of a text",
    request=DisclosureInputSerializer,
    responses={200: AnswerSerializer},
)
class AnswerDisclose(AnswerEndpoint):
    """Restricts a text to the secretariat or makes it public. Only a signatory may do this."""

    required_scopes = scopes_by_method(POST="reports:write")
    has_versions = False

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, answer = self.get_report_and_answer()
        data = self.validated_data(DisclosureInputSerializer)
        disclosed = set_disclosure(self.actor, report, answer, data["disclosure"], data["reason"])
        return _response_with_version(AnswerSerializer(disclosed).data)
