"""The submitted evidence, fetched through a gate and never shown inside a page."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from alliance.enums import EvidenceKind
from alliance.models import Evidence
from alliance.services.evidence import open_evidence
from portal.kernel.web import ActorRequest, get_visible_or_404


@require_safe
def evidence(request: ActorRequest, pk: int) -> HttpResponse:
    """The file as an attachment; the download is journalled."""
    evidence = get_visible_or_404(Evidence.objects, request.actor, pk=pk)
    if evidence.kind != EvidenceKind.FILE:
        raise Http404
    response = HttpResponse(open_evidence(request.actor, evidence), content_type=evidence.media_type)
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, evidence.file_name) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
