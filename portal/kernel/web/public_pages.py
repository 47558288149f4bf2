"""Public pages from memory, by their one address: the same bytes for everyone, until the public revision moves.

Those that have to be made are read from a replica, where there is one with that revision. While the primary is away,
the last copies are served, each with the moment up to which it is right; others are read from the replica then, too.
"""

import copy
import gzip
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from threading import Event, Lock
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response

from portal.kernel import clock
from portal.kernel.database import reading_replica, replayed_until
from portal.kernel.publishing import (
    CachedAnswer,
    PageCache,
    PublicRevisionReader,
    cdn_headers,
    read_public_revision,
    rendering_page,
)
from portal.kernel.web.compression import REPRESENTATION_DIGEST, accepts_gzip
from portal.kernel.web.error_pages import request_language
from portal.kernel.web.frames import in_one_piece
from portal.kernel.web.parameters import (
    DeclaredQuery,
    MalformedParameter,
    Parameter,
    canonical_query,
    declared_parameters,
)
from portal.kernel.web.readable import is_readable_query

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_MAIN = (
    b'<main id="main" tabindex="-1">'  # the note about an outage stands before everything else of the page
)
_LONGEST_PATH = 300  # no page has a longer one
_CONDITIONS = {f"HTTP_IF_{name}" for name in ("MATCH", "NONE_MATCH", "MODIFIED_SINCE", "UNMODIFIED_SINCE")}
_WAIT = 10.0  # seconds for which a request waits for another that makes the same page


