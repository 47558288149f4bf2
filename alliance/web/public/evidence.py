"""Public evidence: the file, as an attachment, from a storage that no address reaches directly."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from alliance.enums import EvidenceKind
from alliance.queries.public.reports import published_report
from alliance.services.evidence import evidence_path
from portal.kernel import files
from portal.kernel.files import check_gate
from portal.kernel.web import error_page, sandbox


@require_safe
def report_evidence(request: HttpRequest, slug: str, cycle: str, sha256: str) -> HttpResponseBase:
    """Download of a public evidence file of a published report; 410 for one that was purged."""
    report = published_report(slug, cycle)
    named = [item for item in report.evidence if item["sha256"] == sha256] if report else []
    if not named or named[0]["kind"] != EvidenceKind.FILE:
        raise Http404
    path = evidence_path(sha256)
    check_gate(sha256)
    if not files.exists(path):
        return error_page(request, 410)
    return public_file(path, named[0]["file_name"], named[0]["media_type"], sha256)


def public_file(path: str, name: str, media_type: str, sha256: str) -> FileResponse:
    """A public file as an attachment; asked for again each time, so that a purge works at once."""
    response = FileResponse(
        files.open_file(path, sha256), as_attachment=True, filename=name, content_type=media_type
    )
    response["ETag"] = quote_etag(sha256)
    sandbox(response)
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response
