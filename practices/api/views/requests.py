"""The request board: what others look for, offers, and one's own requests."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from alliance.api.serializers.filing import NothingSerializer
from alliance.validators.languages import text_language
from portal.kernel.api import etag_of, matched_version, respond, scopes_by_method
from portal.kernel.errors import DomainError
from portal.kernel.web import get_visible_or_404
from practices.api.serializers.requests import (
    AcceptOfferInputSerializer,
    OfferInputSerializer,
    RequestInputSerializer,
    RequestRowSerializer,
    RequestSerializer,
)
from practices.api.serializers.writing import NamedPeopleSerializer
from practices.api.views.labelled import LabelledEndpoint, NoStoreEndpoint
from practices.api.views.naming import SEARCH_PARAMETERS, PeopleSearch, chosen_audience
from practices.api.views.writing import READ, WRITE
from practices.filters import RequestFilter
from practices.models import Offer, Request
from practices.queries.named_readers import audience_in_keys, is_source, named_readers
from practices.queries.requests import offers_for, practice_to_offer, requests, with_followers
from practices.services import requests as services
from practices.workflows import REQUEST

_READERS = ("tlp", "organisations", "groups", "people")


class RequestEndpoint(LabelledEndpoint, NoStoreEndpoint):
    """Base of what is about one request; the answer has its label."""

    required_scopes = scopes_by_method(POST=WRITE)
    label = ""

    def get_request(self, rule: str = "") -> Request:
        """The request of the address; with a rule, one that it allows."""
        request: Request = get_visible_or_404(
            Request.objects.select_related("organisation", "asked_by"),
            self.actor,
            rule=rule,
            key=self.kwargs["key"],
        )
        return request

    def request_response(self, pk: int, status: int = 200) -> Response:
        """The request as it is now, with what may be done with it."""
        current = requests(self.actor).get(pk=pk)
        (row,) = with_followers([current])
        context = {
            **self.get_serializer_context(),
            "followers": {pk: row.follower_count},
            "offers": offers_for(self.actor, current),
            "readers": named_readers(self.actor, current),
            "audience": audience_in_keys(current) if is_source(self.actor, current) else None,
            "actions": REQUEST.available(self.actor, current),
        }
        self.label = current.label
        data = RequestSerializer(current, context=context).data
        return respond(data, status=status, headers={"ETag": etag_of(current.version)})


@extend_schema_view(
    get=extend_schema(summary="List the request board", responses=RequestRowSerializer(many=True)),
    post=extend_schema(
        summary="Post a request", request=RequestInputSerializer, responses={201: RequestSerializer}
    ),
)
class RequestList(ListModelMixin, RequestEndpoint):
    """What your organisation and others look for, as far as you may read it, the newest first.

    `POST` posts a request; those who may have an answer are notified.
    """

    required_scopes = scopes_by_method(GET=READ, POST=WRITE)
    serializer_class = RequestRowSerializer
    filterset_class = RequestFilter
    ordering = ("-pk",)
    followers: Mapping[int, int] = MappingProxyType({})

    def get_queryset(self) -> QuerySet[Request]:
        rows: QuerySet[Request] = requests(self.actor)
        return rows

    def paginate_queryset(self, queryset: QuerySet[Request]) -> Sequence[Request]:
        page: Sequence[Request] = super().paginate_queryset(queryset)
        self.followers = {row.request.pk: row.follower_count for row in with_followers(page)}
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "followers": self.followers}

    def get(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.list(request, *args, **kwargs)

    def post(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        data = self.validated_data(RequestInputSerializer)
        draft, readers = _draft_of(data, text_language("")), chosen_audience(self.actor, None, data)
        return self.request_response(services.ask_request(self.actor, draft, readers).pk, status=201)


def _draft_of(data: Mapping[str, Any], language: str) -> services.RequestDraft:
    """What was sent, for the service; without a language it is in this one."""
    words = {name: value for name, value in data.items() if name not in _READERS}
    title = services.title_of_question(words["title"])
    return services.RequestDraft(**{"language": language, **words, "title": title})


@extend_schema(
    summary="Find people to name in a request",
    responses=NamedPeopleSerializer,
    parameters=SEARCH_PARAMETERS,
)
class RequestPeople(PeopleSearch, LabelledEndpoint, NoStoreEndpoint):
    """People whose name, or whose organisation's name, has each word of `text` in it; the first 20.

    For those who may post a request.
    """

    required_scopes = scopes_by_method(GET=WRITE)
    label = ""

    def get(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        services.check_may_ask(self.actor)
        return self.people_response(request)


@extend_schema_view(
    get=extend_schema(summary="Get a request", responses=RequestSerializer),
    put=extend_schema(
        summary="Change a request", request=RequestInputSerializer, responses={200: RequestSerializer}
    ),
)
class RequestDetail(RequestEndpoint):
    """One request with its offers. `PUT` words it anew, for its readers of now or fewer once others have answered.

    `PUT` saves all of it, readers too: what is left out is empty then. `If-Match` names the version that you read.
    """

    required_scopes = scopes_by_method(GET=READ, PUT=WRITE)
    has_versions = True

    def get(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.request_response(self.get_request().pk)

    def put(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = self.get_request("request.edit")
        version = matched_version(request)
        data = self.validated_data(RequestInputSerializer)
        draft, readers = _draft_of(data, row.language), chosen_audience(self.actor, row, data)
        edited = services.edit_request(self.actor, row, draft, readers, version=version)
        return self.request_response(edited.pk)


class _StepEndpoint(RequestEndpoint):
    """Base of steps that take nothing."""

    rule = ""
    step: Callable[..., Request]

    def post(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = self.get_request(self.rule)
        self.validated_data(NothingSerializer)
        return self.request_response(type(self).step(self.actor, row).pk)


def _documented(summary: str, request: Any = NothingSerializer, status: int = 200) -> Any:
    return extend_schema(summary=summary, request=request, responses={status: RequestSerializer})


@_documented("Close a request")
class RequestClose(_StepEndpoint):
    """Closes it: nobody can offer or write any more; its followers are notified."""

    rule, step = "request.close", staticmethod(services.close_request)


@_documented("Reopen a request")
class RequestReopen(_StepEndpoint):
    """Opens it again; an accepted offer is an ordinary one again."""

    rule, step = "request.reopen", staticmethod(services.reopen_request)


@_documented("Accept an offer", AcceptOfferInputSerializer)
class RequestAnswer(RequestEndpoint):
    """Accepts one of the offers: the request is answered, and whoever made the offer is notified."""

    def post(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = self.get_request("request.answer")
        key = self.validated_data(AcceptOfferInputSerializer)["offer"]
        offer = Offer.objects.visible_to(self.actor).filter(key=key, request=row).first()
        if offer is None:
            raise DomainError(_("This offer is for another request."), field="offer")
        return self.request_response(services.answer_request(self.actor, row, offer).pk)


@_documented("Make an offer", OfferInputSerializer, status=201)
class RequestOffer(RequestEndpoint):
    """Offers an answer in words, and with it perhaps a practice, which is named to those who may read it.

    Whoever asked is notified, and you follow the request.
    """

    def post(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = self.get_request("offer.make")
        data = self.validated_data(OfferInputSerializer)
        practice = None
        if data["practice"] is not None:
            practice = practice_to_offer(self.actor, data["practice"])
            if practice is None:
                raise DomainError(_("There is no such practice."), field="practice")
        services.make_offer(self.actor, row, data["text"], practice=practice)
        return self.request_response(row.pk, status=201)


@_documented("Withdraw an offer")
class OfferWithdraw(RequestEndpoint):
    """Withdraws your own offer, until it is accepted; nobody reads it any more."""

    def post(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        offer: Offer = get_visible_or_404(
            Offer.objects.select_related("request"),
            self.actor,
            rule="offer.withdraw",
            key=self.kwargs["offer"],
        )
        self.validated_data(NothingSerializer)
        return self.request_response(services.withdraw_offer(self.actor, offer).request_id)
