"""Who writes which section of a member's own report: the list, handing back one's own, and what editors do about it."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from alliance.api.serializers.delegations import (
    CountedSectionsSerializer,
    DelegationSerializer,
    SectionFinishInputSerializer,
    SectionInputSerializer,
)
from alliance.api.serializers.filing import NothingSerializer
from alliance.api.views.own_filing import RowsOfReport
from alliance.api.views.own_reports import ReportEndpoint
from alliance.models import Delegation, Report
from alliance.queries.delegations import all_delegations, delegations_in
from alliance.services.delegations import (
    finish_delegation,
    give_as_last_time,
    remind_of_late_sections,
    reopen_delegation,
    take_back_delegation,
)
from portal.kernel.access import Actor
from portal.kernel.api import StrictSerializer, respond, scopes_by_method
from portal.kernel.web import get_visible_or_404


@extend_schema(summary="List who writes which section of a report")
class DelegationList(ReportEndpoint, RowsOfReport):
    """The sections that are given to somebody or handed back; none while the report is not being written."""

    required_scopes = scopes_by_method(GET="read")
    serializer_class = DelegationSerializer

    def get_queryset(self) -> QuerySet[Delegation]:
        return delegations_in(self.actor, self.kwargs.get("pk") or 0)


# --- One of them -------------------------------------------------------------------------------


class _DelegationStepEndpoint(ReportEndpoint):
    """Base of the steps of one section, each as it was read."""

    required_scopes = scopes_by_method(POST="reports:write")
    input_class: type[StrictSerializer] = SectionInputSerializer
    step: Callable[..., Delegation]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = all_delegations(self.actor)
        delegation = get_visible_or_404(rows, self.actor, report=self.report, pk=self.kwargs["delegation"])
        read = self.validated_data(self.input_class)
        return self.respond_with(type(self).step(self.actor, delegation, **read))

    def respond_with(self, delegation: Delegation) -> HttpResponseBase:
        return respond(DelegationSerializer(delegation, context=self.get_serializer_context()).data)


@extend_schema(
    summary="Hand a section back as done",
    request=SectionFinishInputSerializer,
    responses={200: DelegationSerializer},
)
class DelegationFinish(_DelegationStepEndpoint):
    """Hands back a section that is given to the owner of the token; whoever gave it is notified."""

    input_class = SectionFinishInputSerializer
    step = staticmethod(finish_delegation)


@extend_schema(
    summary="Give a section back to its writer",
    request=SectionInputSerializer,
    responses={200: DelegationSerializer},
)
class DelegationReopen(_DelegationStepEndpoint):
    """Gives a section that was handed back to the same colleague again, who is notified."""

    step = staticmethod(reopen_delegation)


@extend_schema(summary="Take a section back", request=SectionInputSerializer, responses={204: None})
class DelegationTakeBack(_DelegationStepEndpoint):
    """Takes a section from its colleague, who is notified; what they have written stays in the report."""

    step = staticmethod(take_back_delegation)

    def respond_with(self, delegation: Delegation) -> HttpResponseBase:
        return respond(None, status=204)


# --- All of them -------------------------------------------------------------------------------


class _SectionsEndpoint(ReportEndpoint):
    """Base of what is done about several sections of one report at once."""

    required_scopes = scopes_by_method(POST="reports:write")
    act: Callable[..., int]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        self.validated_data(NothingSerializer)
        return respond({"count": type(self).act(self.actor, report)})


@extend_schema(
    summary="Remind of sections that are late",
    request=NothingSerializer,
    responses={200: CountedSectionsSerializer},
)
class DelegationRemind(_SectionsEndpoint):
    """Reminds those whose sections are late inside the organisation. Nobody is reminded twice a day."""

    act = staticmethod(remind_of_late_sections)


@extend_schema(
    summary="Give sections as last time",
    request=NothingSerializer,
    responses={200: CountedSectionsSerializer},
)
class DelegationAsLastTime(_SectionsEndpoint):
    """Gives each section that nobody has to whoever had it in the report before, as long before the deadline."""

    @staticmethod
    def act(actor: Actor, report: Report) -> int:
        return len(give_as_last_time(actor, report))
