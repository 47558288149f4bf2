"""What every face needs: objects by sight, pages of a list, the answers to errors, the site's own words."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.core.paginator import Page, Paginator
from django.db import InterfaceError, OperationalError, models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from portal.kernel.access import Actor

ROWS = 50
T = TypeVar("T", bound=models.Model)


class ActorRequest(HttpRequest):
    """A request that has passed the actor middleware."""

    actor: Actor


class _Seen(Protocol):
    def visible_to(self, actor: Actor) -> Any: ...


def get_visible_or_404(manager: _Seen, actor: Actor, **lookup: object) -> Any:
    """The one object of the manager that the actor may see; what they may not see does not exist."""
    found = manager.visible_to(actor).filter(**lookup).first()
    if found is None:
        raise Http404
    return found


def page_of(queryset: Any, request: HttpRequest, rows: int = ROWS) -> Page:
    """The page of a list that `?page=` names; the nearest one when there is no such page."""
    return Paginator(queryset, rows).get_page(request.GET.get("page"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was older than the session: say so, and how to go on."""
    del reason
    return render(request, "403_csrf.html", status=403)


class DatabaseDownMiddleware:
    """Turns a database that is away into 503 with Retry-After, on every face."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError):
            return unavailable(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: what was acknowledged is kept; come back in a moment."""
    response = render(request, "503.html", status=503)
    response["Retry-After"] = "10"
    return response
