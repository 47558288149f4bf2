"""A member's own reports: the list, one report with all that it asks for, and its texts."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.reports import OwnReportSerializer, ReportFrameSerializer, report_frame_data
from alliance.models import Report
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.reports import own_reports
from alliance.queries.working_copy import working_copy
from alliance.services.submissions import statement_for
from portal.kernel.api import (
    DetailView,
    Endpoint,
    ListView,
    scopes_by_method,
)
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
