"""What a member asks of the secretariat: more time for a report, and a look at what it has done."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request

from alliance.access import own_rows
from alliance.api.serializers.filing import NothingSerializer
from alliance.api.serializers.obligations import (
    ExtensionRequestInputSerializer,
    ExtensionRequestSerializer,
)
from alliance.api.serializers.review_texts import FindingClaimInputSerializer, FindingSerializer
from alliance.api.views.own_reports import ReportEndpoint
from alliance.api.views.review_texts import findings_read_by
from alliance.filters import FindingFilterSet
from alliance.models import ExtensionRequest, Finding
from alliance.queries.extensions import extension_requests
from alliance.services.extensions import ask_for_extension, withdraw_extension_request
from alliance.services.findings import claim_finding
from portal.kernel.api import Endpoint, ListView, respond, scopes_by_method
from portal.kernel.web import get_visible_or_404

_WRITE = "reports:write"


@extend_schema_view(
    get=extend_schema(
        summary="List requests for more time for a report", responses=ExtensionRequestSerializer(many=True)
    ),
    post=extend_schema(
        summary="Ask for more time",
        request=ExtensionRequestInputSerializer,
        responses={201: ExtensionRequestSerializer},
    ),
)
class OwnExtensionRequestList(ListModelMixin, ReportEndpoint):
    """What your organisation has asked for one report, and what was answered, the latest first.

    `POST` asks for a later day: the report is due on its day until the secretariat answers.
    """

    required_scopes = scopes_by_method(GET="read", POST=_WRITE)
    serializer_class = ExtensionRequestSerializer
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[ExtensionRequest]:
        return extension_requests(self.actor).filter(report_id=self.kwargs.get("pk"))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _report = self.report  # 404 where that cannot be seen, before an empty list
        return self.list(request, *args, **kwargs)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report("report.ask_extension")
        data = self.validated_data(ExtensionRequestInputSerializer)
        asked = ask_for_extension(self.actor, report, **data)
        current = extension_requests(self.actor).get(pk=asked.pk)
        return respond(ExtensionRequestSerializer(current).data, status=201)


@extend_schema(
    summary="Withdraw a request for more time",
    request=NothingSerializer,
    responses={200: ExtensionRequestSerializer},
)
class OwnExtensionRequestWithdraw(ReportEndpoint):
    """Withdraws a request that is not answered yet."""

    required_scopes = scopes_by_method(POST=_WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = get_visible_or_404(
            extension_requests(self.actor),
            self.actor,
            rule="extension_request.withdraw",
            report=self.report,
            pk=self.kwargs["extension"],
        )
        self.validated_data(NothingSerializer)
        withdraw_extension_request(self.actor, asked)
        return respond(ExtensionRequestSerializer(extension_requests(self.actor).get(pk=asked.pk)).data)


@extend_schema_view(
    get=extend_schema(
        operation_id="workspace_findings_own_list", summary="List what reviews ask your organisation to do"
    )
)
class OwnFindingList(ListView):
    """Findings of concluded reviews, the earliest day first."""

    required_scopes = scopes_by_method(GET="read")
    serializer_class = FindingSerializer
    filterset_class = FindingFilterSet
    ordering = ("due_on", "pk")

    def get_queryset(self) -> QuerySet[Finding]:
        return findings_read_by(self).filter(own_rows(self.actor))


@extend_schema(
    summary="Report a finding done", request=FindingClaimInputSerializer, responses={200: FindingSerializer}
)
class OwnFindingClaim(Endpoint):
    """Says that it is done, and how; it stays open until a reviewer has looked."""

    required_scopes = scopes_by_method(POST=_WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        finding = get_visible_or_404(
            findings_read_by(self), self.actor, rule="finding.claim", pk=self.kwargs["pk"]
        )
        data = self.validated_data(FindingClaimInputSerializer)
        claim_finding(self.actor, finding, **data)
        return respond(FindingSerializer(findings_read_by(self).get(pk=finding.pk)).data)
