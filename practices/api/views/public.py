"""The practices that everybody may read."""

from typing import Any

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


@extend_schema(summary="All public practices")
class PublicPracticeList(PublicListView):
    """Practices that are TLP:CLEAR, those retired among them, with what each is for; withdrawn ones are not here."""

    serializer_class = PublicPracticeRowSerializer
    filterset_class = PublicPracticeFilter
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[PublishedPractice]:
        return reads.public_practices()


class _PublicPracticeEndpoint(LabelledEndpoint, PublicDetailView):
    """Something of one public practice; one that the world never knew is not there."""

    def practice(self) -> PublishedPractice:
        return _or_404(reads.published_practice(self.kwargs["key"]))


@extend_schema(summary="One public practice")
class PublicPracticeDetail(_PublicPracticeEndpoint):
    """How it stands: its last version, its files, relations and uses. Of a withdrawn one only that it was, and why."""

    serializer_class = PublicPracticeSerializer

    def get_object(self) -> PublishedPractice:
        return self.practice()


@extend_schema(summary="All versions of a public practice")
class PublicVersionList(PublicListView):
    """Every version that was published, the latest first, with what changed in it."""

    serializer_class = PublicVersionSerializer
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[PublishedPractice]:
        if getattr(self, "swagger_fake_view", False):  # the schema is made of no practice
            return PublishedPractice.objects.none()
        return reads.version_rows(self.kwargs["key"])

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        _or_404(reads.published_practice(self.kwargs["key"]))
        return super().list(request, *args, **kwargs)


@extend_schema(summary="One version of a public practice")
class PublicVersionDetail(_PublicPracticeEndpoint):
    """The version as it was published, however the practice stands now."""

    serializer_class = PublicTextSerializer

    def get_object(self) -> PublishedPractice:
        return _or_404(reads.published_version(self.kwargs["key"], self.kwargs["number"]))


@extend_schema(
    summary="A public practice as a Markdown file",
    responses={(200, "text/markdown"): OpenApiResponse(OpenApiTypes.STR, "The file.")},
)
class PublicPracticeMarkdown(_PublicPracticeEndpoint):
    """The last version as one file, which another portal can import; a withdrawn practice has none."""

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
