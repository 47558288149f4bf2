"""The retention table, with the number of expired rows and the last purge of each rule."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.kernel import privacy
from portal.kernel.web import ActorRequest, requires


@require_safe
@requires("operations.read")
def retention(request: ActorRequest) -> HttpResponse:
    """The retention table: periods, rows due for removal, last removal."""
    context = {"statuses": privacy.retention_status(), "nav": "secretariat:journal"}
    return render(request, "alliance/secretariat/retention.html", context)
