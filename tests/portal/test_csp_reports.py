"""Reports of the content security policy: counted and logged by known names alone, junk refused, no database asked."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from portal import csp_reports
from portal.metrics.requests import request_counts

ORIGIN = settings.ORIGIN
URL = "/csp-report"
OLD = {
    "document-uri": f"{ORIGIN}/en/members/aurora/",
    "violated-directive": "script-src-elem",
    "effective-directive": "script-src-elem",
    "blocked-uri": "inline",
    "source-file": f"{ORIGIN}/en/members/aurora/",
}
NEW = {
    "documentURL": f"{ORIGIN}/accounts/invitation/a-key-that-opens/",
    "effectiveDirective": "img-src",
    "blockedURL": "https://evil.example/?alice@aurora.example",
}


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def send(message: Any, content_type: str = "application/csp-report", **headers: str) -> int:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return (
        Client(enforce_csrf_checks=True)
        .post(URL, body, content_type=content_type, headers=headers)
        .status_code
    )


def count(directive: str, blocked: str) -> float:
    return float(request_counts().csp_reports.labels(directive, blocked)._value.get())


def new(*bodies: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "csp-violation", "age": 1, "url": ORIGIN, "body": body} for body in bodies]


def test_a_report_is_counted_without_the_database_and_without_a_session() -> None:
    """No test of this module has a database: a query would fail it."""
    before = count("script-src-elem", "inline")

    assert send({"csp-report": OLD}) == 204
    assert count("script-src-elem", "inline") == before + 1


def test_the_log_names_the_page_and_no_address(caplog: pytest.LogCaptureFixture) -> None:
    assert send(new(NEW), "application/reports+json") == 204

    (line,) = [record.msg for record in caplog.records if "csp_violation" in str(record.msg)]
    fields = {name: line[name] for name in ("directive", "blocked", "page")}
    page = "/accounts/invitation/<str:token>/"
    assert fields == {"directive": "img-src", "blocked": "other address", "page": page}
    assert not {"alice", "opens", "evil"} & set(str(line).replace("-", " ").replace("@", " ").split())


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"blocked-uri": "eval"}, "eval"),
        ({"blocked-uri": "data:text/html,x"}, "data"),
        ({"blocked-uri": "data"}, "data"),
        ({"blocked-uri": f"{ORIGIN}/static/x.js"}, "own address"),
        ({"blocked-uri": "https://evil.example/x.js"}, "other address"),
        ({"blocked-uri": "inline", "source-file": "moz-extension://4c/x.js"}, "extension"),
        ({"blocked-uri": ""}, "other address"),
    ],
)
def test_what_was_stopped_is_one_of_a_few_words(fields: dict[str, str], kind: str) -> None:
    before = count("script-src-elem", kind)

    assert send({"csp-report": OLD | fields}) == 204
    assert count("script-src-elem", kind) == before + 1


@pytest.mark.parametrize(
    "message",
    [
        b"{",
        b"\xff",
        b"[" * 60_000,
        b"null",
        {},
        [],
        "csp-report",
        {"csp-report": None},
        {"csp-report": {**OLD, "effective-directive": "made-up"}},
        {"csp-report": {**OLD, "effective-directive": ["script-src"]}},
        {"csp-report": {**OLD, "document-uri": "https://elsewhere.example/"}},
        {"csp-report": {**OLD, "document-uri": 5}},
        {"csp-report": {**OLD, "document-uri": "http://[/"}},
        [{"type": "deprecation", "body": {}}],
        new(*[NEW] * (csp_reports.MAX_REPORTS + 1)),
    ],
)
def test_junk_is_refused(message: Any) -> None:
    assert send(message) == 400
    assert send(message, "application/reports+json") == 400


def test_other_types_and_large_messages_are_refused() -> None:
    assert send({"csp-report": OLD}, "application/json") == 415
    assert send({"csp-report": OLD}, "text/plain") == 415
    assert send(b"once=0d0fa2b4-6a0f-4b63-9a53-1d7f5a0e6c11", "application/x-www-form-urlencoded") == 415
    assert send(b"x" * (csp_reports.MAX_BYTES + 1)) == 413
    assert Client().get(URL).status_code == 405


def test_reports_are_limited_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = csp_reports.CSP_REPORTS_PER_ADDRESS.tries
    monkeypatch.setattr(
        csp_reports, "_violations", lambda message, hosts: iter([("img-src", "data", "none")])
    )

    assert [send(b"{}") for _ in range(limit + 1)] == [204] * limit + [429]
