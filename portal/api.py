"""The API's own pages: its root, its schema, its documentation, and the URLs of the apps."""

from functools import cache
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api import urls as alliance
from portal.kernel import clock
from portal.kernel.api import ANYBODY, PROBLEM_KINDS, Endpoint, PublicDetailView, scopes_by_method
from practices.api import urls as practices

app_name = "api"


class RootSerializer(serializers.Serializer):
    """The version of the API, the time zone, links to its schema, its documentation and the list of problem types."""

    version = serializers.CharField(
        help_text="The second number grows with each addition; the first is that of the addresses."
    )
    time_zone = serializers.CharField(help_text="In which days end, by its name in the IANA list.")
    schema = serializers.URLField()
    docs = serializers.URLField()
    problems = serializers.URLField()


@extend_schema(summary="Get the API root", tags=["start"])
class RootView(PublicDetailView):
    """The version of the API, the time zone, links to its schema, its documentation and the list of problem types."""

    serializer_class = RootSerializer

    def get_object(self) -> dict[str, str]:
        names = {"schema": "api:schema", "docs": "api:docs", "problems": "api:problem-list"}
        links = {key: settings.ORIGIN + reverse(name) for key, name in names.items()}
        return {"version": settings.API_VERSION, "time_zone": str(clock.present_zone()), **links}


class SchemaView(Endpoint):
    """The schema (OpenAPI 3.1), as JSON or YAML by `Accept`."""

    required_scopes = scopes_by_method(GET=ANYBODY)
    renderer_classes = (OpenApiJsonRenderer2, OpenApiYamlRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer)
    filter_backends = ()
    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(_schema(get_language()))


@cache
def _schema(language: str) -> dict[str, Any]:
    """The whole schema, generated once in a process for each language: it takes as long as ten pages."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


@csp_replace({"require-trusted-types-for": None, "trusted-types": None, "img-src": [SELF, "data:"]})
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """All operations on one page, to be tried there; its script is third-party, so its policy is laxer."""
    return render(request, "portal/api/docs.html")


@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """All kinds of problems."""
    return render(request, "portal/api/problems.html", {"kinds": list(PROBLEM_KINDS.values())})


@require_safe
def problem(request: HttpRequest, slug: str) -> HttpResponse:
    """What a kind of problem means, and what to do about it; the `type` of an answer leads here."""
    if slug not in PROBLEM_KINDS:
        raise Http404
    return render(request, "portal/api/problem.html", {"kind": PROBLEM_KINDS[slug]})


urlpatterns: list[URLPattern] = [
    path("", RootView.as_view(), name="root"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("problems/", problem_list, name="problem-list"),
    path("problems/<slug:slug>/", problem, name="problem"),
    *alliance.urlpatterns,
    *practices.urlpatterns,
]
