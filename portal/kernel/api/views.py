"""The endpoints' base: who may come in, what is read, what is refused before anything is done."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.common import no_append_slash
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.kernel.access import ANYONE, Actor, scope_refusal
from portal.kernel.api.deprecations import Deprecation
from portal.kernel.api.filters import StrictFilterBackend
from portal.kernel.api.lists import FIELDS, ORDERING, keep_chosen_fields
from portal.kernel.api.pagination import SealedCursorPagination
from portal.kernel.api.parsers import JSONParser
from portal.kernel.api.problems import Problem, unknown_parameters
from portal.kernel.api.schema import Schema
from portal.kernel.api.versions import names_etag, not_modified, public_etag

ANYBODY = ""
ANY_TOKEN = "*"
_SHARED = "public, max-age=0, must-revalidate"
_PRIVATE = "private, no-cache"
_EXPOSED = "Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Sunset"


def scopes_by_method(**scopes: str) -> Mapping[str, str]:
    """The required scopes, method by method: `scopes_by_method(GET="read", PATCH="things:write")`."""
    return MappingProxyType(scopes)


class Endpoint(GenericAPIView):
    """One address of the API.

    `required_scopes` names for each method the scope that lets in: a registered one, ANY_TOKEN, or ANYBODY.
    """

    required_scopes: Mapping[str, str] = scopes_by_method()
    ordering: Sequence[str] = ("pk",)
    # what a list can be ordered by, by name: columns that are never empty and have an index; None: its own order alone
    orderings: ClassVar[Mapping[str, str] | None] = None
    deprecation: Deprecation | None = None
    authentication_classes = ()  # the middleware has done that: the database knows who acts
    permission_classes = ()
    throttle_classes = ()
    renderer_classes: Sequence[Any] = (JSONRenderer,)
    parser_classes: Sequence[Any] = (JSONParser,)
    pagination_class = SealedCursorPagination
    filter_backends: Sequence[Any] = (StrictFilterBackend,)
    filterset_class: Any = None
    metadata_class = None
    schema: Any = Schema()

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        # an address without its slash is another address: a redirect would lose what was sent
        return no_append_slash(super().as_view(**initkwargs))

    @property
    def actor(self) -> Actor:
        """Who acts; ANYONE while the schema is made."""
        return getattr(self.request, "actor", ANYONE)

    @property
    def is_public(self) -> bool:
        return set(self.required_scopes.values()) == {ANYBODY}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method in self.required_scopes:
            require_scope(self.actor, self.required_scopes[method])
            unknown = [name for name in request.query_params if name not in self.parameters()]
            if unknown:
                raise unknown_parameters(unknown)

    def parameters(self) -> set[str]:
        """The names of the parameters that the address knows."""
        known = set(self.filterset_class.base_filters) if self.filterset_class else set()
        return known | ({"cursor", "limit", FIELDS, ORDERING} if isinstance(self, ListModelMixin) else set())

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)
        if isinstance(self, ListModelMixin) and kwargs.get("many"):
            keep_chosen_fields(self.request, serializer)
        return serializer

    def validated_data(self, serializer_class: Any) -> Any:
        """The body as the serializer reads it; raises ValidationError when it does not fit."""
        sent = serializer_class(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return sent.validated_data

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The methods of the address; a browser elsewhere learns that it may read what is public."""
        response = HttpResponse(status=204)
        response["Allow"] = ", ".join(self.allowed_methods)
        if self.is_public:
            response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response["Access-Control-Allow-Headers"] = "If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        return response

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Authorization"])
        if self.is_public:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = _EXPOSED
        if self.deprecation is not None:
            self.deprecation.write_headers(response)
        response.headers.setdefault("Cache-Control", _SHARED if self.is_public else _PRIVATE)
        return response


def require_scope(actor: Actor, scope: str) -> None:
    """Raise a Problem where a token is needed and absent (401), or does not carry the scope (403)."""
    if scope == ANYBODY:
        return
    if actor.scopes is None:
        raise Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"})
    if scope != ANY_TOKEN and scope not in actor.scopes:
        raise Problem("scope", scope_refusal(scope))


class DetailView(RetrieveModelMixin, Endpoint):
    """One object, read; `get_object` returns it, or raises Http404."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.retrieve(request, *args, **kwargs)


class ListView(ListModelMixin, Endpoint):
    """A list, read page by page; `get_queryset` is `visible_to(self.actor)`."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.list(request, *args, **kwargs)


class _PublicEndpoint(Endpoint):
    """What everybody may read: the same for every reader, until the public revision changes."""

    required_scopes = scopes_by_method(GET=ANYBODY)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        etag = public_etag(request)
        if names_etag(request, etag):
            return not_modified(etag)
        response = super().get(request, *args, **kwargs)
        response["ETag"] = etag
        return response


class PublicDetailView(_PublicEndpoint, DetailView):
    """One public object."""


class PublicListView(_PublicEndpoint, ListView):
    """A public list; `get_queryset` comes from the public queries."""


def respond(data: Any = None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a write."""
    return Response(
        data, status=204 if data is None and status == 200 else status, headers=dict(headers or {})
    )
