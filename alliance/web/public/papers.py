"""Files that are built once for everybody: what is offered on a page, where each stands, and its bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language

from alliance.queries.documents import document_for_everybody
from portal.kernel import stored_files
from portal.kernel.document_queue import Place, place_of
from portal.kernel.documents import opened, pass_document
from portal.kernel.models import Document, DocumentState

# Whatever is in the file, a browser runs nothing of it and asks nobody for anything.
_SANDBOX = "default-src 'none'; sandbox"


@dataclass(frozen=True)
class Paper:
    """One file on offer: its format, what it is, under which key it is found, where its bytes are fetched."""

    format: str
    name: str  # on its buttons: "PDF"
    words: str
    key: str
    url: str
    ask: Callable[[], Document]

    @cached_property
    def document(self) -> Document | None:
        """The file's document; None while nobody has asked for it."""
        return document_for_everybody(self.key)

    @property
    def state(self) -> str:
        return self.document.state if self.document else "none"

    @property
    def is_open(self) -> bool:
        return self.document is not None and self.document.is_open

    @cached_property
    def place(self) -> Place | None:
        return place_of(self.document) if self.document else None


def papers_context(papers: Sequence[Paper], page_url: str, progress_url: str) -> dict[str, Any]:
    """What the template of the papers reads; `is_open` while any of them is being built."""
    is_open = any(paper.is_open for paper in papers)
    return {"papers": papers, "page_url": page_url, "progress_url": progress_url, "is_open": is_open}


def chosen(request: HttpRequest, papers: Sequence[Paper]) -> Paper:
    """The paper that a post asks for; the first where it does not say."""
    wanted = request.POST.get("format", papers[0].format)
    found = next((paper for paper in papers if paper.format == wanted), None)
    if found is None:
        raise Http404
    return found


def paper_file(request: HttpRequest, paper: Paper, page_url: str) -> HttpResponseBase:
    """The bytes, as a file to keep; leads to the page while there is none."""
    document = paper.document
    if document is None or document.state != DocumentState.READY:
        return _to_the_page(page_url)
    if not stored_files.exists(document.file):
        raise Http404
    pass_document(document)  # also for whoever has it already, and only asks whether it still stands
    etag = quote_etag(document.sha256)
    response = get_conditional_response(request, etag=etag) or _file(document)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"  # a later edition has the same address
    return response


def _file(document: Document) -> HttpResponseBase:
    response = FileResponse(
        opened(document),
        as_attachment=True,
        filename=document.file_name,
        content_type=document.media_type,
    )
    response["Content-Security-Policy"] = _SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _to_the_page(page_url: str) -> HttpResponse:
    response = HttpResponseRedirect(page_url)
    response["Cache-Control"] = "no-store"  # soon there is a file
    return response


def reading_language() -> str:
    return (get_language() or "en").split("-")[0]
