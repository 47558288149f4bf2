"""The secretariat's cycles: plan, open, close, publish; remind members, move dates, extend deadlines."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.desk_cycles import (
    ConsequencesSerializer,
    CycleActInputSerializer,
    CyclePlanInputSerializer,
    CycleReopenInputSerializer,
    DecidedSerializer,
    DeskCycleDetailSerializer,
    DeskCycleSerializer,
    ExtendInputSerializer,
    ExtensionOutcomesSerializer,
    ExtensionRequestSerializer,
    IncludeInputSerializer,
    JoinerDecisionsInputSerializer,
    LateJoinersSerializer,
    PublicationHourSerializer,
    PublicationObstaclesSerializer,
    ReasonInputSerializer,
    RefuseExtensionsInputSerializer,
    RemindedSerializer,
    RemindInputSerializer,
    RescheduleInputSerializer,
)
from alliance.api.serializers.filing import NothingSerializer, StateSerializer
from alliance.api.views.secretariat import SecretariatEndpoint
from alliance.models import Cycle, ExtensionRequest, Organisation, Report
from alliance.queries.charters import plannable_charters
from alliance.queries.cycle_outcomes import (
    CycleConsequences,
    consequences_of_closing,
    consequences_of_publishing,
    consequences_of_reopening,
)
from alliance.queries.cycles import FilingCounts, cycle_list, filing_counts
from alliance.queries.extensions import waiting_extension_requests
from alliance.queries.late_joiners import late_joiners
from alliance.queries.local_dates import today
from alliance.queries.planned_publication import publication_obstacles
from alliance.queries.reports import reports
from alliance.services import cycles
from alliance.services.cycle_dates import reschedule_cycle
from alliance.services.cycle_decisions import Override
from alliance.services.extensions import extend_reports, refuse_extensions
from alliance.services.late_joiners import JoinerDecision, decide_late_joiners, include_late_joiner
from alliance.services.obligations import exempt_report, remind_members
from alliance.services.planned_publication import cancel_publication, plan_publication
from portal.kernel.access import Actor
from portal.kernel.api import ListView, respond, scopes_by_method
from portal.kernel.errors import DomainError
from portal.kernel.web import get_visible_or_404

_WRITE = "cycles:write"
_PUBLISH = "cycles:publish"


class CycleEndpoint(SecretariatEndpoint):
    """Base of what is about one cycle."""

    def get_cycle(self, rule: str = "") -> Cycle:
        """The cycle of the address; with a rule, one that it allows."""
        cycle: Cycle = get_visible_or_404(
            Cycle.objects.select_related("charter"), self.actor, rule=rule, slug=self.kwargs["slug"]
        )
        return cycle

    def plan(self) -> cycles.CyclePlan:
        """The plan that was sent; raises the DomainError of a charter that no cycle can be planned on."""
        values = dict(self.validated_data(CyclePlanInputSerializer))
        charter = plannable_charters(self.actor).filter(**values.pop("charter")).first()
        if charter is None:
            message = _("There is no such version of a charter, or no cycle can be planned on it any more.")
            raise DomainError(message, field="charter")
        return cycles.CyclePlan(titles=values.pop("title"), charter=charter, **values)

    def cycle_response(self, cycle: Cycle, status: int = 200) -> Response:
        """The cycle as it is after the act."""
        current = self.get_queryset_of_one().get(pk=cycle.pk)
        counts = filing_counts(self.actor, [current])
        context = {**self.get_serializer_context(), "counts": counts}
        return respond(DeskCycleDetailSerializer(current, context=context).data, status=status)

    def get_queryset_of_one(self) -> QuerySet[Cycle]:
        return cycle_list(self.actor).select_related("charter")


@extend_schema_view(
    get=extend_schema(summary="List the secretariat's cycles", responses=DeskCycleSerializer(many=True)),
    post=extend_schema(
        summary="Plan a cycle", request=CyclePlanInputSerializer, responses={201: DeskCycleDetailSerializer}
    ),
)
class DeskCycleList(ListModelMixin, CycleEndpoint):
    """All cycles, planned ones too, latest first. `POST` plans one: no report is required until it is opened."""

    required_scopes = scopes_by_method(GET="read", POST=_WRITE)
    serializer_class = DeskCycleSerializer
    ordering = ("-starts_on", "-pk")
    orderings: ClassVar[Mapping[str, str]] = {"slug": "slug"}
    counts: Mapping[int, FilingCounts] = MappingProxyType({})

    def get_queryset(self) -> QuerySet[Cycle]:
        return self.get_queryset_of_one()

    def paginate_queryset(self, queryset: QuerySet[Cycle]) -> Sequence[Cycle]:
        rows: Sequence[Cycle] = super().paginate_queryset(queryset)
        self.counts = filing_counts(self.actor, rows)
        return rows

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "counts": self.counts}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.list(request, *args, **kwargs)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.cycle_response(cycles.plan_cycle(self.actor, self.plan()), status=201)


@extend_schema_view(
    get=extend_schema(summary="Get a cycle as the secretariat sees it", responses=DeskCycleDetailSerializer),
    put=extend_schema(
        summary="Change a planned cycle",
        request=CyclePlanInputSerializer,
        responses={200: DeskCycleDetailSerializer},
    ),
)
class DeskCycleDetail(RetrieveModelMixin, CycleEndpoint):
    """A cycle with the steps that you may take and what blocks them. `PUT` changes one that is only planned."""

    required_scopes = scopes_by_method(GET="read", PUT=_WRITE)
    serializer_class = DeskCycleDetailSerializer

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.cycle_response(self.get_cycle())

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        return self.cycle_response(cycles.edit_cycle(self.actor, cycle, self.plan()))


@extend_schema(summary="Open a cycle", request=NothingSerializer, responses={200: DeskCycleDetailSerializer})
class CycleOpen(CycleEndpoint):
    """Requires a report of every active member that has acceded to the charter; they are notified."""

    required_scopes = scopes_by_method(POST=_WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        self.validated_data(NothingSerializer)
        return self.cycle_response(cycles.open_cycle(self.actor, cycle))


class CycleActEndpoint(CycleEndpoint):
    """Base of acts on a whole cycle: `GET` says what the act would do, `POST` sends back which reports were read."""

    rule = ""
    consequences: Callable[[Actor, Cycle], CycleConsequences]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle(self.rule)
        return Response(ConsequencesSerializer(type(self).consequences(self.actor, cycle)).data)

    def sent(self) -> tuple[dict[int, str], Override]:
        """The reports as the program has read them, and what it states to act early."""
        data = self.validated_data(CycleActInputSerializer)
        return CycleActInputSerializer.states_in(data), Override(data["reason"], data["title"])


@extend_schema_view(
    get=extend_schema(summary="Get what closing a cycle would do", responses=ConsequencesSerializer),
    post=extend_schema(
        summary="Close a cycle", request=CycleActInputSerializer, responses={200: DeskCycleDetailSerializer}
    ),
)
class CycleClose(CycleActEndpoint):
    """Lets what is overdue count as not filed; extensions hold, and nothing becomes public.

    While days of grace run it is early: it needs a reason, and the title of the cycle.
    """

    required_scopes = scopes_by_method(GET=_WRITE, POST=_WRITE)
    rule = "cycle.close"
    consequences = staticmethod(consequences_of_closing)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle, (shown, override) = self.get_cycle(), self.sent()
        return self.cycle_response(cycles.close_cycle(self.actor, cycle, shown=shown, override=override))


@extend_schema_view(
    get=extend_schema(summary="Get what reopening a cycle would do", responses=ConsequencesSerializer),
    post=extend_schema(
        summary="Reopen a cycle",
        request=CycleReopenInputSerializer,
        responses={200: DeskCycleDetailSerializer},
    ),
)
class CycleReopen(CycleActEndpoint):
    """Opens a closed cycle again, until it is published; its members are told why."""

    required_scopes = scopes_by_method(GET=_WRITE, POST=_WRITE)
    rule = "cycle.reopen"
    consequences = staticmethod(consequences_of_reopening)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        data = self.validated_data(CycleReopenInputSerializer)
        shown = CycleReopenInputSerializer.states_in(data)
        return self.cycle_response(cycles.reopen_cycle(self.actor, cycle, data["reason"], shown=shown))


@extend_schema_view(
    get=extend_schema(summary="Get what publishing a cycle would do", responses=ConsequencesSerializer),
    post=extend_schema(
        summary="Publish a cycle", request=CycleActInputSerializer, responses={200: DeskCycleDetailSerializer}
    ),
)
class CyclePublish(CycleActEndpoint):
    """Publishes a closed cycle: its concluded reports, and who did not file or was exempt. It cannot be undone.

    While a report is undecided, and before the announced day, it is early: it needs a reason, and the title of the
    cycle. Send an `Idempotency-Key`.
    """

    required_scopes = scopes_by_method(GET=_PUBLISH, POST=_PUBLISH)
    rule = "cycle.publish"
    consequences = staticmethod(consequences_of_publishing)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle, (shown, override) = self.get_cycle(), self.sent()
        return self.cycle_response(cycles.publish_cycle(self.actor, cycle, shown=shown, override=override))


@extend_schema(
    summary="Move the dates of a cycle",
    request=RescheduleInputSerializer,
    responses={200: DeskCycleDetailSerializer},
)
class CycleReschedule(CycleEndpoint):
    """Moves dates of an open cycle later, with a public reason; the members are notified."""

    required_scopes = scopes_by_method(POST=_WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        data = self.validated_data(RescheduleInputSerializer)
        dates_in = RescheduleInputSerializer.dates_in
        reschedule_cycle(self.actor, cycle, dates_in(data), data["reason"], shown=dates_in(data["shown"]))
        return self.cycle_response(cycle)


@extend_schema(
    summary="Remind members of a cycle", request=RemindInputSerializer, responses={200: RemindedSerializer}
)
class CycleRemind(CycleEndpoint):
    """Reminds the members whose reports are missing, or those named. Nobody is reminded twice a day."""

    required_scopes = scopes_by_method(POST=_WRITE)

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

    required_scopes = scopes_by_method(POST=_WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        data = self.validated_data(ExtendInputSerializer)
        outcomes = extend_reports(self.actor, cycle, data["reports"], data["due_on"], data["reason"])
        return respond(ExtensionOutcomesSerializer({"reports": outcomes}).data)


@extend_schema(
    summary="Refuse requests for more time",
    request=RefuseExtensionsInputSerializer,
    responses={200: ExtensionOutcomesSerializer},
)
class CycleRefuseExtensions(CycleEndpoint):
    """Refuses requests for more time, for one reason; each report stays due on its day."""

    required_scopes = scopes_by_method(POST=_WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        data = self.validated_data(RefuseExtensionsInputSerializer)
        outcomes = refuse_extensions(self.actor, cycle, data["reports"], data["reason"])
        return respond(ExtensionOutcomesSerializer({"reports": outcomes}).data)


@extend_schema_view(
    get=extend_schema(summary="List members that joined late", responses=LateJoinersSerializer),
    post=extend_schema(
        summary="Decide about members that joined late",
        request=JoinerDecisionsInputSerializer,
        responses={200: DecidedSerializer},
    ),
)
class CycleJoiners(CycleEndpoint):
    """The members that joined while the cycle is open: each reports for it too, by a day of its own, or is left out.

    Until then they stand outside the cycle. They are notified.
    """

    required_scopes = scopes_by_method(GET=_WRITE, POST=_WRITE)
    rule = "cycle.decide_joiners"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle(self.rule)
        return Response(LateJoinersSerializer({"results": late_joiners(self.actor, cycle)}).data)

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


@extend_schema_view(
    get=extend_schema(
        summary="Get what stands in the way of publishing", responses=PublicationObstaclesSerializer
    ),
    post=extend_schema(
        summary="Plan the publication of a cycle",
        request=PublicationHourSerializer,
        responses={200: DeskCycleDetailSerializer},
    ),
)
class CyclePlanPublication(CycleEndpoint):
    """Has a closed cycle published by itself at an hour, unless something stands in the way then. Replaces a plan."""

    required_scopes = scopes_by_method(GET=_PUBLISH, POST=_PUBLISH)
    rule = "cycle.plan_publication"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle(self.rule)
        obstacles = publication_obstacles(self.actor, cycle, today())
        return Response(PublicationObstaclesSerializer(obstacles).data)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle(self.rule)
        planned = plan_publication(self.actor, cycle, **self.validated_data(PublicationHourSerializer))
        return self.cycle_response(planned)


@extend_schema(
    summary="Cancel a planned publication",
    request=NothingSerializer,
    responses={200: DeskCycleDetailSerializer},
)
class CycleCancelPublication(CycleEndpoint):
    """Cancels the plan: the cycle stays closed until it is published, or planned again."""

    required_scopes = scopes_by_method(POST=_PUBLISH)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        self.validated_data(NothingSerializer)
        return self.cycle_response(cancel_publication(self.actor, cycle))


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

    required_scopes = scopes_by_method(POST=_WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report()
        data = self.validated_data(ReasonInputSerializer)
        return respond({"state": exempt_report(self.actor, report, data["reason"]).state})


@extend_schema(
    summary="Include a member after all", request=IncludeInputSerializer, responses={200: StateSerializer}
)
class ReportInclude(DeskReportEndpoint):
    """Requires the report of a member that joined while the cycle is open and had been left out; it is notified."""

    required_scopes = scopes_by_method(POST=_WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report()
        data = self.validated_data(IncludeInputSerializer)
        return respond({"state": include_late_joiner(self.actor, report, data["due_on"]).state})


@extend_schema(
    summary="Publish a report after its cycle", request=NothingSerializer, responses={200: StateSerializer}
)
class ReportPublish(DeskReportEndpoint):
    """Publishes a report that was concluded after its cycle had been published. It cannot be undone."""

    required_scopes = scopes_by_method(POST=_PUBLISH)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report()
        self.validated_data(NothingSerializer)
        cycles.publish_concluded_report(self.actor, report)
        report.refresh_from_db(fields=["state"])
        return respond({"state": report.state})
