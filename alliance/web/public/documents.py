"""A published report as PDF: asked for by a post, built once for everybody, fetched from one address."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from alliance.models import PublishedReport
from alliance.queries.documents import document_for_everybody
from alliance.queries.public.report_editions import ReportEdition, report_edition
from alliance.queries.public.reports import published_report
from alliance.services.documents import public_report_key, request_public_report
from alliance.web.public.answers import page
from portal.kernel import stored_files
from portal.kernel.file_gate import pass_gate
from portal.kernel.models import Document, DocumentState

# Whatever is in the file, a browser runs nothing of it and asks nobody for anything.
_SANDBOX = "default-src 'none'; sandbox"


# The page is the same for everybody, so it carries no token; a forged post could only have built, once, what
# anyone may ask for.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_document(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """Where the PDF is: not asked for, under way, or to be fetched. A post asks for it, or asks again."""
    report, edition = _found(slug, cycle)
    if request.method == "POST":
        request_public_report(edition, _language())
        return redirect("public:report-document", slug, cycle)
    return page(request, "document", _context(report, edition))


@never_cache
@require_safe
def report_document_progress(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """The part of the page that changes while the PDF is built."""
    return render(request, "alliance/public/_document.html", _context(*_found(slug, cycle)))


@require_safe
def report_file(request: HttpRequest, slug: str, cycle: str) -> HttpResponseBase:
    """The PDF of the report as it stands, as a file to keep; leads to the page above while there is none."""
    _report, edition = _found(slug, cycle)
    document = _document(edition)
    if document is None or document.state != DocumentState.READY:
        return _to_the_page(slug, cycle)
    if not stored_files.exists(document.file):
        raise Http404
    pass_gate(document.sha256)  # also for whoever has it already, and only asks whether it still stands
    etag = quote_etag(document.sha256)
    response = get_conditional_response(request, etag=etag) or _file(document)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"  # a later edition has the same address
    return response


def _file(document: Document) -> HttpResponseBase:
    response = FileResponse(
        stored_files.opened(document.file, document.sha256),
        as_attachment=True,
        filename=document.file_name,
        content_type=document.media_type,
    )
    response["Content-Security-Policy"] = _SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _to_the_page(slug: str, cycle: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse("public:report-document", args=[slug, cycle]))
    response["Cache-Control"] = "no-store"
    return response


def _found(slug: str, cycle: str) -> tuple[PublishedReport, ReportEdition]:
    """The report that holds now; a notice in its place has no document."""
    report = published_report(slug, cycle)
    edition = report_edition(slug, cycle)
    if report is None or report.notice or edition is None:
        raise Http404
    return report, edition


def _document(edition: ReportEdition) -> Document | None:
    return document_for_everybody(public_report_key(edition, _language()))


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _context(report: PublishedReport, edition: ReportEdition) -> dict[str, Any]:
    document = _document(edition)
    return {
        "report": report,
        "organisation": report.organisation,
        "cycle": report.cycle,
        "publication": edition.report,
        "document": document,
        "state": document.state if document else "none",
    }
