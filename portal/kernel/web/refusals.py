"""Refusals of the domain turned into errors of a form, and into answers."""

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from portal.kernel.errors import DomainError, Faults, Forbidden, ForbiddenForReason
from portal.kernel.files import DamagedFile, ReadRefused, Withheld
from portal.kernel.limits import TooMany
from portal.kernel.text import split_address
from portal.kernel.web.error_pages import error_page
from portal.kernel.web.forms import PAGE_PERSON, UnlistedFields
from portal.kernel.web.refused_posts import (
    post_to_nothing,
    post_without_permission,
    too_many_fields,
    unlisted_fields,
)
from portal.kernel.web.scripted_forms import is_scripted_form, refusal_to_script

# seconds after which to try again: for the database, for too many requests, for a file
DATABASE_RETRY_AFTER, TOO_MANY_RETRY_AFTER, FILE_RETRY_AFTER = 10, 60, 600
# of the page that answers a form (templates/base/area.html); no text has it, since its quotes are escaped
_ANSWERS, _REFUSED = b' data-answers="', b" data-is-refused"


@contextmanager
def refusals_on(form: forms.Form) -> Iterator[None]:
    """Turn a refusal of the service called inside into errors of the form; ask `form.is_valid()` afterwards.

    What the service had written is undone. `Forbidden` passes on: it is an answer of its own.
    """
    try:
        with transaction.atomic():
            yield
    except Forbidden:
        raise
    except Faults as refusal:
        # the heading over a form's errors counts them
        for place, fault in refusal.faults.items():
            known = place in form.fields
            form.add_error(place if known else None, str(fault) if known else f"{place}: {fault}")
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


class RefusedRedirect(HttpResponseRedirect):
    """Leads away from a form that did nothing; the same form, sent again, is not taken for done."""


def redirect_refused(request: HttpRequest, url: str, *reasons: str) -> RefusedRedirect:
    """Redirect from a form that did nothing to a page that says why."""
    for reason in reasons:
        messages.error(request, reason)
    return RefusedRedirect(url)


class RefusalMiddleware:
    """Answers a refusal of the domain that a view did not; what the view had written is undone already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return method_not_allowed(request, response)
        if isinstance(response, RefusedRedirect) and is_scripted_form(request):
            refusal_to_script(request, response)
        return say_refused(response) if request.method == "POST" else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """403 for what may be seen but not done, 451 or 410 for a file, 422 for a field that no form has; any other
        refusal goes to the page before."""
        if isinstance(exception, Forbidden):
            raise PermissionDenied(str(exception)) from exception
        if isinstance(exception, Withheld):
            return withheld(request, exception)
        if isinstance(exception, (DamagedFile, ReadRefused)):
            return file_unavailable(request, exception)
        if isinstance(exception, UnlistedFields):
            return unlisted_fields(request, exception)
        if isinstance(exception, DomainError):
            return redirect_refused(request, referring_path(request), str(exception))
        return too_many_requests(request, exception.seconds) if isinstance(exception, TooMany) else None


def say_refused(response: HttpResponseBase) -> HttpResponseBase:
    """Let a page that answers a form tell its scripts of the refusal: not every browser tells them the status."""
    if response.status_code >= 400 and isinstance(response, HttpResponse) and _ANSWERS in response.content:
        response.content = response.content.replace(_ANSWERS, _REFUSED + _ANSWERS, 1)
    return response


def withheld(request: HttpRequest, refusal: Withheld) -> HttpResponse:
    """451 for a file that is being checked, 410 for one that was purged; the answer is not cached."""
    return error_page(request, refusal.status, template="withheld.html", case=refusal.case)


def file_unavailable(request: HttpRequest, refusal: DamagedFile | ReadRefused) -> HttpResponse:
    """503 for a file that is damaged and is being restored, or that the storage does not give now."""
    sha256 = refusal.sha256 if isinstance(refusal, DamagedFile) else ""
    return error_page(
        request, 503, template="file_unavailable.html", retry_after=FILE_RETRY_AFTER, sha256=sha256
    )


def method_not_allowed(request: HttpRequest, response: HttpResponseNotAllowed) -> HttpResponse:
    """An error page for a GET of an address that takes only a form, or a POST to one that takes none."""
    page = error_page(request, 405)
    page["Allow"] = response["Allow"]
    return page


def referring_path(request: HttpRequest) -> str:
    """The path of the page with the form; only of this site."""
    referrer = split_address(request.headers.get("Referer", ""))
    if referrer.netloc == request.get_host() and referrer.path:
        return referrer.path + (f"?{referrer.query}" if referrer.query else "")
    return request.path


def fetching_path(request: HttpRequest) -> str:
    """The path of the public page that fetches a fragment; empty where it names none."""
    return str(split_address(request.headers.get("HX-Current-URL", "")).path)


def fetching_language(request: HttpRequest) -> str:
    """The language of the public page that fetches a fragment; of a page whose address names none, the active one."""
    path = fetching_path(request)
    return translation.get_language_from_path(path) or translation.get_language()


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: it may be seen, but not done by this person; what they typed, perhaps while they still could, is shown.

    Where something else than their rights stands against it, such as that the act is somebody else's now, it says what.
    """
    cause = exception.__cause__
    reason = str(cause) if isinstance(cause, ForbiddenForReason) else ""
    if request.method == "POST":
        return post_without_permission(request, reason)
    return error_page(request, 403, reason=reason)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with the same bytes whether there is nothing or nothing for this reader, as whom they act now.

    It also says which access the reader has lost (`request.lost_access`), whatever page they asked for, and gives back
    what they typed into a form of it.
    """
    del exception
    context: dict[str, Any] = {
        "switch": getattr(request, "switch", ""),
        "lost_access": getattr(request, "lost_access", None),
    }
    # of a form of our own, whose token was checked
    if request.method == "POST" and request.resolver_match is not None and PAGE_PERSON in request.POST:
        return post_to_nothing(request, **context)
    return error_page(request, 404, **context)


def too_many_requests(request: HttpRequest, retry_after: int = TOO_MANY_RETRY_AFTER) -> HttpResponse:
    """429: too many requests, with the time of the next try."""
    again_at = timezone.now() + timedelta(seconds=retry_after)
    return error_page(request, 429, retry_after=retry_after, again_at=again_at)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database is away, 507 when there is no room for what was sent, else 500.

    Whatever was acknowledged before is saved.
    """
    if _database_is_away(sys.exc_info()[1]):
        return unavailable(request)
    if _disk_is_full(sys.exc_info()[1]):
        return error_page(request, 507)
    return error_page(request, 500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, 413 when too much was sent, or 503 when the database went away while the session was being saved."""
    if _database_is_away(exception):
        return unavailable(request)
    if isinstance(exception, RequestDataTooBig):
        return error_page(request, 413)
    if isinstance(exception, TooManyFieldsSent) and request.method == "POST":
        return too_many_fields(request)
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


def _disk_is_full(error: BaseException | None) -> bool:
    """Whether the error is the disk's: large uploads lie in a temporary file while they are received."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    return False


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: what was acknowledged is saved; try again in a moment. After a form it says what became of it."""
    is_form = request.method == "POST"
    may_be_saved = bool(getattr(request, "may_be_saved", False))
    return error_page(
        request, 503, retry_after=DATABASE_RETRY_AFTER, is_form=is_form, may_be_saved=may_be_saved
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was older than the session: explain, and how to go on."""
    del reason
    return error_page(request, 403, template="403_csrf.html")