class PublicAnswers:
    """Answers that are the same for everybody: from memory, or made by one request while the others wait for it."""

    def __init__(self, budget: int, *, is_exact: bool = False) -> None:
        """`is_exact`: right at once after a publication, at the price of a query for each answer."""
        self._revision = PublicRevisionReader(is_exact=is_exact)
        self._cache = PageCache(budget)
        self._lock = Lock()
        self._in_the_making: dict[str, Event] = {}
        self._zone: tzinfo = timezone.get_default_timezone()

    def answer(
        self, request: HttpRequest, key: str, make: GetResponse, *, is_stored: bool = True
    ) -> HttpResponseBase:
        """The answer of this key; `make` makes it where there is none. Raises what `make` raises."""
        try:
            revision = self._revision()
        except (OperationalError, InterfaceError):
            stored = self._cache.get(key, self._revision.last_known)
            return self._outdated(request, stored) if stored else self._make_without_primary(request, make)
        stored = self._cache.get(key, revision)
        if stored is not None:
            return self._respond(request, key, stored, "hit")
        is_maker = self._begin_making(key) if is_stored else False
        try:
            stored = None if is_maker else self._cache.get(key, revision)
            if stored is not None:  # another has made it meanwhile
                return self._respond(request, key, stored, "hit")
            return self._make(request, key, make, revision, is_stored)
        finally:
            if is_maker:
                self._in_the_making.pop(key).set()

    def _begin_making(self, key: str) -> bool:
        """True for the first that asks; the others wait until it has made the answer, or could not."""
        with self._lock:
            others = self._in_the_making.get(key)
            if others is None:
                self._in_the_making[key] = Event()
                return True
        others.wait(_WAIT)
        return False

    def _make(
        self, request: HttpRequest, key: str, make: GetResponse, revision: int, is_stored: bool
    ) -> HttpResponseBase:
        response = self._make_anew(request, make, revision)
        if not is_stored or not _is_for_everybody(response):
            return response
        stored = CachedAnswer.of(revision, response)
        self._cache.put(key, stored)
        with suppress(OperationalError, InterfaceError):
            self._zone = clock.present_zone()
        return self._respond(request, key, stored, "miss", response.content)

    def _make_anew(self, request: HttpRequest, make: GetResponse, revision: int) -> HttpResponseBase:
        """From the replica if it has this revision, so that a page is as right as from the primary however far behind
        the replica is; from the primary otherwise, and where the replica fails."""
        with rendering_page(revision):
            with reading_replica(lambda: read_public_revision() == revision) as is_replica:
                if is_replica:
                    response = make(copy.copy(request))
                    if response.status_code < 500:
                        return response
            return make(request)

    def _make_without_primary(self, request: HttpRequest, make: GetResponse) -> HttpResponseBase:
        """What no copy is kept of, while the primary is away: as the replica has it, with the note that says since when
        nothing newer is known."""
        with reading_replica(
            lambda: read_public_revision() >= 0
        ) as is_replica:  # whichever it has, if it answers
            if not is_replica:
                return make(request)
            revision, since = read_public_revision(), replayed_until()
            with rendering_page(revision):
                response = make(request)
        if not _is_for_everybody(response):
            return response
        return self._outdated(request, CachedAnswer.of(revision, response), since)

    def _respond(
        self, request: HttpRequest, key: str, stored: CachedAnswer, result: str, plain: bytes = b""
    ) -> HttpResponseBase:
        """`plain`: the bytes as they were, where they are at hand."""
        headers = {**stored.headers, "ETag": stored.etag}
        content = stored.compressed
        if accepts_gzip(request):
            headers["Content-Encoding"] = "gzip"
            headers.pop(REPRESENTATION_DIGEST, None)
        else:
            content = plain or self._cache.plain(key, stored)
        headers["Content-Length"] = str(len(content))
        response = HttpResponse(content, headers=headers)
        answer: Any = response
        if not _CONDITIONS.isdisjoint(request.META):
            answer = get_conditional_response(request, etag=stored.etag, response=response) or response
        answer.page_cache = result  # for the metrics
        return answer

    def _outdated(
        self, request: HttpRequest, stored: CachedAnswer, confirmed_at: datetime | None = None
    ) -> HttpResponse:
        """The copy with a note; nobody may keep it, and it has no ETag, so that it is never taken for the page."""
        confirmed_at = confirmed_at or self._revision.confirmed_at or datetime.now(UTC)
        content = gzip.decompress(stored.compressed)
        with translation.override(request_language(request)), timezone.override(self._zone):
            note = render_to_string("base/_outage_note.html", {"at": confirmed_at})
        content = content.replace(_MAIN, _MAIN + note.encode(), 1)
        response = HttpResponse(content, headers=stored.headers)
        if accepts_gzip(request):
            response.content = gzip.compress(content, 1, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
            del response.headers[REPRESENTATION_DIGEST]
        response.headers["Cache-Control"] = "no-store"
        for name in cdn_headers():
            del response.headers[name]
        age = max(0, round((datetime.now(UTC) - confirmed_at).total_seconds()))
        response.headers["Age"] = str(age)
        response.headers["Cache-Status"] = f'portal; hit; ttl=-{age}; detail="the database is away"'
        response.page_cache = "outdated"  # type: ignore[attr-defined]  # for the metrics
        return response


def _is_for_everybody(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Whether the answer may be given to others too: a whole page without a cookie, unless its view says otherwise."""
    control = response.headers.get("Cache-Control", "public")
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.cookies
        and not response.has_header("Content-Encoding")
        and "public" in control
    )


class PublicPageMiddleware:
    """Answers GET under the language prefixes, and of site maps, before sessions are touched.

    Views under these prefixes see nobody but ANYONE, and read no parameter but those that they declare. Only answers
    of 200 that set no cookie are stored; a copy is right until the public revision changes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = in_one_piece(get_response)
        self._prefixes = ("/sitemap", *(f"/{code}/" for code, _ in settings.LANGUAGES))
        self._host = urlsplit(settings.ORIGIN).netloc
        self._answers = PublicAnswers(settings.PAGE_CACHE_BYTES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path, query = request.path_info, request.META.get("QUERY_STRING", "")
        if request.method not in ("GET", "HEAD") or not path.startswith(self._prefixes):
            return self.get_response(request)
        if request.META.get("HTTP_HOST") != self._host:
            request.get_host()  # raises DisallowedHost, from memory as for a page that is made
        if not query:
            return self._answers.answer(request, path, self._make)
        if not is_readable_query(query):
            return self.get_response(request)  # which refuses it
        declared = _declared(path) if len(path) <= _LONGEST_PATH else ()
        try:
            query = canonical_query(declared, query)
        except MalformedParameter:
            request.is_malformed = True  # type: ignore[attr-defined]  # for process_view
            return self.get_response(request)
        request.META["QUERY_STRING"] = query
        is_open = any(each.is_open and f"{each.name}=" in query for each in declared)
        return self._answers.answer(
            request, f"{path}?{query}" if query else path, self._make, is_stored=not is_open
        )

    def _make(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        request.GET = DeclaredQuery(_declared(request.path_info), query)  # type: ignore[assignment]  # also a QueryDict
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """404 for a value that the parameter cannot have."""
        del view, args, kwargs
        if getattr(request, "is_malformed", False):
            raise Http404


@lru_cache(maxsize=2048)
def _declared(path: str) -> tuple[Parameter, ...]:
    """The parameters of the page at this path; none where there is no page."""
    with translation.override(translation.get_language_from_path(path)):
        try:
            return declared_parameters(resolve(path).func)
        except Resolver404:
            return ()
