"""What the web server counts of requests: by the name of the page, never by its address."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

NO_ROUTE = "none"
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30)


class RequestCounts:
    """The counts of this process; the client library keeps those of each process in files of its own.

    Files of processes that have ended are removed, so that every start of the web server begins at zero.
    """

    def __init__(self) -> None:
        # on a new machine nobody has made the data folder
        for folder in (settings.DATA_DIR, settings.METRICS_DIR.parent, settings.METRICS_DIR):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, _pid in _files_of_ended_processes():
            path.unlink(missing_ok=True)
        registry = CollectorRegistry()
        labels = ("route", "method", "status")
        self.seconds = Histogram(
            "portal_request_duration_seconds", "Time until the answer, by page, method and class of status.",
            labels, buckets=_BUCKETS, registry=registry,
        )  # fmt: skip
        self.in_flight = Gauge(
            "portal_requests_in_flight", "Requests that are being answered now.",
            multiprocess_mode="livesum", registry=registry,
        )  # fmt: skip
        self.page_cache = Counter(
            "portal_page_cache_requests", "Public pages asked for, by whether the process had a copy.",
            ("result",), registry=registry,
        )  # fmt: skip
        self.csp_reports = Counter(
            "portal_csp_reports", "What browsers stopped by the content security policy, as they reported it.",
            ("directive", "blocked"), registry=registry,
        )  # fmt: skip
        self.csp_reports_refused = Counter(
            "portal_csp_reports_refused", "Messages to the address of these reports that were none, or too many.",
            ("reason",), registry=registry,
        )  # fmt: skip
        self.csp_reports.labels(
            "script-src-elem", "inline"
        )  # there before the first, so that its increase is one


def registry_of_all_processes() -> CollectorRegistry:
    """The counts of all processes since the web server started, without the requests that died with a process."""
    for _path, pid in _files_of_ended_processes():
        with suppress(FileNotFoundError):  # somebody else asks at this moment too
            mark_process_dead(pid)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry


def _files_of_ended_processes() -> Iterator[tuple[Path, int]]:
    for path in settings.METRICS_DIR.glob("*_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            yield path, pid
        except PermissionError:  # it lives, as another user
            continue


@cache
def request_counts() -> RequestCounts:
    """Made when the web server starts; no other process counts requests."""
    return RequestCounts()


class MetricsMiddleware:
    """Counts every request and how long it took; the outermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._counts = request_counts()
        # the same few labels again and again: the library looks each set of them up under a lock
        self._seconds = lru_cache(maxsize=4096)(self._counts.seconds.labels)
        self._page_cache = lru_cache(maxsize=8)(self._counts.page_cache.labels)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        with self._counts.in_flight.track_inprogress():
            response = self.get_response(request)
        method = request.method if request.method in _METHODS else "other"
        labels = (route_of(request), method, f"{response.status_code // 100}xx")
        self._seconds(*labels).observe(time.perf_counter() - began)
        result = getattr(response, "page_cache", "")
        if result:
            self._page_cache(result).inc()
        return response


def route_of(request: HttpRequest) -> str:
    """The name of the page, as in templates; one name for all that does not exist."""
    match = request.resolver_match
    return (match.view_name or NO_ROUTE) if match else _resolve_route(request.path_info)


@lru_cache(maxsize=2048)
def _resolve_route(path: str) -> str:
    """For what was answered before a view was chosen: copies of public pages above all."""
    try:
        return resolve(path).view_name or NO_ROUTE
    except Resolver404:
        return NO_ROUTE
