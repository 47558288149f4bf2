"""Documents that the worker builds: the list, one with its progress, its file."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliance.queries.documents import find_document, own_documents
from alliance.web.desk import desk_of
from portal.kernel import stored_files
from portal.kernel.documents import note_fetched, retry_document
from portal.kernel.models import Document, DocumentState
from portal.kernel.web import ActorRequest, page_of

# Whatever is in the file, a browser runs nothing of it and asks nobody for anything.
_SANDBOX = "default-src 'none'; sandbox"


@require_safe
def document_list(request: ActorRequest) -> HttpResponse:
    documents = page_of(own_documents(request.actor), request)
    context = {"base": desk_of(request.actor).base, "page": documents, "nav": _nav(request)}
    return render(request, "alliance/desk/document_list.html", context)


def _nav(request: ActorRequest) -> str:
    return f"{desk_of(request.actor).namespace}:document-list"


def _found(request: ActorRequest, pk: int) -> Document:
    document = find_document(request.actor, pk)
    if document is None:
        raise Http404
    return document


@never_cache
@require_safe
def document(request: ActorRequest, pk: int) -> HttpResponse:
    """The document's progress, or where to fetch it; looks again by itself."""
    return render(request, "alliance/desk/document.html", _context(request, _found(request, pk)))


@never_cache
@require_safe
def document_progress(request: ActorRequest, pk: int) -> HttpResponse:
    """The part of the page that changes."""
    return render(request, "alliance/desk/_document.html", _context(request, _found(request, pk)))


def _context(request: ActorRequest, found: Document) -> dict[str, Any]:
    person = request.actor.is_person
    for_everybody = found.requested_by_id is None and found.tenant_id is None
    return {
        "base": desk_of(request.actor).base if person else "base/account.html",
        "nav": _nav(request) if person and not for_everybody else "",
        "for_everybody": for_everybody,
        "document": found,
        # the component's words for a job's state
        "state": "running" if found.state == DocumentState.BUILDING else found.state,
    }


@require_safe
def document_file(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The finished bytes, as a file to keep; each fetching is journalled."""
    found = _found(request, pk)
    if found.state != DocumentState.READY or not stored_files.exists(found.file):
        raise Http404
    note_fetched(request.actor, found)
    content = stored_files.opened(found.file, found.sha256)
    response = FileResponse(
        content, as_attachment=True, filename=found.file_name, content_type=found.media_type
    )
    response["Content-Security-Policy"] = _SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def document_retry(request: ActorRequest, pk: int) -> HttpResponse:
    retry_document(request.actor, _found(request, pk))
    return redirect("document", pk)
