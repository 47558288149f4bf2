"""Generated documents: all that one may know of; and the working workbook of a cycle."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from alliance.models import Cycle
from alliance.queries.documents import asked_by, generated_documents
from alliance.services.documents import request_working_cycle
from alliance.web.documents import listed
from portal.kernel.web import ActorRequest, get_visible_or_404, requires


@require_safe
@requires("document.oversee")
def generated_list(request: ActorRequest) -> HttpResponse:
    """Who asked for what, and what became of it; of one kind or in one state if wanted."""
    found = listed(request, generated_documents(request.actor))
    context = {
        **found,
        "documents": asked_by(request.actor, list(found["page"])),
        "nav": "secretariat:document-list",
    }
    return render(request, "alliance/secretariat/generated_list.html", context)


@require_POST
def cycle_export(request: ActorRequest, slug: str) -> HttpResponse:
    """Ask for the working workbook of a cycle, in the reader's language."""
    cycle = get_visible_or_404(Cycle.objects, request.actor, slug=slug)
    language = (get_language() or "en").split("-")[0]
    return redirect("document", request_working_cycle(request.actor, cycle, language).key)
