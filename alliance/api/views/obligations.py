"""What members owe in a cycle: reminders, later deadlines, exemptions, members without a report."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.filing import StateSerializer
from alliance.api.serializers.obligations import (
    ConclusionInputSerializer,
    DecidedSerializer,
    ExtendInputSerializer,
    ExtensionOutcomesSerializer,
    ExtensionRequestSerializer,
    IncludeInputSerializer,
    JoinerDecisionsInputSerializer,
    LateJoinersSerializer,
    ReasonInputSerializer,
    RefuseExtensionsInputSerializer,
    RemindedSerializer,
    RemindInputSerializer,
    shown_in,
)
from alliance.api.views.desk_cycles import PUBLISH, WRITE, CycleEndpoint
from alliance.api.views.secretariat import SecretariatEndpoint
from alliance.enums import ReportState
from alliance.models import ExtensionRequest, Organisation, Report
from alliance.queries.extensions import waiting_extension_requests
from alliance.queries.late_joiners import explained_joiners
from alliance.queries.reports import reports
from alliance.services import cycles
from alliance.services.cycle_decisions import shown_state
from alliance.services.extensions import extend_reports, refuse_extensions
from alliance.services.late_joiners import JoinerDecision, decide_late_joiners, include_late_joiner
from alliance.services.obligations import exempt_report, remind_members
from portal.kernel.api import ListView, respond, scopes_by_method
from portal.kernel.errors import DomainError
from portal.kernel.web import get_visible_or_404


@extend_schema(
    summary="Remind members of a cycle", request=RemindInputSerializer, responses={200: RemindedSerializer}
)
class CycleRemind(CycleEndpoint):
    """Reminds the members whose reports are missing, or those named. Nobody is reminded twice a day."""

    required_scopes = scopes_by_method(POST=WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        data = self.validated_data(RemindInputSerializer)
        reminded = remind_members(self.actor, cycle, data["reports"], data["text"])
        return respond({"reminded": [report.pk for report in reminded]})


@extend_schema(
    summary="Extend deadlines", request=ExtendInputSerializer, responses={200: ExtensionOutcomesSerializer}
)
class CycleExtend(CycleEndpoint):
    """Gives members until a later day, for one reason; an open request for more time is answered by it."""

    required_scopes = scopes_by_method(POST=WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        data = self.validated_data(ExtendInputSerializer)
        outcomes = extend_reports(self.actor, cycle, shown_in(data), data["due_on"], data["reason"])
        return respond(ExtensionOutcomesSerializer({"reports": outcomes}).data)


@extend_schema(
    summary="Refuse requests for more time",
    request=RefuseExtensionsInputSerializer,
    responses={200: ExtensionOutcomesSerializer},
)
class CycleRefuseExtensions(CycleEndpoint):
    """Refuses requests for more time, for one reason; each report stays due on its day."""

    required_scopes = scopes_by_method(POST=WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        data = self.validated_data(RefuseExtensionsInputSerializer)
        outcomes = refuse_extensions(self.actor, cycle, shown_in(data), data["reason"])
        return respond(ExtensionOutcomesSerializer({"reports": outcomes}).data)


@extend_schema_view(
    get=extend_schema(summary="List members without a report", responses=LateJoinersSerializer),
    post=extend_schema(
        summary="Decide about members without a report",
        request=JoinerDecisionsInputSerializer,
        responses={200: DecidedSerializer},
    ),
)
class CycleJoiners(CycleEndpoint):
    """The members without a report in the open cycle: each reports for it too, by a day of its own, or is left out.

    They have signed the charter, were reinstated or taken out of a merger since it was opened.

    Until then they stand outside the cycle. They are notified.
    """

    required_scopes = scopes_by_method(GET=WRITE, POST=WRITE)
    rule = "cycle.decide_joiners"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle(self.rule)
        return Response(LateJoinersSerializer({"results": explained_joiners(self.actor, cycle)}).data)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle(self.rule)
        rows = self.validated_data(JoinerDecisionsInputSerializer)["decisions"]
        slugs = {row["organisation"] for row in rows}
        if len(slugs) < len(rows):
            raise DomainError(_("Name each member once."), field="decisions")
        named = Organisation.objects.visible_to(self.actor).in_bulk(slugs, field_name="slug")
        if len(named) < len(slugs):
            raise DomainError(_("There is no such member."), field="decisions")
        decisions = [JoinerDecision(**{**row, "organisation": named[row["organisation"]]}) for row in rows]
        decided = decide_late_joiners(self.actor, cycle, decisions)
        rows_now = reports(self.actor).filter(pk__in=[report.pk for report in decided])
        context = self.get_serializer_context()
        return respond(DecidedSerializer({"reports": rows_now}, context=context).data)


@extend_schema(summary="List requests for more time")
class ExtensionRequestList(SecretariatEndpoint, ListView):
    """The requests of members that wait for an answer, oldest first."""

    serializer_class = ExtensionRequestSerializer

    def get_queryset(self) -> QuerySet[ExtensionRequest]:
        return waiting_extension_requests(self.actor)


# --- One report --------------------------------------------------------------------------------


class DeskReportEndpoint(SecretariatEndpoint):
    """Base of acts on one required report."""

    def get_report(self) -> Report:
        report: Report = get_visible_or_404(
            Report.objects.select_related("organisation", "cycle__charter"), self.actor, pk=self.kwargs["pk"]
        )
        return report


@extend_schema(
    summary="Exempt a member from its report", request=ReasonInputSerializer, responses={200: StateSerializer}
)
class ReportExempt(DeskReportEndpoint):
    """Frees a member from a report; the reason becomes public with the cycle."""

    required_scopes = scopes_by_method(POST=WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report()
        data = self.validated_data(ReasonInputSerializer)
        return respond({"state": exempt_report(self.actor, report, data["reason"]).state})


@extend_schema(
    summary="Include a member after all", request=IncludeInputSerializer, responses={200: StateSerializer}
)
class ReportInclude(DeskReportEndpoint):
    """Requires the report of a member that had none when the cycle was opened and was left out; it is notified."""

    required_scopes = scopes_by_method(POST=WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report()
        data = self.validated_data(IncludeInputSerializer)
        return respond({"state": include_late_joiner(self.actor, report, data["due_on"]).state})


@extend_schema(
    summary="Publish a report after its cycle",
    request=ConclusionInputSerializer,
    responses={200: StateSerializer},
)
class ReportPublish(DeskReportEndpoint):
    """Publishes a report that was concluded after its cycle had been published. It cannot be undone."""

    required_scopes = scopes_by_method(POST=PUBLISH)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report()
        concluded_at = self.validated_data(ConclusionInputSerializer)["concluded_at"]
        seen = shown_state(ReportState.CONCLUDED, concluded_at)
        cycles.publish_concluded_report(self.actor, report, seen=seen)
        report.refresh_from_db(fields=["state"])
        return respond({"state": report.state})
