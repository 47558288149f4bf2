"""Whether a file is of the public record: by its digest, which the browser works out, or by sending the file."""

import hashlib
import re
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from alliance.queries.public.digests import (
    digest_count,
    digests_beginning_with,
    known_digests,
    last_link,
    match_of,
    prefix_length,
    publication_of_link,
)
from alliance.queries.public.record import publication, record_head
from alliance.queries.site import read_site
from alliance.web.limits import VERIFIED_FILES_PER_ADDRESS, spend_per_address
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.responses import json_response, public_page
from alliance.web.public.verification import verification_of
from portal.kernel.files import MAX_DIGESTED, DigestedFile, digests_uploads
from portal.kernel.publishing import broken_publication
from portal.kernel.web import open_text, parameters, refuse_unlisted_fields

MOST_FILES = 20  # at once
_MEGABYTE = 1_000_000
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"(?:no\.?|№)?([1-9][0-9]{0,8})")
_MOST_TYPED = 200
_SAMPLE = "b8c4e1f0"  # how a digest may begin
_NOTHING = hashlib.sha256().hexdigest()  # of an empty file
LISTED_BYTES = 46  # of a digest in the list, compressed: 38 for the digest, the rest for number and name


def _spend_limit(request: HttpRequest) -> None:
    spend_per_address(request, VERIFIED_FILES_PER_ADDRESS)


@digests_uploads(_spend_limit)  # the bytes are read for their digest alone, and never stored
@csrf_exempt  # the page is the same for everybody and carries no token; nothing is written
@require_http_methods(["GET", "HEAD", "POST"])
@parameters(open_text("digest", _MOST_TYPED))
def verify_form(request: HttpRequest) -> HttpResponse:
    """Form that takes files, a digest or the number of a publication; files that are sent are read and thrown away."""
    if request.method == "POST":
        return _verify_files(request)
    typed = "".join(request.GET.get("digest", "").split()).lower()
    digest, number = typed.removeprefix("sha256:"), _NUMBER.fullmatch(typed)
    if _DIGEST.fullmatch(digest):
        return redirect("public:verify", digest)
    if number and publication(int(number[1])) is not None:
        return redirect("public:publication", int(number[1]))
    return _page(request, typed=request.GET.get("digest", ""), missing=int(number[1]) if number else None)


@require_safe
def verify(request: HttpRequest, digest: str) -> HttpResponse:
    """What was published or made with this digest, and whether it still holds, or which link of the chain it is."""
    return _page(request, results=[_result("", digest.lower())])


@require_safe
def verify_receipt(request: HttpRequest, digest: str) -> HttpResponse:
    """Receipt of a check as a text file, to be kept or printed; 404 for a digest that is not known."""
    del request
    match = match_of(digest.lower())
    head = record_head()
    if match is None or head is None:
        raise Http404
    receipt = render_to_string(
        "alliance/public/receipt.txt",
        {
            "verification": verification_of(match),
            "site": read_site(),
            "head": head,
            "address": settings.ORIGIN + reverse("public:verify", args=[match.sha256]),
            "chain_address": settings.ORIGIN + reverse("public:publication-chain"),
        },
    )
    # one digest, one name; some of its digits are enough to tell receipts apart
    response = HttpResponse(receipt, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipt-{match.sha256[:12]}.txt"'
    return response


@open_to_other_sites
def verify_digests(request: HttpRequest, prefix: str) -> HttpResponse:
    """JSON of all known digests that begin with these few characters: whoever asks names no file.

    404 for fewer than the page asks for: they would have too many. One fewer is what a page asks for that was made
    before the record grew.
    """
    del request
    if len(prefix) < prefix_length() - 1:
        raise Http404
    head = record_head()
    return json_response(
        {
            "prefix": prefix,
            "as_of": head.number if head else 0,
            "digests": {
                match.sha256: verification_of(match).as_json() for match in digests_beginning_with(prefix)
            },
        }
    )


@open_to_other_sites
def verify_list(request: HttpRequest) -> HttpResponse:
    """All known digests as lines of text, with number and name of the file: to check without a connection."""
    del request
    head = record_head()
    lines = [f"# as of publication No.\t{head.number if head else 0}\n"]
    # one line each, whatever a file is called
    lines += (f"{digest}\t{number}\t{' '.join(name.split())}\n" for digest, number, name in known_digests())
    return HttpResponse("".join(lines), content_type="text/plain; charset=utf-8")


def _verify_files(request: HttpRequest) -> HttpResponse:
    """The answers for files that were sent: one has an address of its own, several are listed."""
    refuse_unlisted_fields(request.POST, ())
    files = request.FILES.getlist("file")
    digested = [file for file in files[:MOST_FILES] if isinstance(file, DigestedFile)]
    if not digested:
        return _page(request, status=422, error=_("Choose a file."))
    if len(digested) == 1 and digested[0].sha256:
        return redirect("public:verify", digested[0].sha256)
    results = [_result(file.name or "", file.sha256) for file in digested]
    return _page(request, results=results, has_too_many=len(files) > MOST_FILES)


def _result(name: str, digest: str) -> dict[str, Any]:
    """One answer: of a file that was too large to be read there is none.

    What is of no file may be a link of the chain that somebody has kept.
    """
    match = match_of(digest) if digest else None
    return {
        "name": name,
        "digest": digest,
        "is_too_large": not digest,
        "is_empty": digest == _NOTHING and match is None,
        "verification": verification_of(match) if match else None,
        "chained": publication_of_link(digest) if digest and match is None else None,
    }


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    count, length = digest_count(), prefix_length()
    shared: dict[str, Any] = {
        "results": [],
        "typed": "",
        "missing": None,
        "error": "",
        "has_too_many": False,
        "most_megabytes": MAX_DIGESTED // _MEGABYTE,
        "most_files": MOST_FILES,
        "prefix_length": length,
        "prefix_zeros": "0" * length,
        "prefix_sample": _SAMPLE[:length],
        "one_in": 16**length,
        "digest_count": count,
        "list_bytes": count * LISTED_BYTES,
        "last": last_link(),
        "broken": broken_publication(),
        "nav": "public:publication-list",
    }
    response = public_page(request, "verify", shared | context)
    response.status_code = status
    return response
