"""ETags: a read that has not changed answers 304, and a write names the version, or the values, that it changes."""

import hashlib
import json
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _

from portal.kernel.api.problems import Fault, Problem
from portal.kernel.publishing import present_revision
from portal.kernel.text import values_key, whole_number


def etag_of(version: int) -> str:
    """The ETag of an object with a version number."""
    return quote_etag(str(version))


def etag_of_values(values: Mapping[str, object], answer: object) -> str:
    """The ETag of an object without a version number: the key of what a write replaces, then one of all it answers."""
    whole = json.dumps(answer, sort_keys=True, default=str)
    return quote_etag(f"{values_key(values)}-{hashlib.sha256(whole.encode()).hexdigest()[:32]}")


def matched_values(request: HttpRequest) -> str | None:
    """The key of the values that `If-Match` names, for a service to compare; None where a write names none."""
    header = request.headers.get("If-Match", "").strip()
    if header in ("", "*"):
        return None
    return header.removeprefix("W/").strip('"').partition("-")[0]


def public_etag(request: HttpRequest) -> str:
    """The ETag of a public answer, known before it is made: it moves with the public revision. One query."""
    text = f"{present_revision()}:{request.get_full_path()}"
    return quote_etag(hashlib.sha256(text.encode()).hexdigest()[:32])


def matched_version(request: HttpRequest) -> int:
    """The version that `If-Match` names; refuses a write that names none (428) or what is no version (412)."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise Problem("version-needed", errors=[Fault("If-Match", _("This header is missing."))])
    # weak where the answer that named it was compressed
    version = whole_number(header.removeprefix("W/").strip('"'), digits=9)
    if version is None:
        raise Problem("changed")
    return version


def conditional_response(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer to a read with its ETag, or 304 when the client has it already."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    if not isinstance(response, HttpResponse):
        return response
    if not response.has_header("ETag"):
        response["ETag"] = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    if not matches_etag(request, response["ETag"]):
        return response
    known = not_modified(response["ETag"])
    for name, value in response.items():
        if not name.startswith("Content-"):
            known[name] = value
    return known


def matches_etag(request: HttpRequest, etag: str) -> bool:
    """Whether `If-None-Match` names the ETag of what is there, or says that any will do."""
    return names_etag(request, etag) or request.headers.get("If-None-Match", "").strip() == "*"


def names_etag(request: HttpRequest, etag: str) -> bool:
    """Whether `If-None-Match` names this ETag."""
    etags = [etag.removeprefix("W/") for etag in parse_etags(request.headers.get("If-None-Match", ""))]
    return etag in etags


def not_modified(etag: str) -> HttpResponse:
    """304: what the client has is still so."""
    return HttpResponseNotModified(headers={"ETag": etag})
