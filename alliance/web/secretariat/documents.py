"""Generated documents: all that one may know of; the working workbook of a cycle, archives, charters compared."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from alliance.models import Cycle, Organisation
from alliance.queries.documents import generated_documents, with_requesters
from alliance.services.documents import (
    request_charter_difference,
    request_draft_summary,
    request_member_archive,
    request_working_cycle,
)
from alliance.web.documents.views import document_list_context
from alliance.web.objects import get_charter, get_other_version
from portal.kernel.text import reader_language
from portal.kernel.web import ActorRequest, get_visible_or_404, posts, requires


@require_safe
@requires("document.oversee")
def generated_list(request: ActorRequest) -> HttpResponse:
    """List of generated documents with their requesters, filtered by kind and state."""
    list_context = document_list_context(request, generated_documents(request.actor))
    context = {
        **list_context,
        "documents": with_requesters(request.actor, list(list_context["page"])),
        "nav": "secretariat:document-list",
    }
    return render(request, "alliance/secretariat/generated_list.html", context)


@posts("document")
def cycle_export(request: ActorRequest, slug: str) -> HttpResponse:
    """Request the working workbook of a cycle, or the draft of its summary, in the reader's language."""
    cycle = get_visible_or_404(Cycle.objects, request.actor, slug=slug)
    ask = request_draft_summary if request.POST.get("document") == "summary" else request_working_cycle
    return redirect("document", ask(request.actor, cycle, reader_language()).key)


@posts()
def member_export(request: ActorRequest, pk: int) -> HttpResponse:
    """Request the archive of everything about an organisation, in the reader's language."""
    organisation = get_visible_or_404(Organisation.objects, request.actor, pk=pk)
    return redirect("document", request_member_archive(request.actor, organisation, reader_language()).key)


@posts("earlier")
def charter_export(request: ActorRequest, key: str, version: int) -> HttpResponse:
    """Request the differences of a charter version from the one before, or from `earlier`, as a PDF.

    In the reader's language.
    """
    charter = get_charter(request.actor, key, version)
    named = request.POST.get("earlier", "")
    earlier = get_other_version(request.actor, charter, named) if named else None
    document = request_charter_difference(request.actor, charter, reader_language(), earlier=earlier)
    return redirect("document", document.key)
