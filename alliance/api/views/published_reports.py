"""Published reports, open to everyone."""

from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.published_reports import ReportHeadSerializer, ReportSerializer
from alliance.filters import PublishedReportFilter
from alliance.models import PublishedReport
from alliance.queries.public import lists
from alliance.queries.public.reports import published_report
from portal.kernel.api import PublicDetailView, PublicListView
from portal.kernel.publishing import ProjectionQuerySet


@extend_schema(summary="List published reports")
class PublishedReportList(PublicListView):
    """Each published report without its content, and each notice that none was filed or required.

    What a published cycle still waits for stands in the cycle.
    """

    serializer_class = ReportHeadSerializer
    filterset_class = PublishedReportFilter

    def get_queryset(self) -> ProjectionQuerySet:
        return lists.published_reports()


@extend_schema(summary="Get a published report")
class PublishedReportDetail(PublicDetailView):
    """A report with its public answers, figures and evidence, the verdicts and the member's replies."""

    serializer_class = ReportSerializer

    def get_object(self) -> PublishedReport:
        report = published_report(self.kwargs["slug"], self.kwargs["cycle"])
        if report is None:
            raise Http404
        return report
