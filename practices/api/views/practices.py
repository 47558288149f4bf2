"""One practice and what hangs on it, for whoever may read it. To all others there is none: 404, whatever is asked."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from portal.kernel.api.views import Listing, Reading
from portal.kernel.web import get_visible_or_404
from practices.api.serializers.library import (
    PracticeSerializer,
    VersionRowSerializer,
    VersionSerializer,
    with_addresses,
)
from practices.api.serializers.life import PostSerializer, UseSerializer
from practices.api.views.labelled import Labelled, Markdown, NotKept, given, markdown
from practices.api.views.library import OPENS
from practices.files import write
from practices.models import Adoption, Attachment, Post, Practice, Version
from practices.queries import lists
from practices.queries.exports import export_of, file_stem
from practices.queries.named_readers import named_readers
from practices.queries.practices import find_practice, latest_version
from practices.queries.relations import relatives_of
from practices.services.attachments import open_attachment
from practices.services.openings import open_practice

DOOR = "api"


class _OfPractice(Labelled, Reading):
    """Something of one practice; it bears the practice's label."""

    opens = OPENS

    def practice(self) -> Practice:
        found = find_practice(self.actor, self.kwargs["key"])
        self.label = found.label
        return found

    def opened(self) -> Practice:
        """The practice, opened: a line for its source."""
        found = self.practice()
        open_practice(self.actor, found, DOOR)
        return found


@extend_schema(summary="One practice that you may read")
class PracticeReading(_OfPractice):
    """Its last version with files and relations; the working copy while there is no version. The opening is logged."""

    serializer_class = PracticeSerializer

    def get_object(self) -> Practice:
        found: Any = self.opened()
        version = latest_version(self.actor, found)
        export = export_of(self.actor, found)
        found.version, found.note, found.dated = export.number or None, export.note, export.dated
        found.content = export.content
        found.files = with_addresses(found, version.attachments if version else [])
        found.relatives = relatives_of(self.actor, found)
        found.readers = named_readers(self.actor, found)
        practice: Practice = found
        return practice


@extend_schema(summary="All versions of a practice that you may read")
class VersionListing(NotKept, Listing):
    """The latest first, with what changed in each."""

    opens = OPENS
    serializer_class = VersionRowSerializer
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[Version]:
        return _of_found(self, lists.versions, Version)


@extend_schema(summary="One version of a practice that you may read")
class VersionReading(_OfPractice):
    """The version as it was shared. The opening is logged."""

    serializer_class = VersionSerializer

    def get_object(self) -> Version:
        found = self.practice()
        version: Version = get_visible_or_404(
            Version.objects.select_related("practice"),
            self.actor,
            practice=found,
            number=self.kwargs["number"],
        )
        open_practice(self.actor, found, DOOR)
        return version


@extend_schema(summary="Who uses a practice that you may read")
class UseListing(NotKept, Listing):
    """Uses that you may know of, with their history and results; each has a label of its own."""

    opens = OPENS
    serializer_class = UseSerializer

    def get_queryset(self) -> QuerySet[Adoption]:
        return _of_found(self, lists.uses, Adoption)


@extend_schema(summary="What was said beneath a practice that you may read")
class PostListing(NotKept, Listing):
    """Questions and answers as they were given. Reading them is opening the practice: it is logged."""

    opens = OPENS
    serializer_class = PostSerializer

    def get_queryset(self) -> QuerySet[Post]:
        return _of_found(self, lists.posts, Post, opens_it=True)


class MarkdownReading(_OfPractice):
    """The practice as one file, with its label at the top and at the foot. The opening is logged."""

    renderer_classes = (Markdown,)

    @extend_schema(
        summary="A practice that you may read as a Markdown file",
        responses={(200, "text/markdown"): OpenApiResponse(OpenApiTypes.STR, "The file.")},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        export = export_of(self.actor, self.opened())
        return markdown(write(export.content, export.handling), f"{file_stem(export)}.md")


class _AnyFile(BaseRenderer):
    """Files are what they are, whatever was asked for."""

    media_type = "application/octet-stream"
    format = "file"


class FileReading(_OfPractice):
    """A file beside the practice, through the same gate as on the page. The opening is logged."""

    renderer_classes = (_AnyFile,)
    gives_files = True

    @extend_schema(
        summary="A file beside a practice that you may read",
        responses={
            (200, "*/*"): OpenApiResponse(
                OpenApiTypes.BINARY, "The file, as an attachment, by its own media type."
            ),
        },
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        practice, key = self.practice(), self.kwargs["file"]
        wanted: Attachment = get_visible_or_404(
            Attachment.objects.select_related("practice"), self.actor, practice=practice, key=key
        )
        return given(open_attachment(self.actor, wanted), wanted.file_name, wanted.media_type)


def _of_found(view: Any, rows: Any, model: Any, *, opens_it: bool = False) -> Any:
    """What hangs on the practice of the address; nothing while the schema is made."""
    if getattr(view, "swagger_fake_view", False):
        return model.objects.none()
    found = find_practice(view.actor, view.kwargs["key"])
    if opens_it:
        open_practice(view.actor, found, DOOR)
    return rows(view.actor, found)
