"""Requests with text that no database stores and no page shows: NUL, lone surrogates, bytes that are not UTF-8.

Refused before anything reads them, wherever they stand: the path, the query, a form, a header. Bodies of the API are
the business of its own parser.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest
from django.http import HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase

from portal.kernel.text import is_storable
from portal.kernel.web.refusals import bad_request

_FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
_ENCODINGS = {"", "utf-8", "utf8", "us-ascii"}


class ReadableRequestMiddleware:
    """400 for a request that contains unreadable text; a cookie that does is as if it had not been sent.

    400 also for a form that breaks off or comes too slowly: it is read here, before anybody else looks into it, and
    nothing of its files is kept.

    In what is typed a line end is one character, as in the browser, and not the two in which it is sent: a text that is
    as long as its field takes is not too long for the server.

    A browser sends its cookies everywhere: refusing them would lock somebody out whose cookie another site of the
    same domain has planted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_readable(request):
            return bad_request(request, BadRequest("unreadable text"))
        if _has_form(request) and not _is_whole(request):
            return bad_request(request, BadRequest("unreadable form"))
        if _has_form(request):
            _unify_line_ends(request)
        if "\\" in request.META.get("HTTP_COOKIE", ""):  # `\000` in quotes is NUL
            request.COOKIES = {name: value for name, value in request.COOKIES.items() if is_storable(value)}
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """400 for a form with such a field or name of a file."""
        del view, args, kwargs
        if not _has_form(request) or all(map(is_storable, _form_texts(request))):
            return None
        return bad_request(request, BadRequest("unreadable form"))


def is_readable_query(query: str) -> bool:
    """Whether every name and value of a query is storable text in UTF-8."""
    if "%" not in query and query.isascii():
        return "\0" not in query
    try:
        return "\0" not in unquote_to_bytes(query.encode("latin-1")).decode()
    except UnicodeError:
        return False


def _is_readable(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    return (
        "\0" not in request.path_info
        and (not query or is_readable_query(query))
        and (request.content_params or {}).get("charset", "").lower() in _ENCODINGS
        and not any("\0" in value for name, value in request.META.items() if name.startswith("HTTP_"))
    )


def _has_form(request: HttpRequest) -> bool:
    return request.method == "POST" and request.content_type in _FORM_TYPES


def _is_whole(request: HttpRequest) -> bool:
    """Read the form. A file that was on its way when that failed is removed: Django leaves it to chance when."""
    try:
        request.POST  # noqa: B018 - reads it
    except Exception as failure:
        for handler in request.upload_handlers:
            handler.upload_interrupted()
        if isinstance(failure, UnreadablePostError):
            return False
        raise
    return True


def _unify_line_ends(request: HttpRequest) -> None:
    """Write every line end of what was typed as one character."""
    if not any("\r\n" in value for _name, values in request.POST.lists() for value in values):
        return
    form = request.POST.copy()
    for name, values in request.POST.lists():
        form.setlist(name, [value.replace("\r\n", "\n") for value in values])
    form._mutable = False
    request.POST = form  # type: ignore[assignment]  # immutable, as the one before


def _form_texts(request: HttpRequest) -> Iterator[str]:
    for name, values in request.POST.lists():
        yield name
        yield from values
    for name, files in request.FILES.lists():
        yield name
        yield from (file.name or "" for file in files)
