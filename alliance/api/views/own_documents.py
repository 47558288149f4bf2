"""Documents of reports that somebody has asked for: the list, asking for one, its progress, its file."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from alliance.api.serializers.documents import DocumentInputSerializer, ReportDocumentSerializer
from alliance.api.views.own_reports import ReportEndpoint
from alliance.queries.documents import find_report_document, own_report_documents
from alliance.services.documents import request_report_document
from portal.kernel.api import (
    FILE_RESPONSES,
    DetailView,
    Endpoint,
    FileRenderer,
    ListView,
    respond,
    scopes_by_method,
)
from portal.kernel.documents import Document, DocumentState, open_document, record_download
from portal.kernel.text import reader_language
from portal.kernel.web import stored_file_response


@extend_schema(summary="List your documents of reports")
class ReportDocumentList(ListView):
    """The documents of reports that you have asked for in your organisation, here or in the portal, newest first."""

    required_scopes = scopes_by_method(GET="read")
    serializer_class = ReportDocumentSerializer
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Document]:
        return own_report_documents(self.actor)


@extend_schema(
    summary="Ask for a document of a report",
    request=DocumentInputSerializer,
    responses={201: ReportDocumentSerializer},
)
class ReportDocumentCreate(ReportEndpoint):
    """Has a document of the report built. The form to fill in needs the permission `reports:write` too."""

    required_scopes = scopes_by_method(POST="read")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(DocumentInputSerializer)
        language = data.get("language") or reader_language()
        document = request_report_document(self.actor, report, language, data["document"])
        return respond(ReportDocumentSerializer(document).data, status=201)


class _DocumentEndpoint(Endpoint):
    """Base of the views of one document; 404 for everyone who has not asked for it."""

    required_scopes = scopes_by_method(GET="read")

    def get_object(self) -> Document:
        document = find_report_document(self.actor, self.kwargs["key"])
        if document is None:
            raise Http404
        return document


@extend_schema(summary="Get a document of a report")
class ReportDocumentDetail(_DocumentEndpoint, DetailView):
    """How far a document is. Once it is `ready`, fetch `file/`, and compare the bytes with `sha256`."""

    serializer_class = ReportDocumentSerializer


@extend_schema(summary="Download a document of a report", responses=FILE_RESPONSES)
class ReportDocumentFile(_DocumentEndpoint):
    """The finished bytes; 404 until the document is ready. Every download is journalled."""

    renderer_classes = (FileRenderer,)
    gives_files = True

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        document = self.get_object()
        if document.state != DocumentState.READY:
            raise Http404
        stored = open_document(document)
        record_download(self.actor, document)
        response = stored_file_response(stored, document.file_name, document.media_type)
        response["Cache-Control"] = "private, no-store"
        return response
