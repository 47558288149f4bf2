"""What every face needs: objects by sight, pages of a list, and refusals turned into answers."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.core.paginator import Page, Paginator
from django.db import InterfaceError, OperationalError, transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.kernel.access import Actor, can, require
from portal.kernel.error_pages import error_page
from portal.kernel.errors import DomainError, Faults, Forbidden
from portal.kernel.file_gate import Withheld
from portal.kernel.limits import TooMany

Response = TypeVar("Response", bound=HttpResponseBase)

ROWS = 50
# seconds after which to come back: the database, and who was too quick
AWAY_WAIT, TOO_MANY_WAIT = 10, 60


class ActorRequest(HttpRequest):
    """A request that has passed the actor middleware."""

    actor: Actor


def get_visible_or_404(manager: Any, actor: Actor, *, rule: str = "", **lookup: object) -> Any:
    """The one object of the manager or queryset that the actor may see; what they may not see does not exist.

    With a rule, also one that they may do what it names with: raises Forbidden when they may not.
    """
    found = manager.visible_to(actor).filter(**lookup).first()
    if found is None:
        raise Http404
    if rule:
        require(actor, rule, found)
    return found


def requires(rule: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Open a view only to those who may do what the rule names. Raises Forbidden for others.

    For rules that are about no object; one that is about an object is named to `get_visible_or_404`.
    """

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> Response:
            require(request.actor, rule)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def permissions(actor: Actor, subject: object = None, **rules: str) -> dict[str, bool]:
    """Which buttons a page offers: for each name in its template, whether the actor may do what the rule names.

    It opens and refuses nothing: services ask again.
    """
    return {name: can(actor, rule, subject) for name, rule in rules.items()}


def page_of(queryset: Any, request: HttpRequest, rows: int = ROWS) -> Page:
    """The page of a list that `?page=` names; the nearest one when there is no such page."""
    page = Paginator(queryset, rows).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)  # read at once: to go over a page asks it for each row again
    return page


@contextmanager
def shown(form: forms.Form) -> Iterator[None]:
    """Turn a refusal of the service called inside into errors of the form; ask `form.is_valid()` afterwards.

    What the service had written is undone. `Forbidden` passes on: it is an answer of its own.
    """
    try:
        with transaction.atomic():
            yield
    except Forbidden:
        raise
    except Faults as refusal:
        # the heading over a form's errors says how many there are
        for place, fault in refusal.faults.items():
            known = place in form.fields
            form.add_error(place if known else None, str(fault) if known else f"{place}: {fault}")
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


class RefusalMiddleware:
    """Answers a refusal of the domain that a view did not; what the view had written is undone already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return only_sent(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """403 for what may be seen but not done, 451 or 410 for a file; any other refusal stands on the page before."""
        if isinstance(exception, Forbidden):
            raise PermissionDenied(str(exception)) from exception
        if isinstance(exception, Withheld):
            return withheld(request, exception)
        if isinstance(exception, DomainError):
            messages.error(request, str(exception))
            return HttpResponseRedirect(came_from(request))
        return too_many_requests(request, exception.seconds) if isinstance(exception, TooMany) else None


def withheld(request: HttpRequest, refusal: Withheld) -> HttpResponse:
    """451 for a file that is being checked, 410 for one that was purged; nobody on the way keeps the answer."""
    return error_page(request, refusal.status, template="withheld.html", case=refusal.case)


def only_sent(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponse:
    """A page of words for who opens an address that only takes a form, or the other way round."""
    page = error_page(request, 405)
    page["Allow"] = refused["Allow"]
    return page


def came_from(request: HttpRequest) -> str:
    """The path of the page with the form; only of this site."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    if referrer.netloc == request.get_host() and referrer.path:
        return referrer.path + (f"?{referrer.query}" if referrer.query else "")
    return request.path


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: it may be seen, but not done by this person."""
    del exception
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with the same bytes whether there is nothing or nothing for this reader."""
    del exception
    return error_page(request, 404)


def too_many_requests(request: HttpRequest, retry_after: int = TOO_MANY_WAIT) -> HttpResponse:
    """429: who asked too often is told when the next try is good."""
    again_at = timezone.now() + timedelta(seconds=retry_after)
    return error_page(request, 429, retry_after=retry_after, again_at=again_at)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database is away, else 500; whatever was acknowledged before is kept."""
    if _database_is_away(sys.exc_info()[1]):
        return unavailable(request)
    return error_page(request, 500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, 413 when too much was sent, or 503 when the database went away while the session was being saved."""
    if _database_is_away(exception):
        return unavailable(request)
    if isinstance(exception, RequestDataTooBig):
        return error_page(request, 413)
    if isinstance(exception, TooManyFilesSent):
        return error_page(request, 413, most_files=settings.DATA_UPLOAD_MAX_NUMBER_FILES)
    return error_page(request, 400)


def _database_is_away(error: BaseException | None) -> bool:
    """Whether the error, or one that it came up in, is the database's own."""
    while error is not None:
        if isinstance(error, (OperationalError, InterfaceError)):
            return True
        error = error.__cause__ or error.__context__
    return False


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: what was acknowledged is kept; come back in a moment."""
    return error_page(request, 503, retry_after=AWAY_WAIT)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was older than the session: say so, and how to go on."""
    del reason
    return error_page(request, 403, template="403_csrf.html")
