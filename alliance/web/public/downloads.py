"""Files that are built once for everybody: what is offered on a page, the state of each, and its bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from alliance.queries.documents import document_for_everybody
from portal.kernel.documents import (
    Document,
    DocumentState,
    QueuePosition,
    check_document_gate,
    open_document,
    queue_position,
)
from portal.kernel.web import refuse_unlisted_fields, stored_file_response


@dataclass(frozen=True)
class Download:
    """One file on offer: its format, what it is, under which key it is found, where its bytes are fetched."""

    format: str
    name: str  # on its buttons: "PDF"
    label: str
    key: str
    url: str
    request: Callable[[], Document]
    title: str = ""  # over it, where that is another than the name

    @cached_property
    def document(self) -> Document | None:
        """The file's document; None while nobody has asked for it."""
        return document_for_everybody(self.key)

    @property
    def state(self) -> str:
        return self.document.state if self.document else "none"

    @property
    def is_being_built(self) -> bool:
        return self.document is not None and self.document.is_open

    @cached_property
    def queue_place(self) -> QueuePosition | None:
        return queue_position(self.document) if self.document else None


def downloads_context(downloads: Sequence[Download], page_url: str, progress_url: str) -> dict[str, Any]:
    """What the template of the downloads reads; `is_being_built` while any of them is being built."""
    is_open = any(download.is_being_built for download in downloads)
    return {"downloads": downloads, "page_url": page_url, "progress_url": progress_url, "is_open": is_open}


def chosen_download(request: HttpRequest, downloads: Sequence[Download]) -> Download:
    """The file that a post asks for; the first by default."""
    refuse_unlisted_fields(request.POST, ("format",))
    file_format = request.POST.get("format", downloads[0].format)
    download = next((row for row in downloads if row.format == file_format), None)
    if download is None:
        raise Http404
    return download


def download_response(request: HttpRequest, download: Download, page_url: str) -> HttpResponseBase:
    """The bytes, as a file to keep; leads to the page while there is none."""
    document = download.document
    if document is None or document.state != DocumentState.READY:
        redirect = HttpResponseRedirect(page_url)
        redirect["Cache-Control"] = "no-store"  # soon there is a file
        return redirect
    return document_response(request, document)


def document_response(request: HttpRequest, document: Document) -> HttpResponseBase:
    """The bytes of a document that is ready. Raises Withheld."""
    check_document_gate(
        document
    )  # also for a client that has it already, and only asks whether it still holds
    etag = quote_etag(document.sha256)
    response = get_conditional_response(request, etag=etag) or stored_file_response(
        open_document(document), document.file_name, document.media_type
    )
    response["ETag"] = etag
    response["Cache-Control"] = (
        "public, max-age=0, must-revalidate"  # a later edition may have the same address
    )
    return response
