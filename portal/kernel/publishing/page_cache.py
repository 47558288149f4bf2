"""Public pages from memory: the same bytes for everyone, until the public revision moves."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from portal.kernel.publishing.process_cache import rendering_page
from portal.kernel.publishing.revision import PublicRevisionReader

_MAX_PAGES = 2000
_MAX_PAGE_SIZE = 1024 * 1024
_HEADERS_LEFT_OUT = {"Vary", "X-Request-ID", "Content-Length"}

GetResponse = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class _Page:
    revision: int
    content: bytes
    etag: str
    headers: dict[str, str]


class PublicPageMiddleware:
    """Answers GET under the language prefixes from a process-local copy, before sessions are touched.

    Views under these prefixes see nobody but ANYONE, so one copy serves everyone. Only 200 answers that set
    no cookie are kept; the copy is valid until the public revision changes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._prefixes = tuple(f"/{code}/" for code, _ in settings.LANGUAGES)
        self._revision = PublicRevisionReader()
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or not request.path_info.startswith(self._prefixes):
            return self.get_response(request)
        revision = self._revision()
        key = request.get_full_path()
        page = self._pages.get(key)
        result = "hit"
        if page is None or page.revision != revision:
            result = "miss"
            with rendering_page(revision):
                response = self.get_response(request)
            page = self._store(key, revision, response)
            if page is None:
                return response
        response = HttpResponse(page.content, headers=page.headers)
        answer = get_conditional_response(request, etag=page.etag, response=response) or response
        answer.page_cache = result  # type: ignore[attr-defined]  # for the metrics
        return answer

    def _store(self, key: str, revision: int, response: HttpResponseBase) -> _Page | None:
        if response.status_code != 200 or response.streaming or response.cookies:
            return None
        if not isinstance(response, HttpResponse) or len(response.content) > _MAX_PAGE_SIZE:
            return None
        if response.has_header("Cache-Control"):  # the view has its own mind
            return None
        etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
        headers = {
            **{name: value for name, value in response.items() if name not in _HEADERS_LEFT_OUT},
            "ETag": etag,
            "Cache-Control": "public, max-age=0, must-revalidate",
            "Content-Length": str(len(response.content)),
        }
        page = _Page(revision, response.content, etag, headers)
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > _MAX_PAGES:
                self._pages.popitem(last=False)
        return page
