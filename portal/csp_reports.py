"""What browsers report of the content security policy: counted and logged, without a session and without the database.

A report says that a page tried what the policy forbids: a text that became markup, an extension, a fault of ours.
Anybody may send one, so its words are not believed: they only choose among names that we know.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from alliance.web.limits import CSP_REPORTS_IN_ALL, CSP_REPORTS_PER_ADDRESS, spend_per_address
from portal.kernel.limits import TooMany, spend
from portal.logs import NO_ROUTE, route_of
from portal.metrics.requests import request_counts

MAX_BYTES = 64 * 1024
MAX_REPORTS = 20  # in one message
# `report-uri`, which every browser sends at once; `report-to`, which collects
_CSP_REPORT, _REPORTS = "application/csp-report", "application/reports+json"
# What is inside a source list is checked as `script-src-elem`, `style-src-attr` and so on.
_DIRECTIVES = frozenset(
    f"{name}{part}"
    for name in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    for part in ("", "-elem", "-attr")
)
_KEYWORDS = ("inline", "eval", "wasm-eval", "trusted-types-policy", "trusted-types-sink", "data", "blob")
_EXTENSIONS = ("chrome-extension", "moz-extension", "safari-extension", "safari-web-extension")

log = structlog.get_logger(__name__)


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Takes reports of the content security policy from browsers; refuses what is none, too large or too often."""
    if request.content_type not in (_CSP_REPORT, _REPORTS):
        return _refuse("other_type", 415)
    try:
        spend_per_address(request, CSP_REPORTS_PER_ADDRESS)
        spend("", CSP_REPORTS_IN_ALL)
    except TooMany as refusal:
        return _refuse("too_many", 429, {"Retry-After": str(refusal.seconds)})
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return _refuse("too_large", 413)
    try:
        violations = list(_violations(json.loads(body), _own_hosts(request)))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError, DisallowedHost):
        return _refuse("unreadable", 400)
    if not violations or len(violations) > MAX_REPORTS:
        return _refuse("unreadable", 400)
    for directive, blocked, page in violations:
        request_counts().csp_reports.labels(directive, blocked).inc()
        log.warning("csp_violation", directive=directive, blocked=blocked, page=page)
    return HttpResponse(status=204)


def _refuse(reason: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    request_counts().csp_reports_refused.labels(reason).inc()
    return HttpResponse(status=status, headers=headers)


def _own_hosts(request: HttpRequest) -> set[str]:
    return {urlsplit(settings.ORIGIN).netloc, request.get_host()}


def _violations(message: Any, hosts: set[str]) -> Iterator[tuple[str, str, str]]:
    """Directive, what was stopped, the page's route; raises ValueError for a report about no page of ours."""
    if isinstance(message, dict):
        fields = message["csp-report"]
        names = ("effective-directive", "blocked-uri", "document-uri", "source-file")
        directive = fields.get(names[0]) or fields["violated-directive"].split(" ")[0]
        yield _violation(directive, fields[names[1]], fields[names[2]], fields.get(names[3]), hosts)
        return
    for report in message:
        if report["type"] == "csp-violation":
            body = report["body"]
            source = body.get("sourceFile")
            yield _violation(
                body["effectiveDirective"], body["blockedURL"], body["documentURL"], source, hosts
            )


def _violation(
    directive: str, blocked: str, document: str, source: str | None, hosts: set[str]
) -> tuple[str, str, str]:
    address = urlsplit(document)
    if directive not in _DIRECTIVES or address.netloc not in hosts:
        raise ValueError(directive)
    page = route_of(address.path)
    return directive, _kind_of(blocked, source or "", hosts), page if page != NO_ROUTE else "none"


def _kind_of(blocked: str, source: str, hosts: set[str]) -> str:
    """What was stopped, in one of a few words: an address may hold anything, and is not kept."""
    if urlsplit(source).scheme in _EXTENSIONS or urlsplit(blocked).scheme in _EXTENSIONS:
        return "extension"
    if blocked in _KEYWORDS:
        return blocked
    parts = urlsplit(blocked)
    if parts.scheme in _KEYWORDS:
        return parts.scheme
    return "own address" if parts.netloc in hosts else "other address"
