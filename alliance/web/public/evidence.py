"""Public evidence: the file, as an attachment, from a storage that no address reaches directly."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from alliance.enums import EvidenceKind
from alliance.queries.public.reports import published_report
from alliance.services.evidence import evidence_path
from alliance.web.downloads import public_file
from alliance.web.public.moved_members import redirect_moved_member


@require_safe
@redirect_moved_member
def report_evidence(request: HttpRequest, slug: str, cycle: str, sha256: str) -> HttpResponseBase:
    """Download of a public evidence file of a published report; 410 for one that was purged."""
    report = published_report(slug, cycle)
    named = [item for item in report.evidence if item["sha256"] == sha256] if report else []
    if not named or named[0]["kind"] != EvidenceKind.FILE:
        raise Http404
    return public_file(evidence_path(sha256), named[0]["file_name"], named[0]["media_type"], sha256)
