"""Certificates of members: asked for by a post, built once for everybody."""

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

from alliance.queries.public.certificates import (
    CertificateEdition,
    certificate_editions,
)
from alliance.queries.public.members import member
from alliance.services.public_documents import certificate_key, request_certificate
from alliance.web.public.downloads import (
    Download,
    chosen_download,
    download_response,
    downloads_context,
)
from alliance.web.public.moved_members import redirect_moved_member
from alliance.web.public.responses import public_page
from portal.kernel.text import reader_language


@csrf_exempt  # as with a report: the page carries no token, and anyone may ask for this, once
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@redirect_moved_member
def member_certificate(request: HttpRequest, slug: str) -> HttpResponse:
    """Page of a member's certificates: their state, then the downloads. A post requests one, or retries.

    Where none is in force it redirects to the page of the member, which says why: it is suspended, or has left.
    """
    editions = certificate_editions(slug)
    if not editions:
        return _page_that_says_why(slug)
    if request.method == "POST":
        chosen_download(request, _downloads(slug, editions)).request()
        return redirect("public:member-certificate", slug)
    return public_page(request, "certificate", _context(slug, editions))


@never_cache
@require_safe
@redirect_moved_member
def member_certificate_progress(request: HttpRequest, slug: str) -> HttpResponse:
    """State of a member's certificates, as a fragment for HTMX."""
    return render(request, "alliance/public/_downloads.html", _context(slug, _get_editions(slug)))


@require_safe
@redirect_moved_member
def member_certificate_file(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Download of the certificate of one accession; redirects to the page of certificates while there is none."""
    editions = certificate_editions(slug)
    if not editions:
        return _page_that_says_why(slug)
    downloads = _downloads(slug, editions)
    download = next((row for row in downloads if row.format == str(number)), None)
    if download is None:
        raise Http404
    return download_response(request, download, reverse("public:member-certificate", args=[slug]))


def _page_that_says_why(slug: str) -> HttpResponse:
    """Lead whoever holds a certificate from before to the page of the member; 404 where there is none."""
    if member(slug) is None:
        raise Http404
    return redirect("public:member", slug)


def _get_editions(slug: str) -> list[CertificateEdition]:
    """The accessions in force; without one there is no certificate."""
    editions = certificate_editions(slug)
    if not editions:
        raise Http404
    return editions


def _downloads(slug: str, editions: list[CertificateEdition]) -> list[Download]:
    language = reader_language()
    return [
        Download(
            format=str(edition.publication.number),
            name="PDF",
            label=_("%(title)s, version %(version)d")
            % {"title": edition.accession.charter.title, "version": edition.accession.charter.version},
            key=certificate_key(edition, language),
            url=reverse("public:member-certificate-file", args=[slug, edition.publication.number]),
            request=partial(request_certificate, edition, language),
        )
        for edition in editions
    ]


def _context(slug: str, editions: list[CertificateEdition]) -> dict[str, Any]:
    pages = (reverse(f"public:member-certificate{part}", args=[slug]) for part in ("", "-progress"))
    return {
        "organisation": editions[0].organisation,
        "editions": editions,
        "nav": "public:member-list",
        **downloads_context(_downloads(slug, editions), *pages),
    }
