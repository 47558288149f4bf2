"""Documents that the worker builds: the list, one with its progress, its file."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliance.queries.documents import (
    DocumentFilter,
    find_document,
    kinds_among,
    own_document_numbered,
    own_documents,
)
from alliance.web.desk import desk_of
from portal.kernel import stored_files
from portal.kernel.document_queue import place_of
from portal.kernel.documents import note_fetched, opened, retry_document, words_of
from portal.kernel.kept_things import kept_until
from portal.kernel.models import Document, DocumentState
from portal.kernel.web import ActorRequest, page_of, permissions

# Whatever is in the file, a browser runs nothing of it and asks nobody for anything.
_SANDBOX = "default-src 'none'; sandbox"


@require_safe
def document_list(request: ActorRequest) -> HttpResponse:
    """What one has asked for, of one kind or in one state if wanted."""
    own = own_documents(request.actor)
    context = {
        "base": desk_of(request.actor).base,
        "nav": _nav(request),
        **permissions(request.actor, may_oversee="document.oversee"),
        **listed(request, own),
    }
    return render(request, "alliance/desk/document_list.html", context)


def listed(request: ActorRequest, documents: QuerySet[Document]) -> dict[str, Any]:
    """A page of a list of documents, narrowed as the address says, and what it can be narrowed to."""
    chosen = DocumentFilter(request.GET.get("kind", ""), request.GET.get("state", ""))
    return {
        "page": page_of(chosen.among(documents), request),
        "chosen": chosen,
        "kinds": kinds_among(documents),
        "states": DocumentState.choices,
    }


def _nav(request: ActorRequest) -> str:
    return f"{desk_of(request.actor).namespace}:document-list"


def _found(request: ActorRequest, key: UUID) -> Document:
    document = find_document(request.actor, key)
    if document is None:
        raise Http404
    return document


@never_cache
@require_safe
def document(request: ActorRequest, key: UUID) -> HttpResponse:
    """The document's progress, or where to fetch it; looks again by itself."""
    return render(request, "alliance/desk/document.html", _context(request, _found(request, key)))


@never_cache
@require_safe
def document_progress(request: ActorRequest, key: UUID) -> HttpResponse:
    """The part of the page that changes."""
    return render(request, "alliance/desk/_document.html", _context(request, _found(request, key)))


def _context(request: ActorRequest, found: Document) -> dict[str, Any]:
    person = request.actor.is_person
    for_everybody = found.is_for_everybody
    return {
        "base": desk_of(request.actor).base if person else "base/account.html",
        "nav": _nav(request) if person and not for_everybody else "",
        "for_everybody": for_everybody,
        "document": found,
        "kind": words_of(found.kind),
        "language": get_language_info(found.language)["name_translated"],
        "place": place_of(found),
        "removed_on": kept_until(found),
        # the component's words for a job's state
        "state": "running" if found.state == DocumentState.BUILDING else found.state,
    }


@require_safe
def document_file(request: ActorRequest, key: UUID) -> HttpResponseBase:
    """The finished bytes, as a file to keep; each fetching is journalled."""
    found = _found(request, key)
    if found.state != DocumentState.READY or not stored_files.exists(found.file):
        raise Http404
    note_fetched(request.actor, found)
    content = opened(found)
    response = FileResponse(
        content, as_attachment=True, filename=found.file_name, content_type=found.media_type
    )
    response["Content-Security-Policy"] = _SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def document_retry(request: ActorRequest, key: UUID) -> HttpResponse:
    retry_document(request.actor, _found(request, key))
    return redirect("document", key)


@require_safe
def document_numbered(request: ActorRequest, number: int) -> HttpResponse:
    """Lead from the number that a document had in its address once to the address that it has now."""
    found = own_document_numbered(request.actor, number)
    if found is None:
        raise Http404
    return redirect("document", found.key)
