"""What the log says of a request: which page it was for, never its whole address.

An address may let somebody in (the link of a letter), or hold what a person typed; its route says as much to
whoever runs the portal.
"""

import re
import uuid
from typing import Any, cast

from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_metadata
from structlog.typing import EventDict

NO_PAGE = "(no such page)"
_ARGUMENT = re.compile(r"<(?:[a-z0-9_]+:)?([a-z0-9_]+)>")
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_ADDRESS = re.compile(r"(https?://[^/\s]+)/\S*")


class RequestLogMiddleware(RequestMiddleware):
    """One line when a request comes and one when it is answered; the answer names the request.

    `request.request_id` is for pages of errors: whoever tells of one can be helped.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request_id_of(request)
        request.request_id = name  # type: ignore[attr-defined]  # for pages of errors
        request.META["HTTP_X_REQUEST_ID"] = (
            name  # the base class reads it from the headers, which are made anew
        )
        request.__dict__.pop("headers", None)
        response = cast(HttpResponse, super().__call__(request))  # no page here is made asynchronously
        response.headers["X-Request-ID"] = name
        return response

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {page_of(request.path_info)}"


def request_id_of(request: HttpRequest) -> str:
    """The proxy's name for the request when there is a proxy to be believed and it is a name; else a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


@receiver(bind_extra_request_metadata)
def _without_browser(log_kwargs: dict[str, object], **_: object) -> None:
    """What a browser says of itself may be anything, and points at its owner."""
    log_kwargs.pop("user_agent", None)


def page_of(path: str) -> str:
    """The route of an address, with its numbers filled in: `/documents/42/`."""
    with translation.override(translation.get_language_from_path(path)):
        try:
            match = resolve(path)
        except Resolver404:
            return NO_PAGE
    numbers = {name: value for name, value in match.kwargs.items() if isinstance(value, int)}
    return "/" + _ARGUMENT.sub(lambda found: str(numbers.get(found[1], found[0])), match.route)


def without_addresses(logger: object, name: str, line: EventDict) -> EventDict:
    """Django's own lines on a request (not found, forbidden, failed) name the page instead of the address."""
    del logger, name
    request: Any = getattr(line.get("_record"), "request", None)
    path = str(getattr(request, "path", ""))
    text = _ADDRESS.sub(r"\1/…", str(line.get("event", "")))
    for written in (path, path.encode("unicode_escape").decode("ascii")):
        if len(written) > 1:
            text = text.replace(written, page_of(request.path_info))
    line["event"] = text
    return line
