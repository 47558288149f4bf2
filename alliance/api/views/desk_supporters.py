"""The secretariat's supporters: the list in every state, one of them, and decisions about many at once."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.desk_supporters import (
    DeskSupporterDetailSerializer,
    DeskSupporterSerializer,
    SupporterFactsInputSerializer,
    SupporterOutcomesSerializer,
    SupportersInputSerializer,
    SupportersReasonInputSerializer,
    SupporterTwinsInputSerializer,
)
from alliance.api.views.secretariat import SecretariatEndpoint
from alliance.filters import DeskSupporterFilter
from alliance.models import Supporter
from alliance.queries.supporters import desk_supporters
from alliance.services import supporter_decisions as decisions
from alliance.services.supporters import SupporterFacts, correct_supporter
from portal.kernel.access import Actor
from portal.kernel.api import (
    DetailView,
    ListView,
    etag_of_values,
    matched_values,
    respond,
    scopes_by_method,
)
from portal.kernel.web import get_visible_or_404

WRITE = "supporters:write"


@extend_schema_view(
    get=extend_schema(operation_id="secretariat_supporters_list", summary="List supporters in every state")
)
class DeskSupporterList(SecretariatEndpoint, ListView):
    """All entries, those that are hidden, not confirmed or ended too, the newest first; without e-mail addresses."""

    serializer_class = DeskSupporterSerializer
    filterset_class = DeskSupporterFilter
    ordering = ("-acceded_on", "-pk")
    orderings: ClassVar[Mapping[str, str]] = {
        "name": "by_name",
        "kind": "kind",
        "region": "by_region",
        "state": "by_state",
        "acceded": "acceded_on",
    }

    def get_queryset(self) -> QuerySet[Supporter]:
        return desk_supporters(self.actor)


@extend_schema_view(
    get=extend_schema(summary="Get a supporter as the secretariat sees it"),
    put=extend_schema(
        summary="Correct what the directory says of a supporter",
        request=SupporterFactsInputSerializer,
        responses={200: DeskSupporterDetailSerializer},
    ),
)
class DeskSupporterDetail(SecretariatEndpoint, DetailView):
    """One entry with its e-mail, who signed, and what you may do.

    Send the `ETag` of the entry that you read as `If-Match`: what somebody has changed since, the supporter too, is not
    written over.
    """

    required_scopes = scopes_by_method(GET="read", PUT=WRITE)
    compares_versions = True
    serializer_class = DeskSupporterDetailSerializer

    def get_object(self) -> Supporter:
        supporter: Supporter = get_visible_or_404(
            desk_supporters(self.actor), self.actor, pk=self.kwargs["pk"]
        )
        return supporter

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        supporter = self.get_object()
        facts = SupporterFacts(**self.validated_data(SupporterFactsInputSerializer))
        correct_supporter(self.actor, supporter, facts, seen=matched_values(request))
        return self._answer(self.get_object())

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self._answer(self.get_object())

    def _answer(self, supporter: Supporter) -> Response:
        data = DeskSupporterDetailSerializer(supporter, context=self.get_serializer_context()).data
        values = asdict(SupporterFacts.of(supporter))
        return respond(data, headers={"ETag": etag_of_values(values, data)})


class _DecisionEndpoint(SecretariatEndpoint):
    """Base of decisions about several entries: each with what it takes."""

    required_scopes = scopes_by_method(POST=WRITE)
    decide: Callable[..., list[decisions.SupporterOutcome]]
    input_serializer: Any

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        data = self.validated_data(self.input_serializer)
        return _outcomes(type(self).decide(self.actor, data.pop("supporters"), **data))


class _TwinsEndpoint(SecretariatEndpoint):
    """Base of decisions about pairs."""

    required_scopes = scopes_by_method(POST=WRITE)
    decide: Callable[[Actor, decisions.ShownTwins], list[decisions.SupporterOutcome]]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = self.validated_data(SupporterTwinsInputSerializer)["supporters"]
        return _outcomes(type(self).decide(self.actor, {row["id"]: row["likely_twin"] for row in rows}))


def _outcomes(outcomes: list[decisions.SupporterOutcome]) -> Response:
    return respond(SupporterOutcomesSerializer({"supporters": outcomes}).data)


def _documented(summary: str, request: Any) -> Any:
    return extend_schema(summary=summary, request=request, responses={200: SupporterOutcomesSerializer})


@_documented("Hide supporters", SupportersReasonInputSerializer)
class SupportersHide(_DecisionEndpoint):
    """Takes entries out of the directory for now; each supporter is sent the reason."""

    decide, input_serializer = staticmethod(decisions.hide_supporters), SupportersReasonInputSerializer


@_documented("Show hidden supporters again", SupportersInputSerializer)
class SupportersShow(_DecisionEndpoint):
    """Puts hidden entries back into the directory; each supporter is notified."""

    decide, input_serializer = staticmethod(decisions.show_supporters), SupportersInputSerializer


@_documented("End accessions of supporters", SupportersReasonInputSerializer)
class SupportersEnd(_DecisionEndpoint):
    """Ends accessions for good; each supporter is sent the reason."""

    decide, input_serializer = staticmethod(decisions.end_supporters), SupportersReasonInputSerializer


@_documented("Merge supporters that are there twice", SupporterTwinsInputSerializer)
class SupportersMerge(_TwinsEndpoint):
    """Ends each entry in favour of its likely twin, which keeps the earlier of both dates. Nobody is sent a letter."""

    decide = staticmethod(decisions.merge_supporters)


@_documented("Keep supporters apart", SupporterTwinsInputSerializer)
class SupportersKeepApart(_TwinsEndpoint):
    """Decides that each entry and its likely twin are two organisations."""

    decide = staticmethod(decisions.keep_supporters_apart)


DECISION_VIEWS: Mapping[str, type[SecretariatEndpoint]] = {
    "hide": SupportersHide,
    "show": SupportersShow,
    "end": SupportersEnd,
    "merge": SupportersMerge,
    "keep-apart": SupportersKeepApart,
}
