"""Answers compressed for those who take gzip: pages, tables and JSON, but no files of people and no secrets.

Pages of people repeat what a request said, beside tokens; whoever can make a browser ask and see the lengths could
guess the tokens letter by letter (BREACH). Tokens of forms are masked anew in each answer, and Django adds up to a
hundred random bytes to each, so that lengths say little. Pages that nobody may store (`no-store`: those of second
factors, which show their secrets) are not compressed at all.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

_TYPES = (
    "text/", "application/json", "application/problem+json", "application/atom+xml", "application/xml",
    "image/svg+xml", "application/vnd.oai.openapi",
)  # fmt: skip
REPRESENTATION_DIGEST = "Repr-Digest"  # of the bytes as they are sent: compressed ones have another
_REFUSED = re.compile(r"\bgzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


def accepts_gzip(request: HttpRequest) -> bool:
    """Whether the reader takes gzip."""
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and _REFUSED.search(accepted) is None


class CompressionMiddleware:
    """Compress what is text, unless it came from the cache of public pages, which has done it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._compress: Any = GZipMiddleware(get_response).process_response

    def __call__(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        if hasattr(response, "page_cache") or not _may_be_compressed(request, response):
            return response
        if accepts_gzip(request):
            response = self._compress(request, response)
            if response.has_header("Content-Encoding"):
                del response[REPRESENTATION_DIGEST]
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        return response


def _may_be_compressed(request: HttpRequest, response: HttpResponseBase) -> bool:
    media_type = response.headers.get("Content-Type", "")
    if response.status_code in (204, 206, 304) or not media_type.startswith(_TYPES):
        return False
    if isinstance(response, FileResponse):
        # what people uploaded is sent as it is, with its length; our own style sheets are not theirs
        return request.path_info.startswith(settings.STATIC_URL)
    return not (
        media_type.startswith("text/html") and "no-store" in response.headers.get("Cache-Control", "")
    )
