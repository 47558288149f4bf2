"""One practice and what belongs to it, for everyone who may read it; 404 for all others, in every format."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from portal.kernel.api import FILE_RESPONSES, DetailView, FileRenderer, ListView
from portal.kernel.web import attachment_response, get_visible_or_404
from practices.api.serializers.library import (
    PracticeSerializer,
    VersionRowSerializer,
    VersionSerializer,
    with_urls,
)
from practices.api.views.labelled import (
    LabelledEndpoint,
    MarkdownRenderer,
    NoStoreEndpoint,
    markdown_response,
)
from practices.api.views.library import OPENS
from practices.files import format_markdown
from practices.models import Attachment, Practice, Version
from practices.queries import lists
from practices.queries.exports import export_of, file_stem
from practices.queries.named_readers import named_readers
from practices.queries.practices import latest_version, practices_with_authors
from practices.queries.relations import related_practices
from practices.queries.translations import translated_versions
from practices.services.access_log import log_access
from practices.services.attachments import open_attachment
from practices.services.pack_files import labelled_content

CHANNEL = "api"


class PracticeEndpoint(LabelledEndpoint, DetailView):
    """Base of the views of one practice; the response has the practice's label."""

    required_scopes = OPENS

    def practice(self) -> Practice:
        practice: Practice = get_visible_or_404(practices_with_authors(), self.actor, key=self.kwargs["key"])
        self.label = practice.label
        return practice

    def open_and_log(self) -> Practice:
        """The practice; its access is logged for its source."""
        practice = self.practice()
        log_access(self.actor, practice, CHANNEL)
        return practice


@extend_schema(summary="Get a practice")
class PracticeDetail(PracticeEndpoint):
    """The latest version, or the working copy when there is none, with files and relations. Access is logged."""

    serializer_class = PracticeSerializer

    def get_object(self) -> Practice:
        row: Any = self.open_and_log()
        version = latest_version(self.actor, row)
        export = export_of(self.actor, row)
        row.version, row.note, row.dated = export.number or None, export.note, export.document_date
        row.content = export.content
        row.files = with_urls(row, version.attachments if version else [])
        row.translated_versions = translated_versions(self.actor, row, version)
        row.related_practices = related_practices(self.actor, row)
        row.readers = named_readers(self.actor, row)
        practice: Practice = row
        return practice


@extend_schema(summary="List the versions of a practice")
class VersionList(NoStoreEndpoint, ListView):
    """Versions, latest first, with what changed in each."""

    required_scopes = OPENS
    serializer_class = VersionRowSerializer
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[Version]:
        return rows_of_practice(self, lists.versions, Version)


@extend_schema(summary="Get a version of a practice")
class VersionDetail(PracticeEndpoint):
    """A version as it was shared. Access is logged."""

    serializer_class = VersionSerializer

    def get_object(self) -> Version:
        practice = self.practice()
        version: Version = get_visible_or_404(
            Version.objects.select_related("practice"),
            self.actor,
            practice=practice,
            number=self.kwargs["number"],
        )
        self.label = version.handling_label
        log_access(self.actor, practice, CHANNEL)
        return version


@extend_schema(
    summary="Download a practice as Markdown",
    responses={(200, "text/markdown"): OpenApiResponse(OpenApiTypes.STR, "The file.")},
)
class PracticeMarkdown(PracticeEndpoint):
    """The practice as one file, with its label at the top and bottom. Access is logged."""

    renderer_classes = (MarkdownRenderer,)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        export = export_of(self.actor, self.open_and_log())
        return markdown_response(format_markdown(export.content, export.handling), f"{file_stem(export)}.md")


@extend_schema(summary="Download a file of a practice", responses=FILE_RESPONSES)
class PracticeFileDownload(PracticeEndpoint):
    """Downloads an attachment, with the same checks and the same label in it as on the page. Access is logged.

    Test sets, hash lists, word lists and rules carry the label in their text, so their digest is not that of the list.
    """

    renderer_classes = (FileRenderer,)
    gives_files = True

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        practice, key = self.practice(), self.kwargs["file"]
        attachment: Attachment = get_visible_or_404(
            Attachment.objects.select_related("practice"), self.actor, practice=practice, key=key
        )
        self.label = attachment.handling_label
        content = labelled_content(attachment, open_attachment(self.actor, attachment), self.label)
        return attachment_response(content, attachment.file_name, attachment.media_type)


def rows_of_practice(view: Any, rows: Any, model: Any, *, logs_access: bool = False) -> Any:
    """What belongs to the practice in the URL; nothing while the schema is made."""
    if getattr(view, "swagger_fake_view", False):
        return model.objects.none()
    practice = get_visible_or_404(practices_with_authors(), view.actor, key=view.kwargs["key"])
    if logs_access:
        log_access(view.actor, practice, CHANNEL)
    return rows(view.actor, practice)
