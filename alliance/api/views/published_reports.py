"""Published reports, open to everyone."""

from django.http import Http404
from drf_spectacular.utils import extend_schema

from alliance.api.serializers.published_reports import ReportHeadSerializer, ReportSerializer
from alliance.filters import PublishedReportFilter
from alliance.models import PublishedReport
from alliance.queries.public import lists
from alliance.queries.public.members import moved_member
from alliance.queries.public.reports import published_report, withdrawn_report
from alliance.queries.public.texts import in_reader_language
from portal.kernel.api import Problem, PublicDetailView, PublicListView
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
    """A report with its public answers, figures and evidence, the verdicts and the member's replies.

    Of one that is withdrawn, 410 with the public reason and, in `withdrawn_by`, the number of the publication.
    """

    serializer_class = ReportSerializer
    can_be_withdrawn = True

    def get_object(self) -> PublishedReport:
        """At an earlier address of its member too, as the member itself."""
        slug, cycle = self.kwargs["slug"], self.kwargs["cycle"]
        try:
            return _report(slug, cycle)
        except Http404:
            now = moved_member(slug)
            if now is None:
                raise
        return _report(now, cycle)


def _report(slug: str, cycle: str) -> PublishedReport:
    report = published_report(slug, cycle)
    if report is not None:
        return report
    withdrawn = withdrawn_report(slug, cycle)
    if withdrawn is None:
        raise Http404
    withdrawal, _withdrawn_report = withdrawn
    reason = in_reader_language(withdrawal.reason)
    raise Problem("gone", reason, extra={"withdrawn_by": withdrawal.valid_from})
