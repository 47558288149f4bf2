"""A published report as files: asked for by a post, built once for everybody, each fetched from one address."""

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

from alliance.models import PublishedReport
from alliance.queries.public.report_editions import ReportEdition, report_edition
from alliance.queries.public.reports import published_report
from alliance.services.public_documents import public_report_key, request_public_report
from alliance.web.public.downloads import (
    Download,
    chosen_download,
    download_response,
    downloads_context,
)
from alliance.web.public.moved_members import redirect_moved_member
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.publication_files import gone_when_withdrawn
from alliance.web.public.responses import public_page
from portal.kernel.text import reader_language


# The page is the same for everybody, so it carries no token; a forged post could only have built, once, what
# anyone may ask for.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@redirect_moved_member
@gone_when_withdrawn
def report_document(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """Page of a report's files: their state, then the downloads. A post requests one, or retries."""
    report, edition = _get_edition(slug, cycle)
    if request.method == "POST":
        chosen_download(request, _downloads(slug, cycle, edition)).request()
        return redirect("public:report-document", slug, cycle)
    return public_page(request, "document", _context(report, edition))


@never_cache
@require_safe
@redirect_moved_member
@gone_when_withdrawn
def report_document_progress(request: HttpRequest, slug: str, cycle: str) -> HttpResponse:
    """State of a report's files, as a fragment for HTMX."""
    return render(request, "alliance/public/_downloads.html", _context(*_get_edition(slug, cycle)))


@open_to_other_sites
@redirect_moved_member
@gone_when_withdrawn
def report_file(request: HttpRequest, slug: str, cycle: str, format: str) -> HttpResponseBase:
    """Download of a published report as JSON, PDF or XLSX; redirects to the page of its files while there is none."""
    _report, edition = _get_edition(slug, cycle)
    download = next(row for row in _downloads(slug, cycle, edition) if row.format == format)
    return download_response(request, download, reverse("public:report-document", args=[slug, cycle]))


def _get_edition(slug: str, cycle: str) -> tuple[PublishedReport, ReportEdition]:
    """The report that holds now; a notice in its place has no document."""
    report = published_report(slug, cycle)
    edition = report_edition(slug, cycle)
    if report is None or report.notice or edition is None:
        raise Http404
    return report, edition


def _downloads(slug: str, cycle: str, edition: ReportEdition) -> list[Download]:
    offered = (
        ("pdf", "PDF", _("Laid out for print and accessible to screen readers (PDF/UA-1).")),
        (
            "xlsx",
            "XLSX",
            _("Answers, published figures with their parts and totals, verdicts and replies."),
        ),
        ("json", "JSON", _("For programs: every key with the text of the charter.")),
    )
    language = reader_language()
    return [
        Download(
            format=format_,
            name=name,
            label=label,
            key=public_report_key(edition, language, format_),
            url=reverse(f"public:report-file-{format_}", args=[slug, cycle]),
            request=partial(request_public_report, edition, language, format_),
        )
        for format_, name, label in offered
    ]


def _context(report: PublishedReport, edition: ReportEdition) -> dict[str, Any]:
    slugs = report.organisation.slug, report.cycle.slug
    pages = (reverse(f"public:report-document{part}", args=slugs) for part in ("", "-progress"))
    return {
        "report": report,
        "organisation": report.organisation,
        "cycle": report.cycle,
        "publication": edition.report,
        **downloads_context(_downloads(*slugs, edition), *pages),
    }
