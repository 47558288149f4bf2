"""Traces by OpenTelemetry: one span for each request, where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector.

An extra: its packages are those of requirements-otel.lock. The ready-made instrumentation of Django writes addresses,
queries and browsers into its spans; this one says what the log says of a request: method, page, status, how long, and
the number by which it is found in the log. Headers of the request are not read: nobody outside chooses what is traced.
"""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal import __version__
from portal.logs import route_of

try:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
except ImportError:
    raise ImproperlyConfigured(
        "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: "
        "pip install --require-hashes -r requirements-otel.lock"
    ) from None

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class TracingMiddleware:
    """Makes the span of each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        method = request.method if request.method in _METHODS else "other"
        # nothing of an exception: its message may quote what somebody typed
        with _tracer().start_as_current_span(
            str(method), kind=SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            response = self.get_response(request)
            route = route_of(request.path_info)
            span.update_name(f"{method} {route}")
            span.set_attributes(
                {
                    "http.request.method": str(method),
                    "http.route": route,
                    "http.response.status_code": response.status_code,
                    "portal.request_id": str(getattr(request, "request_id", "")),
                }
            )
            if response.status_code >= 500:
                span.set_status(Status(StatusCode.ERROR))
        return response


@cache
def provider() -> TracerProvider:
    """Made at the first request of a process, for its thread that sends would not survive a fork.

    The endpoint, its headers, what share is traced: OpenTelemetry reads them from variables of its own.
    """
    resource = Resource.create({"service.name": settings.OTEL_SERVICE_NAME, "service.version": __version__})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=_traces_address())))
    return provider


def _traces_address() -> str:
    return f"{settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip('/')}/v1/traces"


@cache
def _tracer() -> Tracer:
    return provider().get_tracer("portal", __version__)
