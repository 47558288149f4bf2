"""A member's own reports: what is owed, the frame of one, and its texts."""

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
from alliance.api.serializers.reports import OwnReportSerializer, ReportFrameSerializer, frame_said
from alliance.enums import Disclosure, IndicatorType
from alliance.models import Answer, Indicator, Report
from alliance.queries.charter_rows import without_charter_texts
from alliance.queries.report_frame import ReportFrame, report_frame
from alliance.queries.reports import own_reports
from alliance.queries.working_copy import working_copy
from alliance.services.reports import confirm_answer, save_answer, set_disclosure
from alliance.services.submissions import statement_for
from portal.kernel.api.problems import Problem
from portal.kernel.api.versions import etag_of, matched_version
from portal.kernel.api.views import Endpoint, Listing, Reading, by_method, done
from portal.kernel.errors import Conflict
from portal.kernel.web import get_visible_or_404


class OfReport(Endpoint):
    """Base of the addresses below one report; whose it is not finds nothing there."""

    def find_report(self, rule: str = "") -> Report:
        """The report of the address; with a rule, one that it allows."""
        rows = own_reports(self.actor)
        found: Report = get_visible_or_404(rows, self.actor, rule=rule, pk=self.kwargs["pk"])
        return found

    @property
    def report(self) -> Report:
        return self.find_report()

    def read(self, shape: Any) -> Any:
        """What was sent, in its shape; refuses what is not."""
        sent = shape(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return sent.validated_data


@extend_schema(summary="What your organisation owes and has filed")
class OwnReportListing(Listing):
    """The obligations of the organisation, the latest due first, with what the bearer may do."""

    opens = by_method(GET="read")
    serializer_class = OwnReportSerializer
    ordering = ("-due_on", "-pk")

    def get_queryset(self) -> QuerySet[Report]:
        return without_charter_texts(own_reports(self.actor), "cycle__charter")


@extend_schema(summary="One report: what is asked, and what stands")
class OwnReportReading(OfReport, Reading):
    """The whole frame: measures, indicators, services, parts and limits; texts, progress, the last period."""

    opens = by_method(GET="read")
    serializer_class = ReportFrameSerializer

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        report = self.report
        context = self.get_serializer_context()
        return Response(frame_said(working_copy(report), statement_for(report), context))


# --- Texts -----------------------------------------------------------------------------------


class OfAnswer(OfReport):
    """Base of the addresses of one text: of an indicator, or of a pledge beyond the charter."""

    has_versions = True

    def place(self) -> tuple[Report, Indicator | UUID]:
        """The report, and what the text answers; what the report does not ask for does not exist."""
        report = self.report
        return report, _subject(report_frame(report), self.kwargs)

    def stored(self, report: Report, subject: Indicator | UUID) -> Answer | None:
        rows = Answer.objects.visible_to(self.actor).filter(report=report)
        which = {"indicator": subject} if isinstance(subject, Indicator) else {"pledge_record": subject}
        found: Answer | None = rows.filter(**which).first()
        return found

    def existing(self) -> tuple[Report, Answer]:
        report, subject = self.place()
        answer = self.stored(report, subject)
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


def _said(answer: Answer | None, subject: Indicator | UUID) -> dict[str, Any]:
    if answer is None:
        default = subject.disclosure if isinstance(subject, Indicator) else Disclosure.PUBLIC
        answer = Answer(version=0, language="", disclosure=default)
    said: dict[str, Any] = AnswerSerializer(answer).data
    return said


def _versioned(said: dict[str, Any]) -> Response:
    return done(said, headers={"ETag": etag_of(said["version"])})


@extend_schema_view(
    get=extend_schema(summary="One text as it stands", responses=AnswerSerializer),
    put=extend_schema(
        summary="Save one text", request=AnswerInputSerializer, responses={200: AnswerSerializer}
    ),
)
class AnswerPlace(OfAnswer):
    """A text; its `ETag` is its version, which saving names as `If-Match` (“0” while there is none)."""

    opens = by_method(GET="read", PUT="reports:write")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, subject = self.place()
        return _versioned(_said(self.stored(report, subject), subject))

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuses with both texts when somebody else has saved another one meanwhile."""
        report, subject = self.place()
        version, given = matched_version(request), self.read(AnswerInputSerializer)
        try:
            answer = save_answer(self.actor, report, subject, version=version, **given)
        except Conflict as conflict:
            both = {"theirs": _said(conflict.theirs, subject), "mine": given}  # type: ignore[arg-type]  # an answer
            raise Problem("changed", str(conflict), more=both) from conflict
        return _versioned(_said(answer, subject))


@extend_schema(
    summary="Say that a text of the last period still holds",
    request=NothingSerializer,
    responses={200: AnswerSerializer},
)
class AnswerConfirming(OfAnswer):
    """Confirms a text that was carried over."""

    opens = by_method(POST="reports:write")
    has_versions = False

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, answer = self.existing()
        self.read(NothingSerializer)
        confirmed = confirm_answer(self.actor, report, answer)
        return _versioned(AnswerSerializer(confirmed).data)


@extend_schema(
    summary="Say who reads a text", request=DisclosureInputSerializer, responses={200: AnswerSerializer}
)
class AnswerDisclosing(OfAnswer):
    """Keeps a text for the secretariat, or makes it public; a signatory's."""

    opens = by_method(POST="reports:write")
    has_versions = False

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, answer = self.existing()
        given = self.read(DisclosureInputSerializer)
        disclosed = set_disclosure(self.actor, report, answer, given["disclosure"], given["reason"])
        return _versioned(AnswerSerializer(disclosed).data)
