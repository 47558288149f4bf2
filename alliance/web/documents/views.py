"""Documents that the worker builds: the list, one with its progress, its file."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.queries.documents import (
    DocumentFilter,
    document_kinds_in,
    find_document,
    own_document_by_number,
    own_documents,
)
from alliance.web.area import area_of
from alliance.web.documents.subjects import subject_page
from alliance.web.downloads import document_attachment
from portal.kernel.documents import (
    Document,
    DocumentState,
    cancel_document,
    kind_label,
    queue_position,
    record_download,
    retry_document,
)
from portal.kernel.privacy import document_expires_at
from portal.kernel.web import ActorRequest, paginate, permissions, posts


@require_safe
def document_list(request: ActorRequest) -> HttpResponse:
    """List of the documents that one has requested, filtered by kind and state."""
    own = own_documents(request.actor)
    context = {
        "base": area_of(request.actor).base,
        "nav": _nav(request),
        **permissions(request.actor, may_oversee="document.oversee"),
        **document_list_context(request, own),
    }
    return render(request, "alliance/area/document_list.html", context)


def document_list_context(request: ActorRequest, documents: QuerySet[Document]) -> dict[str, Any]:
    """A page of a list of documents, filtered by the query string, and the choices of the filters."""
    document_filter = DocumentFilter(request.GET.get("kind", ""), request.GET.get("state", ""))
    return {
        "page": paginate(document_filter.apply(documents), request),
        "chosen": document_filter,
        "kinds": document_kinds_in(documents),
        "states": DocumentState.choices,
    }


def _nav(request: ActorRequest) -> str:
    return f"{area_of(request.actor).namespace}:document-list"


def _get_document(request: ActorRequest, key: UUID) -> Document:
    document = find_document(request.actor, key)
    if document is None:
        raise Http404
    return document


@never_cache
@require_safe
def document(request: ActorRequest, key: UUID) -> HttpResponse:
    """Page of one generated document: its progress, then the download link; refreshes itself."""
    return render(request, "alliance/area/document.html", _context(request, _get_document(request, key)))


@never_cache
@require_safe
def document_progress(request: ActorRequest, key: UUID) -> HttpResponse:
    """Progress of one generated document, as a fragment for HTMX."""
    return render(request, "alliance/area/_document.html", _context(request, _get_document(request, key)))


def _context(request: ActorRequest, document: Document) -> dict[str, Any]:
    person = request.actor.is_person
    for_everybody = document.is_for_everybody
    return {
        "base": area_of(request.actor).base if person else "base/account.html",
        "nav": _nav(request) if person and not for_everybody else "",
        "for_everybody": for_everybody,
        "document": document,
        "kind": kind_label(document.kind),
        "language": get_language_info(document.language)["name_translated"],
        "queue_position": queue_position(document),
        "removed_on": document_expires_at(document),
        "subject": subject_page(request.actor, document),
        # the component's words for a job's state
        "state": "running" if document.state == DocumentState.BUILDING else document.state,
    }


@require_safe
def document_file(request: ActorRequest, key: UUID) -> HttpResponseBase:
    """Download of a finished document; every download is journalled."""
    document = _get_document(request, key)
    if document.state != DocumentState.READY:
        raise Http404
    record_download(request.actor, document)
    return document_attachment(document)


@posts()
def document_retry(request: ActorRequest, key: UUID) -> HttpResponse:
    """Retry a document that could not be created."""
    retry_document(request.actor, _get_document(request, key))
    return redirect("document", key)


@posts()
def document_cancel(request: ActorRequest, key: UUID) -> HttpResponse:
    """Give up a document that one has asked for and that is not finished."""
    document = _get_document(request, key)
    if document.is_for_everybody:
        raise Http404
    cancel_document(request.actor, document)
    return redirect("document", key)


@require_safe
def document_numbered(request: ActorRequest, number: int) -> HttpResponse:
    """Redirect from a document's former, numbered address to its present one."""
    document = own_document_by_number(request.actor, number)
    if document is None:
        raise Http404
    return redirect("document", document.key)
