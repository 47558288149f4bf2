"""What was recalled of what somebody had opened."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.web.area import area_of
from portal.kernel.web import ActorRequest
from practices.queries.recalls import recalled_practices


@require_safe
def recalled(request: ActorRequest) -> HttpResponse:
    """List of recalled practices that one had opened or uses: title, source, label, last access, reason."""
    area = area_of(request.actor)
    context = {
        "base": area.base,
        "area": area.namespace,
        "nav": f"{area.namespace}:practice-list",
        "rows": recalled_practices(request.actor),
    }
    return render(request, "practices/recalled.html", context)
