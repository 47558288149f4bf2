"""The secretariat's cycles: plan, open, close, reopen, publish, at once or at an hour; move dates."""

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
    DeskCycleDetailSerializer,
    DeskCycleSerializer,
    PlannedMomentSerializer,
    PublicationHourSerializer,
    PublicationObstaclesSerializer,
    RescheduleInputSerializer,
)
from alliance.api.serializers.filing import NothingSerializer
from alliance.api.views.secretariat import SecretariatEndpoint
from alliance.models import Cycle
from alliance.queries.charters import plannable_charters
from alliance.queries.cycle_outcomes import (
    CycleConsequences,
    consequences_of_closing,
    consequences_of_publishing,
    consequences_of_reopening,
)
from alliance.queries.cycles import FilingCounts, cycle_list, filing_counts
from alliance.queries.local_dates import today
from alliance.queries.planned_publication import publication_obstacles
from alliance.services import cycles
from alliance.services.cycle_dates import reschedule_cycle
from alliance.services.cycle_decisions import Override
from alliance.services.planned_publication import cancel_publication, plan_key, plan_publication
from portal.kernel.access import Actor
from portal.kernel.api import etag_of_values, matched_values, respond, scopes_by_method
from portal.kernel.errors import DomainError
from portal.kernel.web import get_visible_or_404

WRITE = "cycles:write"
PUBLISH = "cycles:publish"


class CycleEndpoint(SecretariatEndpoint):
    """Base of what is about one cycle."""

    def get_cycle(self, rule: str = "") -> Cycle:
        """The cycle of the address; with a rule, one that it allows."""
        cycle: Cycle = get_visible_or_404(
            Cycle.objects.select_related("charter"), self.actor, rule=rule, slug=self.kwargs["slug"]
        )
        return cycle

    def plan(self, cycle: Cycle | None = None) -> cycles.CyclePlan:
        """The plan that was sent, for a new cycle or this one.

        Raises the DomainError of a charter that no cycle can be planned on.
        """
        values = dict(self.validated_data(CyclePlanInputSerializer))
        charter = plannable_charters(self.actor, cycle).filter(**values.pop("charter")).first()
        if charter is None:
            message = _("There is no such version of a charter, or no cycle can be planned on it any more.")
            raise DomainError(message, field="charter")
        return cycles.CyclePlan(titles=values.pop("title"), charter=charter, **values)

    def cycle_response(self, cycle: Cycle, status: int = 200) -> Response:
        """The cycle as it is after the act."""
        current = self.get_queryset_of_one().get(pk=cycle.pk)
        counts = filing_counts(self.actor, [current])
        context = {**self.get_serializer_context(), "counts": counts}
        data = DeskCycleDetailSerializer(current, context=context).data
        etag = etag_of_values(cycles.CyclePlan.values_of(current), data)
        return respond(data, status=status, headers={"ETag": etag})

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

    required_scopes = scopes_by_method(GET="read", POST=WRITE)
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
    """A cycle with the steps that you may take and what blocks them. `PUT` changes one that is only planned.

    Send the `ETag` of the cycle that you read as `If-Match`: what somebody has changed since is not written over.
    """

    required_scopes = scopes_by_method(GET="read", PUT=WRITE)
    compares_versions = True
    serializer_class = DeskCycleDetailSerializer

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.cycle_response(self.get_cycle())

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        edited = cycles.edit_cycle(self.actor, cycle, self.plan(cycle), seen=matched_values(request))
        return self.cycle_response(edited)


@extend_schema(summary="Open a cycle", request=NothingSerializer, responses={200: DeskCycleDetailSerializer})
class CycleOpen(CycleEndpoint):
    """Requires a report of every active member that has acceded to the charter; they are notified."""

    required_scopes = scopes_by_method(POST=WRITE)

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

    required_scopes = scopes_by_method(GET=WRITE, POST=WRITE)
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

    required_scopes = scopes_by_method(GET=WRITE, POST=WRITE)
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

    required_scopes = scopes_by_method(GET=PUBLISH, POST=PUBLISH)
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

    required_scopes = scopes_by_method(POST=WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        data = self.validated_data(RescheduleInputSerializer)
        dates_in = RescheduleInputSerializer.dates_in
        reschedule_cycle(self.actor, cycle, dates_in(data), data["reason"], shown=dates_in(data["shown"]))
        return self.cycle_response(cycle)


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

    required_scopes = scopes_by_method(GET=PUBLISH, POST=PUBLISH)
    rule = "cycle.plan_publication"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle(self.rule)
        obstacles = publication_obstacles(self.actor, cycle, today())
        return Response(PublicationObstaclesSerializer(obstacles).data)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle(self.rule)
        data = self.validated_data(PublicationHourSerializer)
        seen = plan_key(data["publish_at"])
        planned = plan_publication(self.actor, cycle, day=data["day"], hour=data["hour"], seen=seen)
        return self.cycle_response(planned)


@extend_schema(
    summary="Cancel a planned publication",
    request=PlannedMomentSerializer,
    responses={200: DeskCycleDetailSerializer},
)
class CycleCancelPublication(CycleEndpoint):
    """Cancels the plan: the cycle stays closed until it is published, or planned again."""

    required_scopes = scopes_by_method(POST=PUBLISH)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cycle = self.get_cycle()
        seen = plan_key(self.validated_data(PlannedMomentSerializer)["publish_at"])
        return self.cycle_response(cancel_publication(self.actor, cycle, seen=seen))
