"""Traces: off by default; with a collector, a span for each request that says what the log says, and no more."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from portal.local.environment import ROOT

_ASK = """
import sys
import django
django.setup()
from django.test import Client
from portal import tracing
client = Client(headers={"User-Agent": "canary-browser", "traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01"})
client.get("/health/live")
client.get("/anna@example.org/canary-path?canary-query=canary-value")
client.post("/accounts/login/", {"login": "canary@example.org", "password": "canary-password"})
tracing.provider().force_flush()
"""


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector that takes everything: its address, and what has come."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", bodies
        server.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_span_says_what_the_log_says_and_no_more() -> None:
    with collector() as (address, bodies):
        done = subprocess.run(
            [sys.executable, "-c", _ASK],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "OTEL_EXPORTER_OTLP_ENDPOINT": address},
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"canary" not in b"".join(bodies)
    assert b"anna@" not in b"".join(bodies)

    (resource,) = (
        each for body in bodies for each in ExportTraceServiceRequest.FromString(body).resource_spans
    )
    names = {entry.key: entry.value.string_value for entry in resource.resource.attributes}
    assert names["service.name"] == "portal"
    spans = [span for scope in resource.scope_spans for span in scope.spans]
    assert [span.name for span in spans] == [
        "GET /health/live",
        "GET (no such page)",
        "POST /accounts/login/",
    ]
    log = [json.loads(line) for line in done.stderr.splitlines() if '"request_finished"' in line]
    for span, line in zip(spans, log, strict=True):
        facts = {entry.key: entry.value.string_value or entry.value.int_value for entry in span.attributes}
        assert facts.keys() == {
            "http.request.method", "http.route", "http.response.status_code", "portal.request_id",
        }  # fmt: skip
        assert (facts["portal.request_id"], facts["http.response.status_code"]) == (
            line["request_id"],
            line["code"],
        )
        assert span.end_time_unix_nano > span.start_time_unix_nano
        assert (span.trace_id.hex(), span.events, span.parent_span_id) != ("a" * 32, [], b"")
        assert span.trace_id.hex() != "a" * 32, "who asks does not choose the trace"


def test_without_a_collector_nothing_is_sent() -> None:
    """Other libraries may look for OpenTelemetry by themselves; ours is not loaded, and nothing that sends."""
    assert "portal.tracing.TracingMiddleware" not in settings.MIDDLEWARE
    words = (
        "import sys, django; django.setup()\n"
        "from django.test import Client; Client().get('/health/live')\n"
        "names = ('portal.tracing', 'opentelemetry.exporter')\n"
        "print([name for name in sys.modules if name.startswith(names)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "[]\n", done.stderr


def test_a_collector_without_the_packages_is_refused_with_a_sentence() -> None:
    words = (
        "import sys; sys.modules['opentelemetry.sdk.trace'] = None\nimport portal.settings, portal.tracing"
    )
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "requirements-otel.lock" in done.stderr.splitlines()[-1]
