"""Responses that have a label: in the `TLP` header too, not cacheable when the label is restricted, and as a file."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from portal.kernel.api import Endpoint
from portal.kernel.errors import DomainError
from portal.kernel.web import attachment_response
from practices.enums import OPEN_LABELS, Label

HEADER = "TLP"
NO_STORE = "private, no-store"
# of the services, by what a body calls them
_LABEL_AND_READERS = {
    "label": "tlp",
    "organisations": "organisations",
    "people": "people",
    "groups": "groups",
}


class _RecordEndpoint(Endpoint):
    """Base: a refusal of the label or of readers points at the field by which the body names them, if it has any."""

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, DomainError) and exc.field in _LABEL_AND_READERS:
            name, sent = _LABEL_AND_READERS[exc.field], self.request.data
            is_nested = "readers" in sent and name not in sent
            has_readers = is_nested or any(field in sent for field in _LABEL_AND_READERS.values())
            exc.field = ("readers" if is_nested else name) if has_readers else None
        return super().handle_exception(exc)


class LabelledEndpoint(_RecordEndpoint):
    """A response about one labelled record. A refusal has no label: it reveals nothing about the record."""

    label = Label.CLEAR.value  # empty for a list, whose rows have their own

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code < 400 and self.label:
            response[HEADER] = str(Label(self.label).label)
            if self.label not in OPEN_LABELS:
                response["Cache-Control"] = NO_STORE
        return response


class NoStoreEndpoint(_RecordEndpoint):
    """A list of records whose labels differ: no cache may store it."""

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = NO_STORE if response.status_code < 400 else "no-store"
        return response


class MarkdownRenderer(BaseRenderer):
    """Sends Markdown, whatever format was requested: there is no other."""

    media_type = "text/markdown"
    format = "markdown"
    charset = "utf-8"


def markdown_response(text: str, name: str) -> HttpResponse:
    """A file to be saved."""
    return attachment_response(text.encode(), name, "text/markdown; charset=utf-8")
