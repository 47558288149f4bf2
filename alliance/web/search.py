"""The search behind the sign-in: what one may read of one's own work, the library, and the public record."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.queries.area_search import area_findings
from alliance.web.area import area_of
from alliance.web.public.search_rows import result_rows
from portal.kernel import search
from portal.kernel.web import ActorRequest

_MAX_PUBLIC = 10


@require_safe
def area_search(request: ActorRequest) -> HttpResponse:
    """Search over what the person may read: working texts of the organisation, practices, and the public record."""
    actor, area = request.actor, area_of(request.actor)
    text = search.clean_text(request.GET.get("q", ""))
    findings = search.find(text)
    working = area_findings(actor, findings.query)
    context = {
        "base": area.base,
        "area": area.namespace,
        "text": text,
        "findings": findings,
        "working": working,
        "rows": result_rows(findings.hits[:_MAX_PUBLIC], findings.query),
    }
    return render(request, "alliance/area/search.html", context)
