"""The log: of a request its page, of an error where it happened; never an address or a text."""

import re
import traceback
import uuid
from collections.abc import Iterator
from functools import lru_cache
from types import TracebackType
from typing import Any, cast

import structlog
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_metadata
from structlog.typing import EventDict, Processor

NO_ROUTE = "(no such page)"
_ARGUMENT = re.compile(r"<(?:[a-z0-9_]+:)?([a-z0-9_]+)>")
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_ADDRESS = re.compile(r"(https?://[^/\s]+)/\S*")


class RequestLogMiddleware(RequestMiddleware):
    """One line when a request comes and one when it is answered; the answer names the request.

    `request.request_id` is shown on error pages, so that the log entry can be found.
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
        return f"{request.method} {route_of(request.path_info)}"


def request_id_of(request: HttpRequest) -> str:
    """The proxy's name for the request when there is a proxy to be believed and it is a name; else a new one."""
    request_id = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
    return request_id if _REQUEST_ID.fullmatch(request_id) else uuid.uuid4().hex


@receiver(bind_extra_request_metadata)
def _without_browser(log_kwargs: dict[str, object], **_: object) -> None:
    """Leave the user agent out: it may be anything, and identifies its owner."""
    log_kwargs.pop("user_agent", None)


# asked two to five times of each request, one after the other
@lru_cache(maxsize=64)
def route_of(path: str) -> str:
    """The route of an address, with its numbers filled in: `/documents/42/`."""
    with translation.override(translation.get_language_from_path(path)):
        try:
            match = resolve(path)
        except Resolver404:
            return NO_ROUTE
    numbers = {name: value for name, value in match.kwargs.items() if isinstance(value, int)}
    return "/" + _ARGUMENT.sub(lambda argument: str(numbers.get(argument[1], argument[0])), match.route)


def without_addresses(logger: object, name: str, event: EventDict) -> EventDict:
    """Django's own lines on a request (not found, forbidden, failed) name the page instead of the address."""
    del logger, name
    request: Any = getattr(event.get("_record"), "request", None)
    path = str(getattr(request, "path", ""))
    text = _ADDRESS.sub(r"\1/…", str(event.get("event", "")))
    for spelling in (path, path.encode("unicode_escape").decode("ascii")):
        if len(spelling) > 1:
            text = text.replace(spelling, route_of(request.path_info))
    event["event"] = text
    return event


def traceback_without_messages(
    exc_info: tuple[type[BaseException], BaseException, TracebackType | None],
) -> str:
    """The frames and the class of the error and of those before it, the first one first.

    Messages stay out: databases and mail servers quote the very texts and addresses that they refuse.
    """
    tracebacks = []
    for error in _causes_of(exc_info[1]):
        frames = "".join(traceback.format_tb(error.__traceback__))
        tracebacks.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}\n")
    return "Then:\n".join(reversed(tracebacks))


def _causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what caused it or what it came up in."""
    visited: set[int] = set()
    while error is not None and id(error) not in visited:
        visited.add(id(error))
        yield error
        hidden = error.__suppress_context__ or error.__cause__ is not None
        error = error.__cause__ if hidden else error.__context__


# --- What the settings say ------------------------------------------------------------------------


def logging_settings(level: str) -> dict[str, Any]:
    """`LOGGING`: one JSON line for each entry, of structlog and of everybody else alike. Sets structlog up for it."""
    processors: list[Processor] = [
        without_addresses,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(traceback_without_messages),
    ]
    structlog.configure(
        processors=[*processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
        "foreign_pre_chain": processors,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
    }
