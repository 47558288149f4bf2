"""A published cycle as files: asked for by a post, built once for everybody, each fetched from one address."""

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

from alliance.queries.public.cycle_editions import CycleEdition, cycle_edition
from alliance.services.public_documents import public_cycle_key, request_public_cycle
from alliance.web.public.downloads import (
    Download,
    chosen_download,
    download_response,
    downloads_context,
)
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.responses import public_page
from portal.kernel.text import reader_language


@csrf_exempt  # as with a report: the page carries no token, and anyone may ask for this, once
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_document(request: HttpRequest, cycle: str) -> HttpResponse:
    """Page of a cycle's files: their state, then the downloads. A post requests one, or retries."""
    edition = _get_edition(cycle)
    if request.method == "POST":
        chosen_download(request, _downloads(edition)).request()
        return redirect("public:cycle-document", cycle)
    return public_page(request, "cycle_document", _context(edition))


@never_cache
@require_safe
def cycle_document_progress(request: HttpRequest, cycle: str) -> HttpResponse:
    """State of a cycle's files, as a fragment for HTMX."""
    return render(request, "alliance/public/_downloads.html", _context(_get_edition(cycle)))


@open_to_other_sites
def cycle_file(request: HttpRequest, cycle: str, format: str) -> HttpResponseBase:
    """Download of a cycle's summary, workbook or matrix; redirects to the page of its files while there is none."""
    download = next(row for row in _downloads(_get_edition(cycle)) if row.format == format)
    return download_response(request, download, reverse("public:cycle-document", args=[cycle]))


def _get_edition(slug: str) -> CycleEdition:
    """The cycle as it is published; before that there are no files."""
    edition = cycle_edition(slug)
    if edition is None:
        raise Http404
    return edition


def _downloads(edition: CycleEdition) -> list[Download]:
    offered = (
        (
            "pdf",
            _("summary, PDF"),
            _("Summary, PDF"),
            _(
                "Who reported and who did not, verdicts with charts, corrections, method; for print (PDF/UA-1)."
            ),
        ),
        (
            "xlsx",
            _("workbook, XLSX"),
            _("Workbook, XLSX"),
            _(
                "Who submitted a report, verdicts, charts by chapter, published figures and answers, and a data "
                "dictionary."
            ),
        ),
        (
            "matrix-pdf",
            _("“Members by commitment”, PDF"),
            _("Members by commitment, PDF"),
            _("Each member’s verdict on each commitment, on pages across."),
        ),
        (
            "matrix-xlsx",
            _("“Members by commitment”, XLSX"),
            _("Members by commitment, XLSX"),
            _("The same as a table, with who reported and the number of verdicts."),
        ),
    )
    language = reader_language()
    return [
        Download(
            format=format_,
            name=name,
            label=label,
            title=title,
            key=public_cycle_key(edition, language, format_),
            url=reverse(f"public:cycle-file-{format_}", args=[edition.cycle.slug]),
            request=partial(request_public_cycle, edition, language, format_),
        )
        for format_, name, title, label in offered
    ]


def _context(edition: CycleEdition) -> dict[str, Any]:
    slugs = [edition.cycle.slug]
    pages = (reverse(f"public:cycle-document{part}", args=slugs) for part in ("", "-progress"))
    return {
        "cycle": edition.cycle,
        "edition": edition,
        "nav": "public:report-list",
        **downloads_context(_downloads(edition), *pages),
    }
