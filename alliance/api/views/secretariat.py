"""Reports as the secretariat reads them: which are due, and what was submitted; never a working copy."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from alliance.api.serializers.filing import ReceiptSerializer
from alliance.api.serializers.reports import ObligationSerializer
from alliance.api.views.own_filing import RowsOfReport, submission_body
from alliance.filters import ObligationFilter
from alliance.models import Report, Submission
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.reports import reports, with_recalls
from portal.kernel.api import Endpoint, ListView, scopes_by_method
from portal.kernel.web import get_visible_or_404


class SecretariatEndpoint(Endpoint):
    """Base of the secretariat's views; 404 for everyone else."""

    required_scopes = scopes_by_method(GET="read")
    is_hidden_from_some = True  # its lists too answer 404

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        reads = request.method in ("GET", "HEAD") and "GET" in self.required_scopes
        if reads and not self.actor.is_host:
            raise Http404

    @property
    def report(self) -> Report:
        report: Report = get_visible_or_404(reports(self.actor), self.actor, pk=self.kwargs["pk"])
        return report


@extend_schema(summary="List all members' reports")
class ObligationList(SecretariatEndpoint, ListView):
    """Reports that members have to file or have filed, latest due date first."""

    serializer_class = ObligationSerializer
    filterset_class = ObligationFilter
    ordering = ("-due_on", "-pk")

    def get_queryset(self) -> QuerySet[Report]:
        return without_charter_texts(reports(self.actor), "cycle__charter", "earlier_charter")


@extend_schema(summary="List the submissions of a member's report")
class FiledSubmissionList(SecretariatEndpoint, RowsOfReport):
    """The receipts, latest first, each with the SHA-256 of the submitted bytes."""

    serializer_class = ReceiptSerializer
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[Submission]:
        rows = Submission.objects.visible_to(self.actor).filter(report_id=self.kwargs.get("pk"))
        return with_recalls(rows.defer("body"))


@extend_schema(summary="Get the bytes a member submitted", responses={200: OpenApiTypes.OBJECT})
class FiledSubmissionBody(SecretariatEndpoint):
    """A submission byte for byte. Its SHA-256 is the digest on the receipt."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return submission_body(self.actor, self.report, self.kwargs["number"])
