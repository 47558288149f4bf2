"""A charter version: what changed since the one before, who stands by it; and the changes as a file."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from alliance.models import Charter
from alliance.queries.charter_versions import texts_compared
from alliance.queries.public.charter_editions import (
    CharterEdition,
    charter_edition,
    public_charter,
    public_versions,
)
from alliance.queries.public.charter_signatures import signatures_under
from alliance.queries.public.record import current_publication_head
from alliance.services.public_documents import public_difference_key, request_public_difference
from alliance.web.public.downloads import Download, chosen_download, download_response, downloads_context
from alliance.web.public.responses import public_page
from portal.kernel.access import ANYONE
from portal.kernel.text import reader_language
from portal.kernel.web import PAGE, paginate_or_404, parameters


@require_safe
@parameters(PAGE)
def charter(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One charter version: what changed since the one before, which members stand by it and which by an earlier one."""
    row = _get_charter(key, version)
    signed, earlier = signatures_under(row)
    page = paginate_or_404(signed, request)
    context = {
        "charter": row,
        "versions": public_versions(key),
        "publication": current_publication_head("charter", f"{key}/{version}"),
        "signatures": current_publication_head("signatures", f"{key}/{version}"),
        "comparison": texts_compared(ANYONE, row),
        "page": page,
        "signed_count": len(signed),
        "earlier": earlier,
        "nav": "public:commitment-list",
    }
    return public_page(request, "charter", context)


@csrf_exempt  # as with a report: the page carries no token, and anyone may ask for this, once
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def charter_document(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Page of the file with the changes of a version: its state, then the download. A post requests it, or retries."""
    edition = _get_edition(key, version)
    if request.method == "POST":
        chosen_download(request, _downloads(edition)).request()
        return redirect("public:charter-document", key, version)
    return public_page(request, "charter_document", _context(edition))


@never_cache
@require_safe
def charter_document_progress(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """State of that file, as a fragment for HTMX."""
    return render(request, "alliance/public/_downloads.html", _context(_get_edition(key, version)))


@require_safe
def charter_file(request: HttpRequest, key: str, version: int) -> HttpResponseBase:
    """Download of the changes of a version as PDF; redirects to the page of the file while there is none."""
    (download,) = _downloads(_get_edition(key, version))
    return download_response(request, download, reverse("public:charter-document", args=[key, version]))


def _get_charter(key: str, version: int) -> Charter:
    row = public_charter(key, version)
    if row is None:
        raise Http404
    return row


def _get_edition(key: str, version: int) -> CharterEdition:
    """The version beside the one before it; a first version has no changes."""
    edition = charter_edition(_get_charter(key, version))
    if edition is None:
        raise Http404
    return edition


def _downloads(edition: CharterEdition) -> list[Download]:
    language = reader_language()
    values = {"earlier": edition.earlier.version, "later": edition.charter.version}
    return [
        Download(
            format="pdf",
            name="PDF",
            label=_("Changes side by side, and what becomes of the series of figures; for print (PDF/UA-1)."),
            title=_("Changes from version %(earlier)s to version %(later)s") % values,
            key=public_difference_key(edition, language),
            url=reverse("public:charter-file", args=[edition.charter.key, edition.charter.version]),
            request=partial(request_public_difference, edition, language),
        )
    ]


def _context(edition: CharterEdition) -> dict[str, Any]:
    address = [edition.charter.key, edition.charter.version]
    pages = (reverse(f"public:charter-document{part}", args=address) for part in ("", "-progress"))
    return {
        "charter": edition.charter,
        "edition": edition,
        "nav": "public:commitment-list",
        **downloads_context(_downloads(edition), *pages),
    }
