"""Public practices, open to everyone."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.kernel.api import PublicDetailView, PublicListView
from practices.api.serializers.public import (
    PublicPracticeRowSerializer,
    PublicPracticeSerializer,
    PublicTextSerializer,
    PublicVersionSerializer,
)
from practices.api.views.labelled import LabelledEndpoint, MarkdownRenderer, markdown_response
from practices.filters import PublicPracticeFilter
from practices.models import PublishedPractice
from practices.queries import public as reads
from practices.queries.public_files import file_of


@extend_schema(summary="List public practices")
class PublicPracticeList(PublicListView):
    """Practices labelled TLP:CLEAR, including retired ones, with their facets. Withdrawn ones are not listed.

    Of words that very many practices have, `text` finds the newest 500 with the other choices.
    """

    serializer_class = PublicPracticeRowSerializer
    filterset_class = PublicPracticeFilter
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[PublishedPractice]:
        return reads.public_practices()


class _PublicPracticeEndpoint(LabelledEndpoint, PublicDetailView):
    """Base of the views of one public practice; 404 for one that was never published."""

    def practice(self) -> PublishedPractice:
        return _or_404(reads.published_practice(self.kwargs["key"]))


@extend_schema(summary="Get a public practice")
class PublicPracticeDetail(_PublicPracticeEndpoint):
    """The latest version with files, relations and uses. For a withdrawn practice, only the state and the reason."""

    serializer_class = PublicPracticeSerializer

    def get_object(self) -> PublishedPractice:
        return self.practice()


@extend_schema(summary="List the versions of a public practice")
class PublicVersionList(PublicListView):
    """All published versions, latest first, with what changed in each."""

    serializer_class = PublicVersionSerializer
    ordering = ("-number",)
    orderings: ClassVar[Mapping[str, str]] = {"id": "pk"}

    def get_queryset(self) -> QuerySet[PublishedPractice]:
        if getattr(self, "swagger_fake_view", False):  # the schema is made of no practice
            return PublishedPractice.objects.none()
        return reads.version_rows(self.kwargs["key"])

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        _or_404(reads.published_practice(self.kwargs["key"]))
        return super().list(request, *args, **kwargs)


@extend_schema(summary="Get a version of a public practice")
class PublicVersionDetail(_PublicPracticeEndpoint):
    """A version as it was published, whatever the state of the practice is now."""

    serializer_class = PublicTextSerializer

    def get_object(self) -> PublishedPractice:
        return _or_404(reads.published_version(self.kwargs["key"], self.kwargs["number"]))


@extend_schema(
    summary="Download a public practice as Markdown",
    responses={(200, "text/markdown"): OpenApiResponse(OpenApiTypes.STR, "The file.")},
)
class PublicPracticeMarkdown(_PublicPracticeEndpoint):
    """The latest version as one file that another portal can import; 404 for a withdrawn practice."""

    renderer_classes = (MarkdownRenderer,)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        practice = self.practice()
        if not practice.is_public:
            raise Http404
        return markdown_response(*file_of(practice))


def _or_404(practice: PublishedPractice | None) -> PublishedPractice:
    if practice is None:
        raise Http404
    return practice
