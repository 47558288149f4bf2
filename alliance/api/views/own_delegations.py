"""Who writes which section of a member's own report: the list, and handing back one's own."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from alliance.api.serializers.delegations import DelegationSerializer
from alliance.api.serializers.filing import NothingSerializer
from alliance.api.views.own_filing import RowsOfReport
from alliance.api.views.own_reports import ReportEndpoint
from alliance.models import Delegation
from alliance.queries.delegations import all_delegations, delegations_in
from alliance.services.delegations import finish_delegation
from portal.kernel.api import respond, scopes_by_method
from portal.kernel.web import get_visible_or_404


@extend_schema(summary="List who writes which section of a report")
class DelegationList(ReportEndpoint, RowsOfReport):
    """The sections that are given to somebody or handed back; none while the report is not being written."""

    required_scopes = scopes_by_method(GET="read")
    serializer_class = DelegationSerializer

    def get_queryset(self) -> QuerySet[Delegation]:
        return delegations_in(self.actor, self.kwargs.get("pk") or 0)


@extend_schema(
    summary="Hand a section back as done", request=NothingSerializer, responses={200: DelegationSerializer}
)
class DelegationFinish(ReportEndpoint):
    """Hands back a section that is given to the owner of the token; whoever gave it is notified."""

    required_scopes = scopes_by_method(POST="reports:write")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = all_delegations(self.actor)
        delegation = get_visible_or_404(rows, self.actor, report=self.report, pk=self.kwargs["delegation"])
        self.validated_data(NothingSerializer)
        finished = finish_delegation(self.actor, delegation)
        return respond(DelegationSerializer(finished, context=self.get_serializer_context()).data)
