"""The workspace's first page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.queries.local_dates import today
from alliance.queries.workspace_home import workspace_home
from alliance.web.required_factor import open_mandate
from portal.kernel.web import ActorRequest


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Workspace home: the next step due, the person's tasks, and recent changes."""
    context = {"home": workspace_home(request.actor), "mandate": open_mandate(request), "today": today()}
    return render(request, "alliance/workspace/home.html", context)
