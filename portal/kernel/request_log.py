"""What the log says of a request: which page it was for, never its whole address.

An address may let somebody in (the link of a letter), or hold what a person typed; its route says as much to
whoever runs the portal.
"""

import re
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from django_structlog.middlewares import RequestMiddleware
from structlog.typing import EventDict

NO_PAGE = "(no such page)"
_ARGUMENT = re.compile(r"<(?:[a-z0-9_]+:)?([a-z0-9_]+)>")
_ADDRESS = re.compile(r"(https?://[^/\s]+)/\S*")


class RequestLogMiddleware(RequestMiddleware):
    """One line when a request comes and one when it is answered."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {page_of(request.path_info)}"


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
