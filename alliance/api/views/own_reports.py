"""A member's own reports: the list, one report with all that it asks for, and its texts."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.answers import (
    AnswerInputSerializer,
    AnswerSerializer,
    DisclosureInputSerializer,
)
from alliance.api.serializers.filing import NothingSerializer
from alliance.api.serializers.reports import OwnReportSerializer, ReportFrameSerializer, report_frame_data
from alliance.enums import Disclosure, IndicatorType
from alliance.models import Answer, Indicator, Report
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.report_frame import ReportFrame, report_frame
from alliance.queries.reports import own_reports
from alliance.queries.working_copy import working_copy
from alliance.services.carry_over import confirm_answer
from alliance.services.reports import save_answer, set_disclosure
from alliance.services.submissions import statement_for
from portal.kernel.api import (
    DetailView,
    Endpoint,
    ListView,
    Problem,
    etag_of,
    matched_version,
    respond,
    scopes_by_method,
)
from portal.kernel.errors import Conflict
from portal.kernel.web import get_visible_or_404


class ReportEndpoint(Endpoint):
    """Base of the views of one report; 404 for everyone outside its organisation."""

    def get_report(self, rule: str = "") -> Report:
        """The report of the address; with a rule, one that it allows."""
        rows = own_reports(self.actor)
        report: Report = get_visible_or_404(rows, self.actor, rule=rule, pk=self.kwargs["pk"])
        return report

    @property
    def report(self) -> Report:
        return self.get_report()

    def validated_data(self, serializer_class: Any) -> Any:
        """The body as the serializer reads it; raises ValidationError when it does not fit."""
        sent = serializer_class(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return sent.validated_data


@extend_schema(summary="List your organisation's reports")
class OwnReportList(ListView):
    """Reports that your organisation has to file or has filed, latest due date first, with what you may do."""

    required_scopes = scopes_by_method(GET="read")
    serializer_class = OwnReportSerializer
    ordering = ("-due_on", "-pk")

    def get_queryset(self) -> QuerySet[Report]:
        return without_charter_texts(own_reports(self.actor), "cycle__charter", "earlier_charter")


@extend_schema(summary="Get a report")
class OwnReportDetail(ReportEndpoint, DetailView):
    """What the report asks for and what is stored: measures, indicators, services, parts, limits, texts, progress.

    The answers of the last period are included. The figures are at `figures/`.
    """

    required_scopes = scopes_by_method(GET="read")
    serializer_class = ReportFrameSerializer

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        report = self.report
        context = self.get_serializer_context()
        return Response(report_frame_data(working_copy(report), statement_for(report), context))


# --- Texts -----------------------------------------------------------------------------------


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
            both = {"stored": _answer_data(conflict.stored, subject), "sent": data}  # type: ignore[arg-type]  # an answer
            raise Problem("changed", str(conflict), extra=both) from conflict
        return _response_with_version(_answer_data(answer, subject))


@extend_schema(
    summary="Confirm a carried-over text",
    request=NothingSerializer,
    responses={200: AnswerSerializer},
)
class AnswerConfirm(AnswerEndpoint):
    """Confirms that a text carried over from the last period is still true."""

    required_scopes = scopes_by_method(POST="reports:write")
    has_versions = False

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, answer = self.get_report_and_answer()
        self.validated_data(NothingSerializer)
        confirmed = confirm_answer(self.actor, report, answer)
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
